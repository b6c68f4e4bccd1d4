/** A column of an answer; `native` is the source's own name of its type. */
export type Column = Readonly<{ name: string; type: string; native?: string }>
export type Row = readonly unknown[]

export type Receipt = Readonly<{
  audit_id: string
  source: string
  sql: string
  policies: readonly string[]
  masked: readonly string[]
  rows: number
  truncated: boolean
  rows_max: number
  from: 'live' | 'cache'
  ms: number
}>

export type FilterOp = 'equals' | 'differs' | 'less' | 'at_most' | 'greater' | 'at_least' | 'contains' | 'begins' | 'is_null' | 'not_null'
export type Filter = Readonly<{ column: string; op: FilterOp; value?: string | number | boolean }>
export type Sort = Readonly<{ column: string; desc: boolean }>

/** A statement whose rows are looked at. */
export type Statement = Readonly<{ source: string; sql: string; params?: readonly (string | number | boolean | null)[] }>

export type Page = Readonly<{
  columns: readonly Column[]
  rows: readonly Row[]
  cut: readonly (readonly [row: number, column: number, chars: number])[]
  truncated: boolean
  receipt: Receipt
}>

const numeric: ReadonlySet<string> = new Set(['int', 'float', 'decimal'])
export const isNumeric = ({ type }: Column): boolean => numeric.has(type)

/** A cell as the text that is copied and read aloud; NULL is the empty one. */
export function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
