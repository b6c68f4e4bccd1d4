import type { NameRef } from '../facts.ts'
import type { Grant } from '../grant.ts'
import { prepare } from '../prepare.ts'
import type { Schema, Table, TableColumn } from '../schema.ts'
import type { DdlSetting } from './ddl.ts'
import { homeOf, invalid } from './names.ts'

/** The columns that a check may name. */
export type CheckedTable = Readonly<{ columns: readonly Readonly<{ name: string; type: string }>[] }>

/** Functions whose value depends on nothing but what they are given, in every dialect that has them. */
const fixed: ReadonlySet<string> = new Set(
  `abs array_length bit_length btrim ceil ceiling char_length character_length coalesce contains date_part ends_with floor greatest hex if ifnull
  instr ispos isfinite json_array_length json_type json_typeof json_valid jsonb_typeof least left length locate lower ltrim mod nullif octet_length
  pow power prefix regexp_like regexp_matches replace right round rtrim sign sqrt starts_with strpos substr substring suffix trim typeof upper
  cardinality num_nonnulls num_nulls`
    .trim()
    .split(/\s+/),
)

const LENGTH_MAX = 4_096
/** A name that nobody would choose, so that what the print says of it can be cut off again. */
const STAND_IN = 'sluice_checked'

/**
 * A predicate over the columns of one table, printed from the tree that was read. It goes the way of every statement, `prepare`, as the only
 * column of a SELECT from that table, against a schema that holds nothing else. Throws `change_invalid` and what `prepare` throws.
 */
export async function checkSql(expression: string, table: CheckedTable, setting: DdlSetting): Promise<string> {
  if (expression.length > LENGTH_MAX) throw invalid(`A check is at most ${LENGTH_MAX} letters long.`)
  const printed = await readCheck(expression, table, setting)
  // What was cut out of the print is read again: it must mean the same where it will stand.
  const again = await readCheck(printed, table, setting)
  if (again !== printed) throw invalid('The check cannot be written in a way that reads back the same.')
  return printed
}

async function readCheck(expression: string, table: CheckedTable, setting: DdlSetting): Promise<string> {
  const { dialect } = setting
  const from = dialect.quoteName(STAND_IN)
  const schema = alone(table, setting)
  // Read with and without brackets, it can neither close the one that it is put in nor add a clause.
  for (const where of [expression, `(${expression}\n)`, `NOT (${expression}\n)`]) {
    await prepare(`SELECT 1 FROM ${from} WHERE ${where}`, { dialect, grant: openGrant(setting.grant), schema, maskKey: none, rowsMax: 1 })
  }
  const { tree, facts } = await dialect.parse(`SELECT (${expression}\n) FROM ${from}`, schema)
  if (facts.tables.length !== 1 || facts.params > 0) throw invalid('A check holds no subquery and no placeholder.')
  for (const ref of facts.functions) mustBeFixed(ref, setting)
  const text = await dialect.print(tree)
  const cut = /^SELECT\s+([\s\S]*?)\s+FROM\s+(?:[\w"`]+\.)?["`]?sluice_checked["`]?$/i.exec(text.replace(/;?\s*$/, ''))
  if (!cut) throw invalid('The check cannot be read.')
  const found = unwrapped(cut[1]!)
  if (/\bselect\b|\bsluice_checked\b/i.test(withoutTexts(found))) throw invalid('A check holds no subquery.')
  return found
}

function mustBeFixed({ schema, name }: NameRef, setting: DdlSetting): void {
  const own = setting.schema.functions.some((known) => !known.builtin && known.name.toLowerCase() === name.toLowerCase())
  if (!own && (schema === undefined || schema === 'pg_catalog') && fixed.has(name.toLowerCase())) return
  throw invalid(
    `The function ${name.slice(0, 60)} may not stand in a check: its value must depend on nothing but the row.`,
    `A check may use ${[...fixed].slice(0, 40).join(', ')} and operators.`,
  )
}

/** One bracket around the whole falls, so that what is read twice looks the same. */
function unwrapped(given: string): string {
  const text = given.trim()
  if (!text.startsWith('(') || !text.endsWith(')')) return text
  const plain = withoutTexts(text)
  let depth = 0
  for (let i = 0; i < plain.length; i++) {
    if (plain[i] === '(') depth++
    if (plain[i] === ')' && --depth === 0 && i < plain.length - 1) return text
  }
  return depth === 0 ? unwrapped(text.slice(1, -1)) : text
}

/** The same length with every text and quoted name blanked. */
const withoutTexts = (text: string): string =>
  text.replace(/'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`/g, (quote) => ' '.repeat(quote.length))

function alone({ columns }: CheckedTable, setting: DdlSetting): Schema {
  const { schema } = setting
  const place = homeOf(setting) || 'main'
  const table: Table = {
    schema: place,
    name: STAND_IN,
    kind: 'table',
    columns: columns.map(({ name, type }): TableColumn => ({ name, type: 'other', nativeType: type, nullable: true })),
  }
  return { ...schema, version: `${schema.version} check`, searchPath: [place], tables: [table] }
}

const openGrant = (grant: Grant): Grant => ({
  ...grant,
  version: `${grant.version} check`,
  actions: new Set([...grant.actions, 'read']),
  functions: new Set(),
  table: ({ names }) => ({
    columns: names,
    masks: new Map(),
    rows: [],
    restricted: false,
    guarded: false,
    writable: false,
    alterable: false,
    reasons: [],
    explicit: true,
  }),
})

const none = (): string => {
  throw new Error('a check has no masks')
}
