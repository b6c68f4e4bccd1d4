import type { TableRef } from '../facts.ts'
import type { Token } from '../sql/sql.ts'

/** A table, or a column of one, that has another name now. `table` is `schema.name` as it was. */
export type Renaming = Readonly<{ table: string; column?: string; to: string }>

/**
 * The statement with the new names in the place of the old; undefined where no place is certain: a column of that name in another of its
 * tables, or a name that is written nowhere. `owners` tells which tables, as `schema.name`, have a column of a name.
 */
export function mended(
  text: string,
  tokens: readonly Token[],
  refs: readonly TableRef[],
  renamings: readonly Renaming[],
  owners: (column: string) => readonly string[],
  quote: (name: string) => string,
): string | undefined {
  const edits = new Map<number, string>()
  for (const renaming of renamings) {
    const places =
      renaming.column === undefined
        ? tablePlaces(tokens, renaming)
        : columnPlaces(tokens, refs, { ...renaming, column: renaming.column }, owners)
    if (places === undefined || places.length === 0) return undefined
    const plain = renaming.column === undefined ? lastPart(renaming.to) : renaming.to
    for (const at of places) edits.set(at, plainName.test(plain) && tokens[at]!.kind === 'word' ? plain : quote(plain))
  }
  let end = 0
  let whole = ''
  for (const [at, token] of tokens.entries()) {
    const edit = edits.get(at)
    if (edit === undefined) continue
    whole += text.slice(end, token.at) + edit
    end = token.at + token.text.length
  }
  return whole + text.slice(end)
}

/** A keyword among them is told by the check of the mended statement. */
const plainName = /^[a-z_][a-z0-9_]*$/

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)
const lower = (name: string): string => name.toLowerCase()
const isName = ({ kind }: Token): boolean => kind === 'word' || kind === 'name'

/** Each place where the table is named: in FROM, and as what qualifies its columns. */
function tablePlaces(tokens: readonly Token[], { table }: Renaming): number[] {
  const wanted = lower(lastPart(table))
  return tokens.flatMap((token, at) => (isName(token) && lower(token.value) === wanted && tokens[at - 1]?.word !== 'AS' ? [at] : []))
}

function columnPlaces(
  tokens: readonly Token[],
  refs: readonly TableRef[],
  { table, column }: Readonly<{ table: string; column: string }>,
  owners: (column: string) => readonly string[],
): number[] | undefined {
  const own = new Set(
    refs.filter(({ name }) => lower(name) === lower(lastPart(table))).flatMap(({ name, alias }) => [lower(alias ?? name), lower(name)]),
  )
  const known = new Set(refs.flatMap(({ name, alias }) => [lower(alias ?? name), lower(name)]))
  const shared = owners(column).some((other) => other !== table)
  const places: number[] = []
  for (const [at, token] of tokens.entries()) {
    if (!isName(token) || lower(token.value) !== lower(column)) continue
    // A name that the statement gives is its own.
    if (tokens[at - 1]?.word === 'AS' || tokens[at + 1]?.word === '.' || tokens[at + 1]?.word === '(') continue
    const before = tokens[at - 1]?.word === '.' ? lower(tokens[at - 2]?.value ?? '') : undefined
    if (before !== undefined && known.has(before)) {
      if (own.has(before)) places.push(at)
      continue
    }
    if (shared) return undefined
    places.push(at)
  }
  return places
}
