import type { Table, TableColumn } from '../schema.ts'
import type { Cardinality, Inclusion, Relation } from './graph.ts'
import { type Keyed, nameIndex } from './names.ts'

/** Every relation between these tables: each foreign key, and what is inferred where no foreign key says it. */
export function edgesOf(tables: readonly Table[], names: readonly string[], inclusion: Inclusion | undefined): Relation[] {
  const known = foreignKeys(tables, names)
  const said = new Set(known.flatMap(({ from, columns }) => columns.map((column) => `${from}\0${column}`)))
  return [...known, ...inferred(tables, names, said, inclusion)]
}

function foreignKeys(tables: readonly Table[], names: readonly string[]): Relation[] {
  const byName = new Map(names.map((name, i) => [name, tables[i]!]))
  return tables.flatMap((table, i) =>
    (table.foreignKeys ?? []).flatMap((key): Relation[] => {
      const to = byName.has(key.table) ? key.table : `${table.schema === '' ? '' : `${table.schema}.`}${key.table}`
      const target = byName.get(to)
      // A key to a table that may not be seen does not exist here.
      if (!target || key.columns.length === 0) return []
      return [
        {
          from: names[i]!,
          to,
          columns: key.columns,
          references: key.references,
          kind: 'foreign_key',
          strength: 1,
          cardinality: isKey(table, key.columns) ? '1:1' : 'n:1',
          optional: key.columns.some((name) => columnOf(table, name)?.nullable ?? true),
          evidence: `foreign key (${key.columns.join(', ')})`,
        },
      ]
    }),
  )
}

/** More than this many tables with the same kind of column say nothing about each other. */
const LIKE_MAX = 40

function inferred(
  tables: readonly Table[],
  names: readonly string[],
  said: ReadonlySet<string>,
  inclusion: Inclusion | undefined,
): Relation[] {
  const index = nameIndex(tables)
  const found: Relation[] = []
  tables.forEach((table, i) => {
    for (const column of table.columns) {
      if (said.has(`${names[i]}\0${column.name}`)) continue
      const targets = index.targetsOf(table, i, column)
      if (targets.length === 0 || targets.length > LIKE_MAX) continue
      for (const target of targets) {
        const relation = judged(table, names[i]!, column, target, names[target.table]!, tables[target.table]!, inclusion)
        if (relation) found.push(relation)
      }
    }
  })
  return found
}

/** Below this an inferred relation would mislead more often than help. */
const STRENGTH_MIN = 0.35

function judged(
  table: Table,
  from: string,
  column: TableColumn,
  target: Keyed,
  to: string,
  other: Table,
  inclusion: Inclusion | undefined,
): Relation | undefined {
  const reference = columnOf(other, target.column)
  if (!reference || family(reference) !== family(column)) return undefined
  const share = inclusion?.share(from, column.name, to, target.column)
  // Values decide where somebody has looked at them: a name is only a name.
  const strength =
    share === undefined ? target.strength : share < 0.5 ? share * target.strength : Math.min(0.98, target.strength * 0.5 + share * 0.5)
  if (strength < STRENGTH_MIN) return undefined
  const cardinality: Cardinality = !isKey(other, [target.column]) ? 'n:m' : isKey(table, [column.name]) ? '1:1' : 'n:1'
  const values = share === undefined ? '' : `, ${Math.round(share * 100)} % of its values are found there`
  return {
    from,
    to,
    columns: [column.name],
    references: [target.column],
    kind: 'inferred',
    strength: Math.round(strength * 100) / 100,
    cardinality,
    optional: column.nullable || (share ?? 0) < 1,
    evidence: `${target.why}${values}`,
  }
}

const columnOf = (table: Table, name: string) => table.columns.find((column) => column.name === name)

const isKey = ({ primaryKey = [] }: Table, columns: readonly string[]): boolean =>
  primaryKey.length > 0 && primaryKey.length === columns.length && primaryKey.every((name) => columns.includes(name))

/** Types whose values can be equal. */
function family({ type }: TableColumn): string {
  if (type === 'int' || type === 'decimal') return 'number'
  if (type === 'text' || type === 'uuid' || type === 'other') return 'text'
  return type
}
