import { tool } from '../api/client.ts'

export type NamedTable = Readonly<{
  name: string
  schema: string
  kind: string
  columns: readonly Readonly<{ name: string; type: string }>[]
}>
export type Names = Readonly<{ tables: readonly NamedTable[]; table(name: string): NamedTable | undefined }>

type Listed = Readonly<{
  columns: readonly Readonly<{ table: string; schema?: string; name?: string; column?: string; type: string }>[]
  more?: boolean
  next_offset?: number
}>

const KEPT_MS = 5 * 60_000
const PAGE = 1_000
const PAGES_MAX = 20
const kept = new Map<string, Readonly<{ at: number; names: Promise<Names> }>>()

/** Tables and columns of a source that the caller may see, kept for some minutes; none while they cannot be had. */
export function catalogOf(source: string): Promise<Names> {
  const known = kept.get(source)
  if (known && Date.now() - known.at < KEPT_MS) return known.names
  const names = read(source)
  kept.set(source, { at: Date.now(), names })
  names.then(
    ({ tables }) => tables.length === 0 && kept.delete(source),
    () => kept.delete(source),
  )
  return names
}

/** Forgets them, for who signs in as somebody else. */
export const forgetNames = (): void => kept.clear()

async function read(source: string): Promise<Names> {
  const tables = new Map<string, { name: string; schema: string; kind: string; columns: { name: string; type: string }[] }>()
  try {
    for (let page = 0; page < PAGES_MAX; page++) {
      const { columns } = await tool<Listed>('list_columns', { source, limit: PAGE, offset: page * PAGE })
      for (const { table, schema = '', name, column, type } of columns) {
        const key = `${schema}.${table}`
        const one = tables.get(key) ?? { name: table, schema, kind: 'table', columns: [] }
        tables.set(key, one)
        one.columns.push({ name: name ?? column ?? '', type })
      }
      if (columns.length < PAGE) break
    }
  } catch {
    // The editor works without; it only cannot complete.
  }
  const all = [...tables.values()]
  return { tables: all, table: (name) => all.find((one) => one.name.toLowerCase() === name.toLowerCase()) }
}
