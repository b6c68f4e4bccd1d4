import { createHash } from 'node:crypto'
import type { Details, Index } from '../details.ts'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import type { Schema, SourceFunction, Table } from '../schema.ts'
import type { ReadSoFar } from '../source/source.ts'
import type { Source } from '../source/sources.ts'

/** What a source holds at one moment, as the registry keeps it: nothing of the engine itself, no estimates, all in one order. */
export type Reading = Readonly<{
  schema: Schema
  details: Details | undefined
  /** The schema as JSON. */
  text: string
  /** Equal for two readings of the same: schema and indexes, no figures. */
  hash: string
  /** What the connector itself calls this state of the source. */
  live: string
}>

/** Two readings in a row must agree, or else the schema was being changed; a source that never rests is taken as it was last. */
const READINGS_MAX = 4

/**
 * Reads what a source holds, past everything that is kept of it. What is not `known` is read again until two readings of the schema agree, so that
 * one that changes in between does not become a version that never was. Of the earlier reading only the hash is held meanwhile: both may be large.
 */
export async function readSource(source: Source, known: string | undefined, signal: AbortSignal, told?: ReadSoFar): Promise<Reading> {
  let described: Schema | undefined = await bounded(source, signal, (either) => source.connection.describe(either, told))
  for (let readings = 1; ; readings++) {
    const details = await bounded(source, signal, async (either) => source.connection.details?.(either))
    let reading: Reading | undefined = readingOf(described, details)
    const { hash } = reading
    if (hash === known || readings === READINGS_MAX) return reading
    // Let go before the next one comes.
    described = reading = undefined
    described = await bounded(source, signal, (either) => source.connection.describe(either))
    const again = readingOf(described, details)
    if (again.hash === hash) return again
  }
}

async function bounded<T>({ name }: Source, signal: AbortSignal, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(limits.schemaMsMax)
  try {
    return await read(AbortSignal.any([signal, late]))
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error
    throw new SluiceError('source_unavailable', `What the source "${name}" holds could not be read within ${limits.schemaMsMax / 1000} s.`)
  }
}

function readingOf(described: Schema, details: Details | undefined): Reading {
  const { searchPath, tables, functions } = kept(described)
  const held = [JSON.stringify(tables), JSON.stringify(functions)] as const
  const text = `{"searchPath":${JSON.stringify(searchPath)},"tables":${held[0]},"functions":${held[1]}}`
  const digest = createHash('sha256').update(held[0]).update(held[1])
  const version = digest
    .update(JSON.stringify(details?.indexes.map(shapeOf).sort() ?? []))
    .digest('hex')
    .slice(0, 32)
  return { schema: { version, searchPath, tables, functions }, details, text, hash: version, live: described.version }
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
