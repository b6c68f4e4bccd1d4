import type { Cell, ColumnType } from '../../result.ts'
import { type CellReader, type Kind, kinds } from './cells.ts'

/** What is known of a type: our column type, PostgreSQL's name, and how its text becomes JSON. */
export type TypeInfo = CellReader & Readonly<{ type: ColumnType; name: string }>

const plain = (name: string, type: ColumnType, kind: Kind): TypeInfo => ({ name, type, kind, element: kinds.text })
/** An element that is itself an array (of a domain, say) stays the text that it is. */
const arrayOf = ({ name, kind }: TypeInfo): TypeInfo => ({
  name: `${name}[]`,
  type: 'array',
  kind: kinds.array,
  element: kind === kinds.array ? kinds.text : kind,
})

/** OID, OID of its array type, name, column type, kind. From src/include/catalog/pg_type.dat; these never change. */
const builtin: readonly (readonly [oid: number, array: number, name: string, type: ColumnType, kind: Kind])[] = [
  [16, 1000, 'bool', 'bool', kinds.bool],
  [17, 1001, 'bytea', 'binary', kinds.bytea],
  [18, 1002, 'char', 'text', kinds.text],
  [19, 1003, 'name', 'text', kinds.text],
  [20, 1016, 'int8', 'int', kinds.int8],
  [21, 1005, 'int2', 'int', kinds.raw],
  [22, 1006, 'int2vector', 'other', kinds.text],
  [23, 1007, 'int4', 'int', kinds.raw],
  [25, 1009, 'text', 'text', kinds.text],
  [26, 1028, 'oid', 'int', kinds.raw],
  [28, 1011, 'xid', 'int', kinds.raw],
  [29, 1012, 'cid', 'int', kinds.raw],
  [30, 1013, 'oidvector', 'other', kinds.text],
  [114, 199, 'json', 'json', kinds.text],
  [142, 143, 'xml', 'other', kinds.text],
  [600, 1017, 'point', 'other', kinds.text],
  [650, 651, 'cidr', 'other', kinds.text],
  [700, 1021, 'float4', 'float', kinds.float],
  [701, 1022, 'float8', 'float', kinds.float],
  [790, 791, 'money', 'other', kinds.text],
  [829, 1040, 'macaddr', 'other', kinds.text],
  [869, 1041, 'inet', 'other', kinds.text],
  [1042, 1014, 'bpchar', 'text', kinds.text],
  [1043, 1015, 'varchar', 'text', kinds.text],
  [1082, 1182, 'date', 'date', kinds.quoted],
  [1083, 1183, 'time', 'time', kinds.quoted],
  [1114, 1115, 'timestamp', 'timestamp', kinds.quoted],
  [1184, 1185, 'timestamptz', 'timestamptz', kinds.quoted],
  [1186, 1187, 'interval', 'interval', kinds.text],
  [1266, 1270, 'timetz', 'time', kinds.quoted],
  [1560, 1561, 'bit', 'other', kinds.quoted],
  [1562, 1563, 'varbit', 'other', kinds.quoted],
  [1700, 1231, 'numeric', 'decimal', kinds.quoted],
  [2205, 2210, 'regclass', 'other', kinds.text],
  [2206, 2211, 'regtype', 'other', kinds.text],
  [2202, 2207, 'regprocedure', 'other', kinds.text],
  [24, 1008, 'regproc', 'other', kinds.text],
  [2950, 2951, 'uuid', 'uuid', kinds.quoted],
  [3220, 3221, 'pg_lsn', 'other', kinds.text],
  [3614, 3643, 'tsvector', 'other', kinds.text],
  [3615, 3645, 'tsquery', 'other', kinds.text],
  [3802, 3807, 'jsonb', 'json', kinds.text],
  [3904, 3905, 'int4range', 'other', kinds.text],
  [3906, 3907, 'numrange', 'other', kinds.text],
  [3908, 3909, 'tsrange', 'other', kinds.text],
  [3910, 3911, 'tstzrange', 'other', kinds.text],
  [3912, 3913, 'daterange', 'other', kinds.text],
  [3926, 3927, 'int8range', 'other', kinds.text],
  [5069, 271, 'xid8', 'int', kinds.int8],
]

/** A row of pg_type about a type that is not in the table above. */
export type TypeRow = Readonly<{
  oid: number
  name: string
  type: string
  category: string
  base: number
  element: number
  delimiter: string
}>

/** Asks the catalog about these types and everything they are made of. `$1` is an array of OIDs as text. */
export const typeRowsSql = `
WITH RECURSIVE wanted (oid, typname, typtype, typcategory, typbasetype, typelem, typdelim) AS (
  SELECT t.oid, t.typname, t.typtype, t.typcategory, t.typbasetype, t.typelem, t.typdelim
  FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1::pg_catalog.oid[])
  UNION
  SELECT t.oid, t.typname, t.typtype, t.typcategory, t.typbasetype, t.typelem, t.typdelim
  FROM pg_catalog.pg_type t JOIN wanted w ON t.oid IN (w.typbasetype, w.typelem)
)
SELECT oid, typname, typtype, typcategory, typbasetype, typelem, typdelim FROM wanted`

/** A row of `typeRowsSql`. */
export const typeRow = ([oid, name, type, category, base, element, delimiter]: readonly Cell[]): TypeRow =>
  ({ oid, name, type, category, base, element, delimiter }) as TypeRow

/** The types of one source: PostgreSQL's own, and those learned from its catalog. */
export class Types {
  readonly #known = new Map<number, TypeInfo>()

  constructor() {
    for (const [oid, array, name, type, kind] of builtin) {
      const info = plain(name, type, kind)
      this.#known.set(oid, info)
      this.#known.set(array, arrayOf(info))
    }
  }

  get(oid: number): TypeInfo | undefined {
    return this.#known.get(oid)
  }

  /** As text: what to do with a type about which the catalog says nothing either. */
  giveUp(oid: number): TypeInfo {
    const info = plain(`oid ${oid}`, 'other', kinds.text)
    this.#known.set(oid, info)
    return info
  }

  learn(rows: readonly TypeRow[]): void {
    const byOid = new Map(rows.map((row) => [row.oid, row]))
    for (const { oid } of rows) this.#resolve(oid, byOid)
  }

  #resolve(oid: number, rows: ReadonlyMap<number, TypeRow>): TypeInfo {
    const known = this.#known.get(oid)
    if (known) return known
    const info = this.#read(rows.get(oid), rows)
    this.#known.set(oid, info)
    return info
  }

  #read(row: TypeRow | undefined, rows: ReadonlyMap<number, TypeRow>): TypeInfo {
    if (!row) return plain('unknown', 'other', kinds.text)
    if (row.type === 'd') return { ...this.#resolve(row.base, rows), name: row.name }
    if (row.category === 'A' && row.element !== 0 && row.delimiter === ',') return arrayOf(this.#resolve(row.element, rows))
    return plain(row.name, row.type === 'e' || row.category === 'S' ? 'text' : 'other', kinds.text)
  }
}
