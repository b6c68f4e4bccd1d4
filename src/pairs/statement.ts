import type { Token } from '../sql/sql.ts'

/** A literal of a statement. `slot` is true where a placeholder can stand in its place; `at` is the token's number. */
export type Literal = Readonly<{ at: number; kind: 'text' | 'number'; value: string; slot: boolean; about: string }>

/** A statement as it is compared with others. */
export type Statement = Readonly<{
  tokens: readonly Token[]
  /** Equal for statements that differ only in blanks, comments and the case of what stands without quotes. */
  exact: string
  /** Equal for statements that differ also in the literals of their slots. */
  pattern: string
  literals: readonly Literal[]
}>

export function readStatement(tokens: readonly Token[]): Statement {
  const literals = tokens.flatMap((token, at): Literal[] => {
    if (token.kind !== 'string' && token.kind !== 'number') return []
    const kind = token.kind === 'string' ? 'text' : 'number'
    const slot = isPlain(token) && isSlot(tokens, at)
    return [{ at, kind, value: token.value, slot, about: slot ? aboutOf(tokens, at) : '' }]
  })
  const slots = new Map(literals.filter(({ slot }) => slot).map((literal) => [literal.at, literal]))
  const plain = (token: Token) => (token.kind === 'word' ? token.word : token.text)
  const whole = tokens.filter(({ kind }) => kind !== 'end')
  return {
    tokens,
    exact: whole.map(plain).join(' '),
    pattern: whole.map((token, at) => (slots.has(at) ? `?${slots.get(at)!.kind}` : plain(token))).join(' '),
    literals,
  }
}

/** `E'…'`, `_utf8'…'`, hexadecimal and the like mean more than their text. */
const isPlain = ({ kind, text }: Token): boolean => (kind === 'string' ? text.startsWith("'") : /^\d+(\.\d+)?$/.test(text))

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '>', '<=', '>=', 'LIKE', 'ILIKE', 'BETWEEN'])

/** Only what is compared is a value: after LIMIT, ORDER BY, INTERVAL or DATE a number or a text says something of the statement itself. */
function isSlot(tokens: readonly Token[], at: number): boolean {
  return startsValue(tokens, at) && endsValue(tokens[at + 1])
}

function startsValue(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.word ?? ''
  if (comparisons.has(before)) return true
  if (before === 'AND') return isUpperBound(tokens, at)
  return before === '(' || before === ',' ? listStart(tokens, at) !== undefined : false
}

/** In `a BETWEEN 1 AND 2` the second. */
function isUpperBound(tokens: readonly Token[], at: number): boolean {
  return (tokens[at - 2]?.kind === 'number' || tokens[at - 2]?.kind === 'string') && tokens[at - 3]?.word === 'BETWEEN'
}

/** Where `IN (…)` begins around a literal, when nothing but literals stands before it. */
function listStart(tokens: readonly Token[], at: number): number | undefined {
  let place = at - 1
  while (tokens[place]?.word === ',') {
    const { kind } = tokens[place - 1] ?? {}
    if (kind !== 'number' && kind !== 'string') return undefined
    place -= 2
  }
  return tokens[place]?.word === '(' && tokens[place - 1]?.word === 'IN' ? place - 1 : undefined
}

const enders: ReadonlySet<string> = new Set(
  ') , AND OR GROUP ORDER LIMIT HAVING UNION EXCEPT INTERSECT THEN END OFFSET FETCH WINDOW WHEN ELSE'.split(' '),
)
const endsValue = (token: Token | undefined): boolean => token === undefined || token.kind === 'end' || enders.has(token.word)

/** The column that a value is compared with, for the name of its slot. */
function aboutOf(tokens: readonly Token[], at: number): string {
  let place = at - 1
  if (tokens[place]?.word === 'AND') place -= 2
  const list = listStart(tokens, at)
  if (list !== undefined) place = list
  while (
    place > 0 &&
    tokens[place]!.kind !== 'name' &&
    (tokens[place]!.kind !== 'word' || comparisons.has(tokens[place]!.word) || passed.has(tokens[place]!.word))
  ) {
    // `lower(city) = 'x'` is about what stands in the brackets.
    if (at - place > LOOK_BACK) return ''
    place--
  }
  const { kind, value } = tokens[place] ?? { kind: 'end', value: '' }
  return kind === 'name' || kind === 'word' ? value : ''
}
const LOOK_BACK = 60
const passed: ReadonlySet<string> = new Set(['NOT', 'IN', 'AND', 'IS'])
