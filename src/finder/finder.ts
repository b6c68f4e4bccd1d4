import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Engine } from '../nl2sql/nl2sql.ts'
import type { Schema, Table } from '../schema.ts'
import type { Kept, Known, Lexicon, Model, SearchIndex } from '../search/search.ts'

/** What people and profiles say of the tables of a source, by `schema.name`; a change of anything in it is a change of `version`. */
export type Told = Readonly<{
  version: string
  notes: ReadonlyMap<string, ReadonlyMap<string, string>>
  values: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
}>

/** What schema search needs beside its questions: an index of each source, and what was learnt. */
export interface Finder {
  /** The words and what was learnt, read when first asked for; some 10 MB. */
  data(): Promise<Readonly<{ lexicon: Lexicon; model: Model }>>
  /** The gateway's own engine of questions, read when first asked for. */
  engine(): Promise<Engine>
  /** The index of a whole source, for callers to be cut to what they may see. Made when first asked for and kept in a file across restarts. */
  index(source: string, schema: Schema, told: Told): Promise<SearchIndex>
}

/** Sources with fewer columns are made anew faster than they are read. */
const KEPT_COLUMNS_MIN = 2_000
const INDEXES_MAX = 64

/** Loaded with the first question: a gateway that is only asked for SQL never needs it. */
const thinking = () => import('../search/search.ts')

const asking = () => import('../nl2sql/nl2sql.ts')

type Made = Readonly<{ version: string; index: Promise<SearchIndex> }>

/** Opens nothing yet. `folder` is where indexes are kept. */
export function openFinder({ folder }: Readonly<{ folder: string }>): Finder {
  let lexicon: Promise<Lexicon> | undefined
  let data: Promise<Readonly<{ lexicon: Lexicon; model: Model }>> | undefined
  let engine: Promise<Engine> | undefined
  const indexes = new Map<string, Made>()
  const words = () => (lexicon ??= readData('lexicon.bin').then(async (bytes) => (await thinking()).lexiconOf(bytes)))
  const trained = () =>
    (data ??= Promise.all([thinking(), words(), readData('search-model.bin')]).then(([{ modelOf }, lexicon, bytes]) => ({
      lexicon,
      model: modelOf(bytes),
    })))
  return {
    data: trained,
    engine: () =>
      (engine ??= Promise.all([asking(), trained(), readData('ask-model.bin')]).then(([made, { model: search }, bytes]) =>
        made.openEngine({ ...made.unpackEngine(bytes), search }),
      )),
    index(source, schema, told) {
      const version = `${schema.version} ${told.version}`
      const known = indexes.get(source)
      if (known?.version === version) return known.index
      const index = words().then((lexicon) => indexOf(join(folder, `${fileName(source)}.index`), version, schema, told, lexicon))
      indexes.delete(source)
      if (indexes.size >= INDEXES_MAX) indexes.delete(indexes.keys().next().value!)
      indexes.set(source, { version, index })
      index.catch(() => indexes.delete(source))
      return index
    },
  }
}

async function indexOf(file: string, version: string, schema: Schema, told: Told, lexicon: Lexicon): Promise<SearchIndex> {
  const { buildIndex, packIndex, unpackIndex } = await thinking()
  const tables = schema.tables.filter((table) => !table.system && table.kind !== 'sequence')
  const columns = tables.reduce((sum, table) => sum + table.columns.length, 0)
  if (columns < KEPT_COLUMNS_MIN) return buildIndex(knownOf(tables, told), lexicon)
  const before = await readKept(file, unpackIndex)
  if (before?.version === version) return before.index(tables, lexicon)
  const index = buildIndex(knownOf(tables, told), lexicon, before?.names())
  // An index that cannot be kept is made again after a restart; the search itself needs no file.
  await write(file, packIndex(index, version)).catch(() => undefined)
  return index
}

const knownOf = (tables: readonly Table[], { notes, values }: Told): readonly Known[] =>
  tables.map((table) => {
    const name = table.schema === '' ? table.name : `${table.schema}.${table.name}`
    const noted = notes.get(name)
    const valued = values.get(name)
    return { table, ...(noted ? { notes: noted } : {}), ...(valued ? { values: valued } : {}) }
  })

/** Undefined when there is none or it is damaged: it is then made anew. */
async function readKept(file: string, unpack: (bytes: Uint8Array) => Kept | undefined): Promise<Kept | undefined> {
  try {
    return unpack(await readFile(file))
  } catch {
    return undefined
  }
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  // Names of tables and columns are nobody else's business, and a half-written file must never have the name of a whole one.
  const made = `${file}.${process.pid}.new`
  const handle = await open(made, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.close()
    await rename(made, file)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(made, { force: true })
    throw error
  }
}

/** Any name of a source as the name of a file; two names never share one. */
const fileName = (source: string): string => `${source.replace(/[^\w-]/g, '_').slice(0, 60)}-${hash('sha256', source, 'hex').slice(0, 12)}`

/** The data of the package, which lie beside `src` as beside `dist`. */
async function readData(name: string): Promise<Uint8Array> {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'data', name)) && dirname(folder) !== folder) folder = dirname(folder)
  return readFile(join(folder, 'data', name))
}
