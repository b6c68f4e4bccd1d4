import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Document, Pair, YAMLMap } from 'yaml'
import { SluiceError } from '../error.ts'

/** The block of roles of a configuration file: its own text, what stands before and behind it, and the line on which it begins, from 1. */
export type PolicyCut = Readonly<{ before: string; text: string; after: string; line: number }>

/** Tells one text of the roles from another. */
export const policyDigest = (text: string): string => hash('sha256', text, 'hex').slice(0, 32)

/**
 * Cuts `roles:` out of the text of a configuration file, as it stands there, comments and all. Everything else, secrets among it, is in `before`
 * and `after`. Throws `not_supported` for a file in which it is not a block of its own.
 */
export async function cutPolicy(whole: string): Promise<PolicyCut> {
  const { parseDocument, isMap } = await import('yaml')
  const { contents, errors } = parseDocument(whole, { prettyErrors: false })
  if (errors.length > 0) throw unfit('is not valid YAML')
  if (contents === null) return { before: ending(whole), text: '', after: '', line: lineAt(ending(whole)) }
  if (!isMap(contents) || contents.flow) throw unfit('is not written as `name: value` lines')
  const starts = contents.items.map((pair) => startOf(pair as Pair))
  const at = contents.items.findIndex((pair) => nameOf(pair as Pair) === 'roles')
  if (at < 0) return { before: ending(whole), text: '', after: '', line: lineAt(ending(whole)) }
  const start = starts[at]!
  if (start < 0 || (start > 0 && whole[start - 1] !== '\n')) throw unfit('does not begin `roles:` on a line of its own')
  const next = starts[at + 1]
  const end = next === undefined ? whole.length : withoutComments(whole, start, next)
  const before = whole.slice(0, start)
  return { before, text: whole.slice(start, end), after: whole.slice(end), line: lineAt(before) }
}

/** The file with another text of the roles. Throws `policy_invalid` where that would say anything else anew. */
export async function joinPolicy({ before, after, text: old }: PolicyCut, text: string): Promise<string> {
  const { parseDocument } = await import('yaml')
  const joined = `${before}${parted(ending(text), after)}${after}`
  const rest = (whole: string) => {
    const { roles: _roles, ...others } = (parseDocument(whole).toJS() ?? {}) as Record<string, unknown>
    return others
  }
  let same = false
  try {
    same = isDeepStrictEqual(rest(joined), rest(`${before}${old}${after}`))
  } catch {
    // An alias that has lost its anchor, for instance: told as what it is, a change of something else.
  }
  if (!same) throw new SluiceError('policy_invalid', 'This would change more of the configuration than its roles.')
  return joined
}

/** What a text of roles may not hold although it is YAML, with the place: other keys, several documents, variables that are not `known`. */
export function strangeIn(text: string, document: Document, known: string): readonly Readonly<{ at: number; text: string }>[] {
  const found: { at: number; text: string }[] = []
  for (const mark of text.matchAll(/^(?:---|\.\.\.|%)/gm))
    found.push({ at: mark.index, text: 'only one document, without marks, can stand here' })
  const map = document.contents as YAMLMap | null
  for (const pair of map?.items ?? []) {
    const name = nameOf(pair as Pair)
    const at = Math.max(0, startOf(pair as Pair))
    if (name !== 'roles') found.push({ at, text: `${name}: only \`roles:\` can stand here` })
    else if (at > 0 && text[at - 1] !== '\n') found.push({ at, text: '`roles:` must begin its line' })
  }
  // What the environment holds is for who may look into it on the machine, not for who edits roles from afar.
  const old = new Set(variables(known).map(({ name }) => name))
  for (const { name, at } of variables(text)) {
    if (!old.has(name)) found.push({ at, text: 'a variable of the environment can be put in only in the file itself' })
  }
  return found
}

const variables = (text: string) =>
  [...text.matchAll(/\$\$\{|\$\{([^}]*)\}/g)].flatMap(({ 1: name, index }) => (name === undefined ? [] : [{ name, at: index }]))

const nameOf = ({ key }: Pair): string => String((key as { value?: unknown } | null)?.value ?? '')
const startOf = ({ key }: Pair): number => (key as { range?: readonly number[] } | null)?.range?.[0] ?? -1
const ending = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
const lineAt = (before: string): number => before.split('\n').length

/** Comments that stand at the margin right before the next key belong to that; a blank line between parts them. */
function withoutComments(whole: string, start: number, next: number): number {
  const lines = whole.slice(start, next).split('\n').slice(0, -1)
  let kept = lines.length
  while (kept > 1 && lines[kept - 1]!.startsWith('#')) kept--
  return start + lines.slice(0, kept).reduce((sum, line) => sum + line.length + 1, 0)
}

/** A comment at the end would be taken for one of the next key when it is read again. */
const parted = (text: string, after: string): string => (after !== '' && /(^|\n)#[^\n]*\n$/.test(text) ? `${text}\n` : text)

const unfit = (what: string) =>
  new SluiceError('not_supported', `The configuration file ${what}, so its roles cannot be edited here.`, { hint: 'Edit the file itself.' })
