/** A query as the engine thinks of it: what a question can mean, in no dialect. Columns are told by their places in the index of the search. */
export type Query = Readonly<{
  select: readonly Item[]
  distinct: boolean
  /** Tables by their places in the index; how they join is worked out from the join graph, so none is left unconnected. */
  tables: readonly number[]
  /** Pairs of columns by which tables are to join, where there is more than one way; what is missing is worked out. */
  joins?: readonly (readonly [number, number])[]
  where: readonly Condition[]
  /** One connective for all conditions, as questions have it; a deeper mixture is an `any` condition. */
  whereAny: boolean
  /** A column whose item in `select` has a `part` is grouped by that part. */
  group: readonly number[]
  having: readonly Condition[]
  order: readonly Readonly<{ item: Item; descending: boolean }>[]
  limit?: number
  combine?: Readonly<{ with: Query; how: 'union' | 'intersect' | 'except' }>
}>

/** A column, counted or summed up or as it is. `column` -1 is `*`. `minus` makes a difference, `part` a piece of a date. */
export type Item = Readonly<{
  column: number
  aggregate?: 'count' | 'sum' | 'avg' | 'min' | 'max'
  distinct?: boolean
  part?: 'year' | 'quarter' | 'month' | 'week' | 'day' | 'weekday'
  minus?: Readonly<{ how: '-' | '+' | '*' | '/'; item: Item }>
}>

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'not like' | 'in' | 'not in' | 'between' | 'is null' | 'is not null'

/** `right` is nothing for the null tests, two literals for between, a query where it is nested, another column where two are compared. */
export type Condition = Readonly<{
  left: Item
  operator: Operator
  right: readonly Literal[] | Readonly<{ query: Query }> | Readonly<{ item: Item }>
}>

/** A value of a condition as it is written to the source: numbers as text of digits, never rounded. */
export type Literal = Readonly<{ kind: 'text' | 'number' | 'date'; text: string }>
