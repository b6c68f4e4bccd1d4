import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { searchSchema } from '../explore.ts'
import { run } from '../gateway.ts'
import { schemaForModel, verdict } from '../guide.ts'
import type { ModelTool, ToolCall } from '../llm/llm.ts'
import { type Kept, kept } from './kept.ts'
import type { Asking } from './mode.ts'
import type { Fence } from './prompts/fence.ts'
import { plain } from './standalone-text.ts'

/** What the model means to be the answer. */
export type Final = Readonly<{
  sql: string
  says: string
  why: ReadonlyMap<string, string>
  other?: Readonly<{ sql: string; says: string }>
}>
/** Why the model will not answer. */
export type Cannot = Readonly<{ reason: string; kind: 'no_data' | 'change' | 'several' | 'no_question' }>
export type Told = Readonly<{ text: string; failed?: boolean; final?: Final; cannot?: Cannot }>

const text = { type: 'string' } as const
const object = (properties: Readonly<Record<string, unknown>>, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const findTables: ModelTool = {
  name: 'find_tables',
  description: 'Tables whose names, columns, comments or values fit some words.',
  fields: object({ words: { ...text, description: 'What the tables are about' } }, ['words']),
}
const readSchema: ModelTool = {
  name: 'read_schema',
  description: 'Columns, types and keys of tables by name.',
  fields: object({ tables: { type: 'array', items: text, description: 'At most 10 names' } }, ['tables']),
}
const checkSql: ModelTool = {
  name: 'check_sql',
  description: 'Whether a statement would run, without running it; if not, what to mend.',
  fields: object({ sql: text }, ['sql']),
}
const runSql: ModelTool = {
  name: 'run_sql',
  description: 'Run one reading statement and see its first rows.',
  fields: object({ sql: text }, ['sql']),
}
const answer: ModelTool = {
  name: 'answer',
  description: 'The final statement. It ends your work.',
  fields: object(
    {
      sql: { ...text, description: 'One reading statement that stands alone' },
      says: { ...text, description: 'How you read the question, in one line, in its language' },
      tables: {
        type: 'array',
        items: object({ table: text, why: { ...text, description: 'A few words' } }, ['table', 'why']),
        description: 'The tables that you used',
      },
      other_sql: { ...text, description: 'Only if another reading of the question would come to other rows' },
      other_says: { ...text, description: 'That other reading, in one line' },
    },
    ['sql', 'says'],
  ),
}
const cannotAnswer: ModelTool = {
  name: 'cannot_answer',
  description: 'Say why this question gets no answer. It ends your work.',
  fields: object(
    {
      kind: { type: 'string', enum: ['no_data', 'change', 'several', 'no_question'] },
      reason: { ...text, description: 'One sentence for the person who asked, in the language of the question' },
    },
    ['kind', 'reason'],
  ),
}

/** Nothing among them changes anything. Where no rows may leave the gateway, statements are only checked. */
export const modelTools = (rows: boolean): readonly ModelTool[] => [
  findTables,
  readSchema,
  checkSql,
  ...(rows ? [runSql] : []),
  answer,
  cannotAnswer,
]

const SQL_CHARS_MAX = 20_000
const LINE_CHARS_MAX = 300
const TRY_MS = 10_000
const TRY_BYTES = 64 * 1024
const TOKENS = 4_000
const HITS = 8

/** Does what the model asks for, as the caller. What the caller may not do fails as it would for them; the model is told why. */
export async function doTool({ name, fields }: ToolCall, asking: Asking, fence: Fence, rowsShown: number): Promise<Told> {
  if (!fields) return failure('These fields are no JSON object. Send them again.')
  const { call, parts, newId } = asking
  const mine: Call = { ...call, id: newId(), text: `model: ${name}` }
  const data = (content: string): Told => ({ text: fence.around('data', content) })
  try {
    switch (name) {
      case 'find_tables': {
        const words = line(fields.words)
        await asking.step('tool', `looking for tables about ${plain(words)}`)
        const { tables } = await searchSchema(mine, words, HITS, parts)
        return data(
          tables.length === 0
            ? 'No table fits.'
            : tables.map(({ table, why, columns }) => `${table} (${columns.map((one) => one.name).join(', ')}): ${why}`).join('\n'),
        )
      }
      case 'read_schema': {
        const names = (Array.isArray(fields.tables) ? fields.tables : []).filter((one) => typeof one === 'string').slice(0, 10)
        if (names.length === 0) return failure('Name at least one table.')
        await asking.step('tool', `reading the columns of ${plain(names.join(', ')).slice(0, LINE_CHARS_MAX)}`)
        return data((await schemaForModel(mine, { tables: names, tokens: TOKENS }, parts)).schema)
      }
      case 'check_sql':
        return await checked(statement(fields.sql), mine, asking, fence)
      case 'run_sql':
        return rowsShown === 0
          ? failure('No rows of this source are shown. Use check_sql.')
          : await tried(statement(fields.sql), asking, fence, rowsShown)
      case 'answer':
        return { text: 'ok', final: finalOf(fields) }
      case 'cannot_answer':
        return { text: 'ok', cannot: { kind: kindOf(fields.kind), reason: line(fields.reason) } }
      default:
        return failure(
          `There is no tool of this name. Use one of ${modelTools(rowsShown > 0)
            .map((one) => one.name)
            .join(', ')}.`,
        )
    }
  } catch (error) {
    asking.call.signal.throwIfAborted()
    if (!(error instanceof SluiceError) || ENDS.has(error.code)) throw error
    // What a database says of a failure may quote its data.
    return failure(fence.around('data', errorText(error)))
  }
}

/** No other statement would fare better. */
const ENDS: ReadonlySet<string> = new Set([
  'source_unavailable',
  'source_denied',
  'source_unknown',
  'rate_limited',
  'audit_unavailable',
  'stopping',
  'internal',
])

const failure = (why: string): Told => ({ text: why, failed: true })
/** What an error tells a model: it names nothing that the caller may not see. */
export const errorText = ({ code, message, hint }: SluiceError): string => `${code}: ${message}\n${hint}`

/** A line of a model's own words: short, and without line ends. */
export const line = (given: unknown): string =>
  typeof given === 'string' ? given.replaceAll(/\s+/g, ' ').trim().slice(0, LINE_CHARS_MAX) : ''

/** Throws `sql_empty` or `sql_too_large`. */
function statement(given: unknown): string {
  const sql = typeof given === 'string' ? given.trim().replace(/;\s*$/, '') : ''
  if (sql === '') throw new SluiceError('sql_empty', 'There is no statement.')
  if (sql.length > SQL_CHARS_MAX) throw new SluiceError('sql_too_large', `A statement has at most ${SQL_CHARS_MAX} characters here.`)
  return sql
}

async function checked(sql: string, call: Call, asking: Asking, fence: Fence): Promise<Told> {
  await asking.step('check', 'checking a statement', sql)
  const { valid, code, reason, hint, masked } = await verdict({ ...call, text: sql }, asking.newId, asking.parts)
  if (!valid) return failure(fence.around('data', [`${code}: ${reason}`, hint ?? ''].join('\n').trim()))
  return { text: ['It would run.', ...(masked.length > 0 ? [`Masked for this person: ${masked.join(', ')}.`] : [])].join('\n') }
}

async function tried(sql: string, asking: Asking, fence: Fence, rowsShown: number): Promise<Told> {
  await asking.step('run', 'trying a statement', sql)
  const rows = kept(rowsShown, TRY_BYTES)
  const { call, look, newId, parts } = asking
  const timeoutMs = Math.min(call.timeoutMs ?? TRY_MS, TRY_MS, look.grant.limits.ms)
  const receipt = await run({ ...call, id: newId(), action: 'query', text: sql, rowsMax: rowsShown, timeoutMs }, rows, parts)
  const notes = [
    receipt.truncated ? `The first ${receipt.rows} rows; there are more.` : `All ${receipt.rows} rows.`,
    ...(receipt.masked.length > 0 ? [`Masked for this person: ${receipt.masked.join(', ')}.`] : []),
  ]
  return { text: `${notes.join(' ')}\n${fence.around('data', rowsText(rows))}` }
}

const CELL_CHARS_MAX = 200
const ROWS_CHARS_MAX = 8_000

/** Rows as a model reads them: a line of names, one JSON array a line; long cells are cut. */
export function rowsText(rows: Kept): string {
  const lines = [JSON.stringify(rows.head.map(({ name }) => name))]
  let room = ROWS_CHARS_MAX
  for (const row of rows.lines()) {
    const short = row.length > CELL_CHARS_MAX ? JSON.stringify((JSON.parse(row) as unknown[]).map(cutCell)) : row
    room -= short.length
    if (room < 0) return [...lines, '… more rows, left out here'].join('\n')
    lines.push(short)
  }
  return lines.join('\n')
}
const cutCell = (cell: unknown) => (typeof cell === 'string' && cell.length > CELL_CHARS_MAX ? `${cell.slice(0, CELL_CHARS_MAX)}…` : cell)

/** Throws as `statement` does. */
function finalOf(fields: Readonly<Record<string, unknown>>): Final {
  const tables = Array.isArray(fields.tables) ? (fields.tables as readonly Readonly<{ table?: unknown; why?: unknown }>[]) : []
  const why = new Map(
    tables.slice(0, 50).flatMap((one) => (typeof one?.table === 'string' ? [[one.table.toLowerCase(), line(one.why)] as const] : [])),
  )
  const other = typeof fields.other_sql === 'string' && fields.other_sql.trim() !== '' ? statement(fields.other_sql) : undefined
  return {
    sql: statement(fields.sql),
    says: line(fields.says),
    why,
    ...(other === undefined ? {} : { other: { sql: other, says: line(fields.other_says) } }),
  }
}

const kinds = ['no_data', 'change', 'several', 'no_question'] as const
const kindOf = (given: unknown): Cannot['kind'] => kinds.find((kind) => kind === given) ?? 'no_data'
