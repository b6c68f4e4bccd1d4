import type { CatalogSource, CatalogTable, CatalogTableAbout } from '../catalog.ts'
import { catalogCall } from './catalog-call.ts'
import { onOneLine } from './catalog-words.ts'
import { inColumns } from './columns.ts'
import { type Command, exits, type Terminal } from './command.ts'

const TABLES_MAX = 100_000

export const catalogShow: Command = {
  name: 'catalog show',
  doc: 'Show what the registry knows: all sources with their health, the tables of one, or one table. No source is touched.',
  words: '[SOURCE [TABLE]]',
  wordsMax: 2,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [
    ['sluice catalog show --demo', 'Every source: health, version, when it was last looked at'],
    ['sluice catalog show --demo shop customers', 'One table'],
  ],
  async run(given, context) {
    const { terminal } = context
    const [source, table] = given.words
    const json = given.on('json')
    return await context.withParts(await context.config(), async (parts) => {
      const { catalogSources, catalogTable, catalogTables } = await import('../catalog.ts')
      const call = await catalogCall(context, source ?? '', `catalog show ${given.words.join(' ')}`)
      if (source === undefined) put(terminal, json, await catalogSources(call, parts), sourcesText)
      else if (table !== undefined) put(terminal, json, await catalogTable(call, table, parts), tableText)
      else put(terminal, json, (await catalogTables(call, { limit: TABLES_MAX, offset: 0 }, parts)).items, tablesText)
      return exits.ok.code
    })
  },
}

function put<T>({ out }: Terminal, json: boolean, told: T, text: (told: T) => string): void {
  out.write(json ? `${JSON.stringify(told, undefined, 2)}\n` : text(told))
}

function sourcesText(sources: readonly CatalogSource[]): string {
  if (sources.length === 0) return 'There are no sources that you may use.\n'
  const rows = sources.map(({ source, connector, health, version, tables, synced_at }) => [
    source,
    connector,
    health === undefined ? 'unknown' : health.ok ? `ok (${health.ms} ms)` : (health.code ?? 'failed'),
    version === undefined ? '' : String(version),
    tables === undefined ? '' : String(tables),
    synced_at ?? 'never',
    onOneLine(health?.text ?? ''),
  ])
  return inColumns(['source', 'connector', 'state', 'version', 'tables', 'looked at', 'about'], rows)
}

function tablesText(tables: readonly CatalogTable[]): string {
  if (tables.length === 0) return 'There are no tables that you may see.\n'
  const figure = (value: number | undefined) => (value === undefined ? '' : String(value))
  const rows = tables.map(({ table, kind, columns, rows_estimate, bytes, comment }) => [
    onOneLine(table),
    kind,
    String(columns),
    figure(rows_estimate),
    figure(bytes),
    onOneLine(comment ?? '').slice(0, 80),
  ])
  return inColumns(['table', 'kind', 'columns', 'rows', 'bytes', 'about'], rows)
}

function tableText({ table, kind, comment, about, primary_key, foreign_keys, indexes, synced_at }: CatalogTableAbout): string {
  const rows = about.map((column) => [
    onOneLine(column.name),
    onOneLine(column.native_type),
    column.nullable ? '' : 'not null',
    onOneLine(column.default ?? ''),
    column.masked ?? '',
    onOneLine(column.comment ?? '').slice(0, 80),
  ])
  const list = (names: readonly string[]) => names.map(onOneLine).join(', ')
  return [
    `${onOneLine(table)} (${kind})${comment === undefined ? '' : `: ${onOneLine(comment)}`}`,
    inColumns(['column', 'type', 'null', 'default', 'masked', 'about'], rows).trimEnd(),
    ...(primary_key.length === 0 ? [] : [`primary key: ${list(primary_key)}`]),
    ...foreign_keys.map((key) => `foreign key: ${list(key.columns)} -> ${onOneLine(key.table)} (${list(key.references)})`),
    ...indexes.map(({ name, columns, unique }) => `index: ${onOneLine(name)} (${list(columns)})${unique ? ' unique' : ''}`),
    `as of ${synced_at ?? 'an unknown time'}`,
    '',
  ].join('\n')
}
