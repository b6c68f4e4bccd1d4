import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { type Look, lookInto, rankAcross } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { Asked } from './mode.ts'

/** How well the best table of a source must fit, for a conversation about another source to be left. */
const LEAVE_MIN = 0.5

/** A source, and what is asked of it: the question without the words that name the source. */
export type Placed = Readonly<{ source: string; question: string }>

/**
 * The source that a question is asked of: the one that the caller names, the only one, the one that the question names ("in web: …"), else the
 * one whose tables fit best; a conversation stays where it is unless another fits well. Undefined where nothing fits.
 */
export async function chooseSource(asked: Asked, call: Call, principal: Principal, parts: Parts): Promise<Placed | undefined> {
  const { question } = asked
  if (asked.source !== '') return { source: asked.source, question }
  const names = parts.policy.sources(principal)
  if (names.length === 0) throw new SluiceError('source_unknown', 'There is no source that you may use.')
  const named = namedIn(question, names)
  if (named) return { source: named.source, question: named.rest }
  if (names.length === 1) return { source: names[0]!, question }
  const source = await fittingSource(asked, names, call, principal, parts)
  return source === undefined ? undefined : { source, question }
}

async function fittingSource(
  { question, before }: Asked,
  names: readonly string[],
  call: Call,
  principal: Principal,
  parts: Parts,
): Promise<string | undefined> {
  const last = before.at(-1)?.source
  const looks = await Promise.all(
    names.map(async (name) => {
      const look = await lookUnlessSilent(name, call, principal, parts)
      return look ? [{ name, look }] : []
    }),
  )
  const [best] = await rankAcross(question, looks.flat(), 1, parts)
  if (last !== undefined && names.includes(last)) return best && best.ranked.chance >= LEAVE_MIN ? best.name : last
  return best?.name
}

/** One of the names, where the question says that it is asked of it; `rest` is the question without saying so. */
export function namedIn(question: string, names: readonly string[]): Readonly<{ source: string; rest: string }> | undefined {
  const said = names.flatMap((source) => {
    const plain = source.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const forms = [
      new RegExp(`^${plain}\\s*:\\s*`, 'iu'),
      new RegExp(
        `^(?:(?:now|and)\\s+)?(?:in|from|on|ask|use|using|switch to)\\s+(?:the\\s+)?${plain}(?:\\s+(?:source|database))?\\s*[:,]\\s*`,
        'iu',
      ),
      new RegExp(`\\s+(?:in|from|on|of)\\s+(?:the\\s+)?${plain}\\s+(?:source|database)\\b`, 'iu'),
    ]
    const form = forms.find((one) => one.test(question))
    return form ? [{ source, rest: question.replace(form, '').trim() }] : []
  })
  return said.length === 1 && /[\p{L}\p{N}]/u.test(said[0]!.rest) ? said[0] : undefined
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
