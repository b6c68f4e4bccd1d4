import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { Token } from '../sql/sql.ts'

export type Sort = Readonly<{ column: string; desc: boolean }>

/** How a value may be asked for; `contains` and `begins` look at it as text, in any case. */
export const filterOps = [
  'equals',
  'differs',
  'less',
  'at_most',
  'greater',
  'at_least',
  'contains',
  'begins',
  'is_null',
  'not_null',
] as const
export type Filter = Readonly<{ column: string; op: (typeof filterOps)[number]; value?: string | number | boolean }>

/** A statement with its tokens, in the dialect of its source. */
export type Statement = Readonly<{
  text: string
  tokens: readonly Token[]
  dialect: DialectName
  params: readonly Value[]
  quote(name: string): string
}>

type Asked = Readonly<{ text: string; params: readonly Value[] }>

/** A limit that is none, where a dialect wants one. */
const ALL = '9007199254740991'
/** What begins a statement that has rows but cannot stand in brackets. */
const showing: ReadonlySet<string> = new Set(['SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'PRAGMA'])

const rows: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES', '(', 'FROM', 'TABLE', ...showing])

/** True for a text that begins as what has rows; what is none is refused as it stands. */
export const hasRows = (tokens: readonly Token[]): boolean => rows.has(tokens[0]?.word ?? '')

/** The statement for some of the rows of another one. Throws `field_invalid` where that cannot be asked of. */
export function windowed(
  statement: Statement,
  { sort, filter, offset }: Readonly<{ sort: readonly Sort[]; filter: readonly Filter[]; offset: number }>,
): Asked {
  const { where, params } = conditions(statement, filter)
  const order = sort.map(({ column, desc }) => `${statement.quote(column)}${desc ? ' DESC' : ''}`).join(', ')
  const kept = order === '' ? inOrder(statement) : inner(statement)
  const text = `SELECT * FROM (\n${kept}\n) AS browsed${where}${order === '' ? '' : ` ORDER BY ${order}`} LIMIT ${ALL} OFFSET ${offset}`
  return { text, params }
}

/** The statement that counts the rows of another one. */
export function counted(statement: Statement, filter: readonly Filter[]): Asked {
  const { where, params } = conditions(statement, filter)
  return { text: `SELECT count(*) AS counted FROM (\n${inner(statement)}\n) AS browsed${where}`, params }
}

/** The text up to its last word: what ends a statement, and what is a comment behind it, would end our brackets. */
function inner({ text, tokens }: Statement): string {
  const words = tokens.filter(({ kind }) => kind !== 'end')
  const last = words.at(-1)
  if (!last) return text
  if (showing.has(words[0]!.word))
    throw new SluiceError('field_invalid', 'Only the rows of a SELECT can be sorted, filtered, counted and looked at in parts.', {
      hint: 'Leave out sort, filter and offset.',
    })
  return text.slice(words[0]!.at, last.at + last.text.length)
}

/** MySQL forgets the order of a statement in brackets unless it has a limit. */
function inOrder(statement: Statement): string {
  const text = inner(statement)
  if (statement.dialect !== 'mysql') return text
  const top = atTop(statement.tokens)
  return top.has('ORDER') && !top.has('LIMIT') && !top.has('FOR') ? `${text} LIMIT ${ALL}` : text
}

/** The words that stand in no brackets. */
function atTop(tokens: readonly Token[]): ReadonlySet<string> {
  const words = new Set<string>()
  let depth = 0
  for (const { word } of tokens) {
    if (word === '(') depth++
    else if (word === ')') depth--
    else if (depth === 0) words.add(word)
  }
  return words
}

const signs = { equals: '=', differs: '<>', less: '<', at_most: '<=', greater: '>', at_least: '>=' } as const
const texts = {
  postgres: ['text', 'ILIKE'],
  duckdb: ['VARCHAR', 'ILIKE'],
  sqlite: ['TEXT', 'LIKE'],
  mysql: ['CHAR', 'LIKE'],
} as const satisfies Record<DialectName, readonly [string, string]>

function conditions(statement: Statement, filter: readonly Filter[]): Readonly<{ where: string; params: readonly Value[] }> {
  const params: Value[] = [...statement.params]
  const placed = (value: Value) => {
    params.push(value)
    return statement.dialect === 'postgres' ? `$${params.length}` : '?'
  }
  const parts = filter.map(({ column, op, value }) => {
    const name = statement.quote(column)
    if (op === 'is_null') return `${name} IS NULL`
    if (op === 'not_null') return `${name} IS NOT NULL`
    if (value === undefined) throw new SluiceError('field_missing', `The filter on ${JSON.stringify(column)} needs a value.`)
    if (op === 'contains' || op === 'begins') {
      const [type, like] = texts[statement.dialect]
      const escaped = String(value).replace(/[!%_]/g, '!$&')
      return `CAST(${name} AS ${type}) ${like} ${placed(`${op === 'contains' ? '%' : ''}${escaped}%`)} ESCAPE '!'`
    }
    return `${name} ${signs[op]} ${placed(value)}`
  })
  return { where: parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`, params }
}
