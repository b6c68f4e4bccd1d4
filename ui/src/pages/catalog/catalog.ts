import { useQuery } from '@tanstack/react-query'
import { ask, tool } from '../../api/client.ts'

export type TableListed = Readonly<{
  table: string
  schema?: string
  kind: string
  columns: number
  rows_estimate?: number
  bytes?: number
}>
export type ListedTables = Readonly<{ source: string; tables: readonly TableListed[]; total: number; more: number }>

export type ColumnAbout = Readonly<{
  name: string
  type: string
  native_type?: string
  nullable?: boolean
  masked?: string
  description?: string
  comment?: string
  tags?: readonly string[]
}>
export type TableAbout = Readonly<{
  source: string
  table: string
  schema?: string
  kind: string
  dialect: string
  rows_estimate?: number
  description?: string
  comment?: string
  owner?: string
  tags?: readonly string[]
  columns: readonly ColumnAbout[]
  primary_key?: readonly string[]
  foreign_keys?: readonly Readonly<{ columns: readonly string[]; table: string; references: readonly string[] }>[]
  policies: readonly string[]
}>

export type Join = Readonly<{
  from: string
  columns: readonly string[]
  to: string
  references: readonly string[]
  kind: 'foreign_key' | 'inferred'
  strength: number
  cardinality: string
  evidence: string
}>
export type Related = Readonly<{ source: string; related: readonly Readonly<{ table: string; steps: number; joins: readonly Join[] }>[] }>

const TABLES = 2_000

/** The tables of a source that the caller may see. */
export const useTables = (source: string | undefined) =>
  useQuery({
    queryKey: ['tables', source],
    queryFn: ({ signal }) => tool<ListedTables>('list_tables', { source, limit: TABLES }, signal),
    enabled: source !== undefined,
    retry: false,
  })

export const useTable = (source: string, table: string) =>
  useQuery({
    queryKey: ['table', source, table],
    queryFn: ({ signal }) => tool<TableAbout>('describe_table', { source, table }, signal),
    retry: false,
  })

/** What a table is joined with, nearest first. */
export const useRelated = (source: string, table: string | undefined) =>
  useQuery({
    queryKey: ['related', source, table],
    queryFn: ({ signal }) => ask<Related>('GET', relatedPath(source, table!), undefined, signal),
    enabled: table !== undefined,
    retry: false,
  })

export const relatedPath = (source: string, table: string): string =>
  `/api/catalog/${encodeURIComponent(source)}/related?${new URLSearchParams({ tables: table, limit: '50' })}`

/** An address below the catalog of a source. */
export const at = (source: string, path: string): string => `/api/catalog/${encodeURIComponent(source)}/${path}`

/** A name as a statement of the dialect writes it. */
export function quoted(name: string, dialect: string, schema?: string): string {
  const mark = dialect === 'mysql' ? '`' : '"'
  const one = (part: string) => mark + part.replaceAll(mark, mark + mark) + mark
  return schema && name.startsWith(`${schema}.`) ? `${one(schema)}.${one(name.slice(schema.length + 1))}` : one(name)
}
