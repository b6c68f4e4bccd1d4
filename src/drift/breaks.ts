import type { Change } from './drift.ts'

/** Something that names tables and columns of a source: a saved query, a view, a pair of the bank, a role, cached answers. */
export type Use = Readonly<{
  what: 'query' | 'view' | 'pair' | 'policy' | 'cache'
  name: string
  /** Names as `changesBetween` writes them. */
  tables: readonly string[]
  /** `table.column`; empty where only tables are known. */
  columns: readonly string[]
}>

/** One use that a change breaks or may break, with what to do about it. */
export type Break = Readonly<{ use: Pick<Use, 'what' | 'name'>; change: Change; certain: boolean; text: string; mend: string }>

/** Which uses no longer fit after the changes. A policy that names what is gone protects nothing, so it counts as broken. Pure. */
export function breaksOf(changes: readonly Change[], uses: readonly Use[]): Break[] {
  return changes.flatMap((change) =>
    uses.flatMap((use): Break[] => {
      const found = judged(change, use)
      return found ? [{ use: { what: use.what, name: use.name }, change, ...found }] : []
    }),
  )
}

type Judged = Pick<Break, 'certain' | 'text' | 'mend'>

function judged(change: Change, use: Use): Judged | undefined {
  const { kind, table, column = '' } = change
  const named = use.tables.includes(table)
  const columnNamed = use.columns.includes(`${table}.${column}`)
  // Where nobody knows which columns are used, any of the table's may be; a role says which it means.
  const columnMaybe = named && use.columns.length === 0 && use.what !== 'policy'
  const it = titles[use.what](use.name)
  switch (kind) {
    case 'table_removed':
      return named ? { certain: true, text: `${it} names the table ${table}, which is gone.`, mend: gone[use.what] } : undefined
    case 'table_renamed':
      return named
        ? {
            certain: true,
            text: `${it} names the table ${table}, which is now ${change.after}.`,
            mend: `Write ${change.after} in the place of ${table}.`,
          }
        : undefined
    case 'column_removed':
      if (!columnNamed && !columnMaybe) return undefined
      return {
        certain: columnNamed,
        text: `${it} ${columnNamed ? 'names' : 'may name'} ${table}.${column}, which is gone.`,
        mend: gone[use.what],
      }
    case 'column_renamed':
      if (!columnNamed && !columnMaybe) return undefined
      return {
        certain: columnNamed,
        text: `${it} ${columnNamed ? 'names' : 'may name'} ${table}.${column}, which is now ${change.after}.`,
        mend: `Write ${change.after} in the place of ${column}.`,
      }
    case 'column_retyped':
      if (!columnNamed && !columnMaybe) return undefined
      return {
        certain: false,
        text: `${it} uses ${table}.${column}, which was ${change.before} and is ${change.after}.`,
        mend: 'Run it again and compare: comparisons, masks and sums may mean something else now.',
      }
    case 'kind_changed':
    case 'definition_changed':
      return named && use.what !== 'policy'
        ? { certain: false, text: `${it} reads ${table}, which is made in another way now.`, mend: 'Run it again and compare.' }
        : undefined
    case 'column_added':
      return use.what === 'policy' && named
        ? {
            certain: false,
            text: `${it} speaks of ${table}, which has a new column ${column}.`,
            mend: `Decide whether ${column} may be seen; a role that lists the allowed columns hides it.`,
          }
        : undefined
    default:
      return undefined
  }
}

const titles: Readonly<Record<Use['what'], (name: string) => string>> = {
  query: (name) => `The saved query "${name}"`,
  view: (name) => `The view ${name}`,
  pair: (name) => `The question "${name}"`,
  policy: (name) => `The role ${name}`,
  cache: (name) => `Cached answers of ${name}`,
}

const gone: Readonly<Record<Use['what'], string>> = {
  query: 'Change the query, or remove it.',
  view: 'Make the view anew, or drop it.',
  pair: 'Write another statement for the question, or remove the pair.',
  policy: 'Take the name out of the role, or write the one that is meant: as it is, the rule protects nothing.',
  cache: 'Nothing: they are read anew.',
}
