import { createHash } from 'node:crypto'
import type { Details, Index } from '../details.ts'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import type { Schema, SourceFunction, Table } from '../schema.ts'
import type { Source } from '../source/sources.ts'

/** What a source holds at one moment, as the registry keeps it: nothing of the engine itself, no estimates, all in one order. */
export type Reading = Readonly<{
  schema: Schema
  details: Details | undefined
  /** The schema as JSON. */
  text: string
  /** Equal for two readings of the same: schema and indexes, no figures. */
  hash: string
}>

/** Two readings in a row must agree, or else the schema was being changed; a source that never rests is taken as it was last. */
const READINGS_MAX = 4

/**
 * Reads what a source holds, past everything that is kept of it. What is not `known` is read again until two readings agree, so that a schema
 * that changes in between does not become a version that never was.
 */
export async function readSource(source: Source, known: string | undefined, signal: AbortSignal): Promise<Reading> {
  let last = await readOnce(source, signal)
  for (let readings = 1; last.hash !== known && readings < READINGS_MAX; readings++) {
    const again = await readOnce(source, signal)
    if (again.hash === last.hash) return again
    last = again
  }
  return last
}

async function readOnce({ name, connection }: Source, signal: AbortSignal): Promise<Reading> {
  const late = AbortSignal.timeout(limits.schemaMsMax)
  const either = AbortSignal.any([signal, late])
  try {
    const { searchPath, tables, functions } = kept(await connection.describe(either))
    const details = await connection.details?.(either)
    const held = [JSON.stringify(tables), JSON.stringify(functions)] as const
    const text = `{"searchPath":${JSON.stringify(searchPath)},"tables":${held[0]},"functions":${held[1]}}`
    const hash = createHash('sha256').update(held[0]).update(held[1])
    const version = hash
      .update(JSON.stringify(details?.indexes.map(shapeOf).sort() ?? []))
      .digest('hex')
      .slice(0, 32)
    return { schema: { version, searchPath, tables, functions }, details, text, hash: version }
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error
    throw new SluiceError('source_unavailable', `What the source "${name}" holds could not be read within ${limits.schemaMsMax / 1000} s.`)
  }
}

/** Servers answer in an order of their own, which may be another tomorrow. */
function kept({ searchPath, tables, functions }: Schema): Omit<Schema, 'version'> {
  const own = tables.filter(({ system, kind }) => !system && kind !== 'sequence')
  return {
    searchPath,
    tables: own.map(tableOf).sort(byText((table: Table) => `${table.schema}\0${table.name}`)),
    functions: functions.filter(({ builtin }) => !builtin).sort(byText((one: SourceFunction) => JSON.stringify(one))),
  }
}

function tableOf({ rowsEstimate: _, foreignKeys, dependsOn, inherits, ...table }: Table): Table {
  return {
    ...table,
    ...(foreignKeys ? { foreignKeys: foreignKeys.toSorted(byText((key: unknown) => JSON.stringify(key))) } : {}),
    ...(dependsOn ? { dependsOn: dependsOn.toSorted() } : {}),
    ...(inherits ? { inherits: inherits.toSorted() } : {}),
  }
}

const shapeOf = ({ schema, table, name, columns, unique, primary, method }: Index): string =>
  JSON.stringify([schema, table, name, columns, unique, primary, method ?? ''])

const byText =
  <T>(text: (one: T) => string) =>
  (one: T, other: T): number => {
    const [a, b] = [text(one), text(other)]
    return a < b ? -1 : a > b ? 1 : 0
  }
