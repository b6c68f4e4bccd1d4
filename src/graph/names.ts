import type { Table, TableColumn } from '../schema.ts'

/** A column of a table that another column may refer to. `strength` is what the names alone say. */
export type Keyed = Readonly<{ table: number; column: string; strength: number; why: string }>

export type NameIndex = Readonly<{ targetsOf(table: Table, place: number, column: TableColumn): readonly Keyed[] }>

/** What a column's name may end or begin with when it refers to a table. */
const suffixes = ['_id', 'id', '_key', '_code', '_no', '_nr', '_num', '_number', '_uuid', '_guid', '_ref', '_fk'] as const
const prefixes = ['id_', 'fk_', 'ref_'] as const
/** Names that every table has; alone they say nothing about another table. */
const general = new Set([
  'id',
  'name',
  'code',
  'key',
  'type',
  'status',
  'date',
  'no',
  'number',
  'title',
  'value',
  'year',
  'uuid',
  'description',
])

/** Looks up by folded names, so that one column costs a few lookups however many tables there are. */
export function nameIndex(tables: readonly Table[]): NameIndex {
  const byName = new Map<string, number[]>()
  const byKey = new Map<string, Keyed[]>()
  tables.forEach((table, i) => {
    if (table.primaryKey?.length !== 1) return
    for (const name of forms(table.name)) push(byName, name, i)
    const [key] = table.primaryKey
    if (!general.has(folded(key!))) push(byKey, folded(key!), { table: i, column: key!, strength: 0.8, why: '' })
  })
  const keyOf = (i: number) => tables[i]!.primaryKey![0]!

  return {
    targetsOf(table, place, column) {
      const found = new Map<string, Keyed>()
      const keep = (keyed: Keyed) => {
        const id = `${keyed.table}\0${keyed.column}`
        if (keyed.table === place && keyed.column === column.name) return
        if ((found.get(id)?.strength ?? 0) < keyed.strength) found.set(id, keyed)
      }
      const name = folded(column.name)
      for (const { stem, plain } of stems(column.name)) {
        for (const i of byName.get(stem) ?? []) {
          if (tables[i]!.schema !== table.schema && (byName.get(stem)?.length ?? 0) > 1 && !plain) continue
          keep({
            table: i,
            column: keyOf(i),
            strength: sameSchema(tables[i]!, table, plain ? 0.6 : 0.9),
            why: `the column ${column.name} names the table ${tables[i]!.name}`,
          })
        }
      }
      for (const keyed of byKey.get(name) ?? []) {
        // The key of a table within its own table is no reference, and a table's own key refers outwards only as a part of it.
        if (keyed.table === place) continue
        const weak = table.primaryKey?.length === 1 && table.primaryKey[0] === column.name
        keep({
          ...keyed,
          strength: sameSchema(tables[keyed.table]!, table, weak ? 0.5 : 0.85),
          why: `the key of ${tables[keyed.table]!.name} has the same name`,
        })
      }
      return [...found.values()]
    },
  }
}

const sameSchema = (one: Table, other: Table, strength: number): number => (one.schema === other.schema ? strength : strength * 0.8)

/** What a column's name leaves when what marks a reference is taken off. `plain` when nothing was: `customer` may mean the table customers. */
function stems(name: string): { stem: string; plain: boolean }[] {
  const lower = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  const found: { stem: string; plain: boolean }[] = []
  for (const suffix of suffixes) {
    if (lower.length > suffix.length + 1 && lower.endsWith(suffix))
      found.push({ stem: folded(lower.slice(0, -suffix.length)), plain: false })
  }
  for (const prefix of prefixes) {
    if (lower.length > prefix.length + 1 && lower.startsWith(prefix)) found.push({ stem: folded(lower.slice(prefix.length)), plain: false })
  }
  // The last words of a longer name: `billing_customer_id` refers to customers as a rule.
  const words = lower.split('_').filter((word) => word !== '')
  if (words.length > 2 && suffixes.includes(`_${words.at(-1)}` as (typeof suffixes)[number])) {
    found.push({ stem: folded(words.slice(-2, -1).join('')), plain: true })
  }
  if (!general.has(folded(lower))) found.push({ stem: folded(lower), plain: true })
  return found.filter(({ stem }) => stem.length > 1)
}

/** A table's name as columns write it: without what the house puts before it, in the singular. */
function forms(name: string): Set<string> {
  const plain = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  const bare = plain.replace(/^(tbl|tb|t|dim|fact|fct|stg|ref|lkp|v)_/, '')
  return new Set([plain, bare, ...singulars(plain), ...singulars(bare)].map(folded))
}

function singulars(word: string): string[] {
  if (word.endsWith('ies')) return [`${word.slice(0, -3)}y`]
  if (/(ss|sh|ch|x|z)es$/.test(word)) return [word.slice(0, -2)]
  if (word.endsWith('people')) return [`${word.slice(0, -6)}person`]
  if (word.endsWith('children')) return [word.slice(0, -3)]
  if (word.endsWith('s') && !word.endsWith('ss')) return [word.slice(0, -1), ...(word.endsWith('es') ? [word.slice(0, -2)] : [])]
  return []
}

const folded = (name: string): string => name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}
