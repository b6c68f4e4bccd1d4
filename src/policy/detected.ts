import type { Mask, TableName } from '../grant.ts'
import type { United } from './unite.ts'

/** One column in which personal data was found, about which nobody has decided that it may be seen. */
export type DetectedColumn = Readonly<{ table: string; column: string; kind: string; mask: Mask }>

/** Those of one source. `version` is equal for two that hide the same. */
export type Detected = Readonly<{ version: string; tables: ReadonlyMap<string, ReadonlyMap<string, DetectedColumn>> }>

/** What was found, by source; undefined where nothing was. A source that finds something new is answered by another value. */
export type Findings = Readonly<{ of(source: string): Detected | undefined }>

/** Names are compared without regard to case, as everything is that takes away: a source may spell them otherwise than when it was scanned. */
const key = ({ schema, name }: Readonly<{ schema: string; name: string }>) => (schema === '' ? name : `${schema}.${name}`).toLowerCase()

/** Columns of one source as policy looks them up; `table` is `schema.name`, or the plain name in sources without schemas. */
export function detectedOf(columns: readonly DetectedColumn[]): Detected | undefined {
  if (columns.length === 0) return undefined
  const tables = new Map<string, Map<string, DetectedColumn>>()
  for (const one of columns) {
    const table = one.table.toLowerCase()
    const known = tables.get(table) ?? new Map<string, DetectedColumn>()
    tables.set(table, known.set(one.column.toLowerCase(), one))
  }
  const version = JSON.stringify(columns.map(({ table, column, mask }) => [table, column, mask]).sort())
  return { version, tables }
}

/** A table as its roles give it, with what was detected in it masked. What a role masks already stays as the role says. */
export function maskedToo(united: United | undefined, table: TableName, detected: Detected | undefined): United | undefined {
  const found = detected?.tables.get(key(table))
  if (!united || !found) return united
  const masks = new Map(united.masks)
  const reasons = [...united.reasons]
  for (const name of united.columns) {
    const one = found.get(name.toLowerCase())
    if (!one || masks.has(name)) continue
    masks.set(name, one.mask)
    reasons.push(`column ${table.name}.${name} is masked (${one.mask.kind}), for it seems to hold personal data (${one.kind})`)
  }
  if (masks.size === united.masks.size) return united
  return { ...united, masks, reasons, restricted: true, guarded: true }
}
