import type { Call } from '../call.ts'
import { columnsOf, foreignKeysOf, type Look, looking, mustFind, rankTables, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { rulesOf, tableText } from './schema-text.ts'

/** `question` picks the tables that fit it, `tables` names them; without both every table is wanted. `tokens` bounds the text, `tablesMax` the tables in it. */
export type SchemaAsked = Readonly<{
  question?: string | undefined
  tables?: readonly string[] | undefined
  tablesMax?: number | undefined
  tokens: number
}>

export type SchemaForModel = Readonly<{
  source: string
  dialect: string
  description: string
  rules: readonly string[]
  /** The tables with their columns, as lines. */
  schema: string
  tables: readonly string[]
  /** Names of tables that are there, too, and did not fit or do not seem to be meant. */
  more_tables: readonly string[]
  /** How many tables are neither in `tables` nor in `more_tables`. */
  not_named: number
  /** Of `schema` and `rules`, at four characters each. */
  tokens: number
}>

const CHARS_A_TOKEN = 4
const HITS_MAX = 40
/** What is less likely to be needed is only named. */
const CHANCE_MIN = 0.03
const NAMES_MAX = 200
/** No table takes less. */
const BLOCK_CHARS_MIN = 20

/** The schema of a source as a model needs it, no longer than it may be; what fits the question best comes first. */
export const schemaForModel = (call: Call, asked: SchemaAsked, parts: Parts): Promise<SchemaForModel> =>
  looking(
    call,
    asked.tables ?? [],
    ({ tables }) => tables.length,
    parts,
    async (look) => {
      const { source, visible } = look
      const named = asked.tables?.map((name) => mustFind(name, call.source, visible))
      const wanted = named ?? (asked.question ? await fittingTables(asked.question, look, parts) : visible)
      const rules = rulesOf(source.dialect)
      let room = asked.tokens * CHARS_A_TOKEN - rules.join('\n').length
      const shown: Visible[] = []
      const blocks: string[] = []
      for (const one of wanted.slice(0, asked.tablesMax)) {
        // Thousands of tables would otherwise be written out only to be left away.
        if (room < BLOCK_CHARS_MIN && shown.length > 0) break
        const block = tableText(one, visible)
        // The first table is shown however long it is: an answer without any would help nobody.
        if (block.length + 1 > room && shown.length > 0) continue
        room -= block.length + 1
        shown.push(one)
        blocks.push(block)
      }
      const inFull = new Set(shown)
      const rest = visible.filter((one) => !inFull.has(one)).map(({ name }) => name)
      const more: string[] = []
      for (const name of rest.slice(0, NAMES_MAX)) {
        room -= name.length + 2
        if (room < 0) break
        more.push(name)
      }
      const schema = blocks.join('\n')
      return {
        source: source.name,
        dialect: source.dialect,
        description: source.description,
        rules,
        schema,
        tables: shown.map(({ name }) => name),
        more_tables: more,
        not_named: rest.length - more.length,
        tokens: Math.ceil((schema.length + rules.join('\n').length) / CHARS_A_TOKEN),
      }
    },
  )

/** The tables that fit a question, and behind them those that a foreign key joins to them; all when nothing fits. */
async function fittingTables(question: string, look: Look, parts: Parts): Promise<readonly Visible[]> {
  const ranked = await rankTables(question, look, HITS_MAX, parts)
  const hits = ranked.filter(({ chance }) => chance >= CHANCE_MIN).map(({ one }) => one)
  const { visible } = look
  if (hits.length === 0) return visible
  const names = new Set(hits.map(({ name }) => name))
  const referred = new Set(hits.flatMap((hit) => foreignKeysOf(hit, visible).map(({ table }) => table)))
  // Names first, as the source writes them: looking each key up among thousands of tables would take seconds.
  const written = new Set(hits.flatMap(({ name, table }) => [name, `${table.schema}.${table.name}`]))
  const near = visible.filter((one) => {
    if (names.has(one.name)) return false
    if (referred.has(one.name)) return true
    const may = one.table.foreignKeys?.some(({ table }) => written.has(table)) ?? false
    return may && foreignKeysOf(one, visible).some(({ table }) => names.has(table))
  })
  return [...hits, ...near]
}

/** One table as a model needs it. Throws `table_unknown`. */
export const tableForModel = (call: Call, table: string, parts: Parts) =>
  looking(
    call,
    [table],
    () => 1,
    parts,
    ({ source, visible }) => {
      const one = mustFind(table, call.source, visible)
      return {
        source: source.name,
        dialect: source.dialect,
        table: one.name,
        schema: tableText(one, visible),
        columns: columnsOf(one),
        policies: one.grant.reasons,
        rules: rulesOf(source.dialect),
      }
    },
  )

export type SchemaState = Readonly<{ source: string; tables: number; columns: number; version: string; changed: boolean }>

/** What is kept of a source's schema, as the caller sees it; `fresh` reads it again from the source, as far as it was not read just now. */
export const schemaKept = (call: Call, fresh: boolean, parts: Parts): Promise<SchemaState> =>
  looking(
    call,
    [],
    () => 1,
    parts,
    async ({ source, schema, visible }) => {
      const now = fresh ? await source.schema(call.signal, true) : schema
      return {
        source: source.name,
        tables: visible.length,
        columns: visible.reduce((sum, { table }) => sum + table.columns.length, 0),
        version: now.version,
        changed: now.version !== schema.version,
      }
    },
  )
