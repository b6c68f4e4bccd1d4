import type { Brought } from './merge.ts'

/** What of a table a manifest speaks of, as the source knows it; undefined where there is none, or several might be meant. */
export type Found = (schema: string, name: string) => Readonly<{ table: string; columns: readonly string[] }> | undefined

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const objects = (value: unknown): readonly Json[] => (isObject(value) ? Object.values(value).filter(isObject) : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

export const isManifest = (document: unknown): boolean => isObject(document) && isObject(document.nodes) && isObject(document.metadata)

const TABLES: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot', 'source'])

/** What dbt says of tables and columns in its `manifest.json` (schemas v4 to v12): descriptions, tags, owners. `unknown` counts what the source has not. */
export function fromManifest(document: unknown, found: Found): Readonly<{ brought: readonly Brought[]; unknown: number }> {
  const manifest = document as Json
  const owners = new Map(objects(manifest.groups).map((group) => [textOf(group.name), ownerOf(group.owner)]))
  const brought: Brought[] = []
  let unknown = 0
  for (const node of [...objects(manifest.nodes), ...objects(manifest.sources)]) {
    if (!TABLES.has(textOf(node.resource_type))) continue
    const name = textOf(node.identifier) || textOf(node.alias) || textOf(node.name)
    const known = found(textOf(node.schema), name)
    if (!known) {
      unknown++
      continue
    }
    const config = isObject(node.config) ? node.config : {}
    const meta = metaOf(node, config)
    const owner = ownerOf(meta.owner) || owners.get(textOf(node.group) || textOf(config.group)) || ''
    brought.push({
      table: known.table,
      column: '',
      origin: 'dbt',
      ...described(node),
      tags: [...texts(node.tags), ...texts(config.tags)],
      ...(owner === '' ? {} : { owner }),
      terms: texts(meta.terms),
    })
    for (const column of objects(node.columns)) {
      const spelled = spelling(textOf(column.name), known.columns)
      if (spelled === undefined) {
        unknown++
        continue
      }
      const settings = isObject(column.config) ? column.config : {}
      const about = metaOf(column, settings)
      const whose = ownerOf(about.owner)
      brought.push({
        table: known.table,
        column: spelled,
        origin: 'dbt',
        ...described(column),
        tags: [...texts(column.tags), ...texts(settings.tags)],
        ...(whose === '' ? {} : { owner: whose }),
        terms: texts(about.terms),
      })
    }
  }
  return { brought, unknown }
}

const described = ({ description }: Json) => (textOf(description).trim() === '' ? {} : { description: textOf(description) })

const metaOf = (node: Json, config: Json): Json => ({
  ...(isObject(config.meta) ? config.meta : {}),
  ...(isObject(node.meta) ? node.meta : {}),
})

/** A name, or what a group says of its owner. */
const ownerOf = (owner: unknown): string => (isObject(owner) ? textOf(owner.name) || texts(owner.email)[0] || '' : textOf(owner))

function spelling(name: string, columns: readonly string[]): string | undefined {
  if (columns.includes(name)) return name
  const loose = columns.filter((one) => one.toLowerCase() === name.toLowerCase())
  return loose.length === 1 ? loose[0] : undefined
}
