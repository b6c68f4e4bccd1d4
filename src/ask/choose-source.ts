import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { type Look, lookInto, rankAcross } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { Asked } from './mode.ts'

/** How well the best table of a source must fit, for a conversation about another source to be left. */
const LEAVE_MIN = 0.5

/**
 * The source that a question is asked of: the one that the caller names, the only one, the one that the question names ("in web: …"), else the
 * one whose tables fit best; a conversation stays where it is unless another fits well. Undefined where nothing fits.
 */
export async function chooseSource(asked: Asked, call: Call, principal: Principal, parts: Parts): Promise<string | undefined> {
  if (asked.source !== '') return asked.source
  const names = parts.policy.sources(principal)
  if (names.length === 0) throw new SluiceError('source_unknown', 'There is no source that you may use.')
  if (names.length === 1) return names[0]
  const named = namedIn(asked.question, names)
  if (named) return named
  const before = asked.before.at(-1)?.source
  const looks = await Promise.all(
    names.map(async (name) => {
      const look = await lookUnlessSilent(name, call, principal, parts)
      return look ? [{ name, look }] : []
    }),
  )
  const [best] = await rankAcross(asked.question, looks.flat(), 1, parts)
  if (before !== undefined && names.includes(before)) return best && best.ranked.chance >= LEAVE_MIN ? best.name : before
  return best?.name
}

/** One of the names, where the question says that it is asked of it. */
export function namedIn(question: string, names: readonly string[]): string | undefined {
  const lower = question.toLowerCase()
  const said = names.filter((name) => {
    const plain = name.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return new RegExp(
      `(?:^|\\b(?:in|from|of|on|to|ask|use|using|switch to)\\s+(?:the\\s+)?)${plain}(?:\\s+(?:source|database)|\\s*[:,])`,
      'u',
    ).test(lower)
  })
  return said.length === 1 ? said[0] : undefined
}

/** One of several that does not answer must not hide what the others hold. */
async function lookUnlessSilent(name: string, call: Call, principal: Principal, parts: Parts): Promise<Look | undefined> {
  try {
    return await lookInto(name, call, principal, parts)
  } catch (error) {
    if (call.signal.aborted || !(error instanceof SluiceError)) throw error
    parts.log.failed(call.id, name, error)
    return undefined
  }
}
