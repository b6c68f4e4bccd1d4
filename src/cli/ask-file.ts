import { basename } from 'node:path'
import { kept } from '../ask.ts'
import { named, SluiceError } from '../error.ts'
import { type Engine, type Judged, type Outcome, outcomeOf, type Reading, type Scene, valueIndexOf } from '../nl2sql/nl2sql.ts'
import type { Cell } from '../result.ts'
import { buildIndex, type Lexicon } from '../search/search.ts'
import { type OpenSources, openSources, type Source } from '../source/sources.ts'

/** What came of a question to a file. `rows` are those of the best statement, as far as they were asked for. */
export type FromFile = Readonly<{ reading: Reading; judged: Judged; rows?: readonly (readonly Cell[])[] }>

/** SQLite files that are only read, each opened when a question first names it; the engine asks them as a gateway does. */
export type Files = Readonly<{ ask(path: string, question: string, rowsMax: number): Promise<FromFile>; close(): Promise<void> }>

/** Each open file has a process of its own, so few are open at once; what is known of them is kept for more. */
const OPEN_MAX = 12
const SCENES_MAX = 48
const TRIES_MAX = 8
const TRY_ROWS = 1_000
const TRY_BYTES = 4 * 1024 * 1024
const TRY_MS = 5_000
const VALUES_EACH = 5_000
const VALUE_CHARS_MAX = 120
const NUMERIC: ReadonlySet<string> = new Set(['int', 'float', 'decimal', 'bool', 'binary'])

export type FilesAsked = Readonly<{ engine: Engine; lexicon: Lexicon; today: string; signal: AbortSignal }>

export function openFiles({ engine, lexicon, today, signal }: FilesAsked): Files {
  const opened = new Map<string, OpenSources>()
  const scenes = new Map<string, Promise<Scene>>()
  const open = async (path: string): Promise<Source> => {
    let sources = opened.get(path)
    if (sources) opened.delete(path)
    else
      sources = openSources({
        [path]: { connector: 'sqlite', dialect: 'sqlite', description: '', schemaTtlMs: 3_600_000, settings: { ...settings, path } },
      })
    opened.set(path, sources)
    if (opened.size > OPEN_MAX) {
      const [oldest, old] = opened.entries().next().value!
      opened.delete(oldest)
      await old.close()
    }
    return sources.get(path)
  }
  const sceneOf = (path: string, source: Source): Promise<Scene> => {
    const known = scenes.get(path)
    if (known) return known
    if (scenes.size >= SCENES_MAX) scenes.delete(scenes.keys().next().value!)
    const made = readScene(source, lexicon, today, signal)
    scenes.set(path, made)
    made.catch(() => scenes.delete(path))
    return made
  }
  return {
    async ask(path, question, rowsMax) {
      const source = await open(path)
      const scene = await sceneOf(path, source)
      const reading = engine.read(question, scene)
      const outcomes: Outcome[] = []
      for (const { sql } of reading.candidates.slice(0, TRIES_MAX)) outcomes.push(await outcomeIn(source, sql, signal))
      const judged = engine.judge(reading, outcomes)
      if (rowsMax === 0 || !judged.best) return { reading, judged }
      const rows = await rowsOf(source, judged.best.sql, rowsMax, signal)
      return { reading, judged, ...(rows instanceof SluiceError ? {} : { rows: rows.cells() }) }
    },
    async close() {
      await Promise.allSettled([...opened.values()].map((sources) => sources.close()))
    },
  }
}

const settings = { processes: 1, busy_ms: 5_000, memory_mb: 512, wait_ms: 30_000 }

async function rowsOf(source: Source, sql: string, rowsMax: number, signal: AbortSignal) {
  const rows = kept(rowsMax, TRY_BYTES)
  try {
    await source.connection.query({ sql, params: [], rowsMax, bytesMax: TRY_BYTES, timeoutMs: TRY_MS }, rows, signal)
    return rows
  } catch (error) {
    signal.throwIfAborted()
    return named(error, signal)
  }
}

async function outcomeIn(source: Source, sql: string, signal: AbortSignal): Promise<Outcome> {
  const rows = await rowsOf(source, sql, TRY_ROWS, signal)
  if (rows instanceof SluiceError) return { columns: 0, rows: 0, digest: '', allNull: false, failed: rows.code }
  return outcomeOf(rows.head.length, rows.cells(), !rows.whole)
}

/** What an engine sees of a file: its tables, and the values of its columns of text. */
async function readScene(source: Source, lexicon: Lexicon, today: string, signal: AbortSignal): Promise<Scene> {
  const { tables: all } = await source.schema(signal)
  const tables = all.filter(({ system, kind }) => !system && kind !== 'sequence')
  if (tables.length === 0) throw new SluiceError('source_unavailable', `There are no tables in ${basename(source.name)}.`)
  const index = buildIndex(
    tables.map((table) => ({ table })),
    lexicon,
  )
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  const columns: { column: number; values: readonly string[] }[] = []
  for (const [t, table] of tables.entries()) {
    for (const [i, { name, type }] of table.columns.entries()) {
      if (NUMERIC.has(type)) continue
      const [column, from] = [quoted(name), quoted(table.name)]
      const sql = `SELECT DISTINCT ${column} FROM ${from} WHERE typeof(${column}) = 'text' AND length(${column}) <= ${VALUE_CHARS_MAX} LIMIT ${VALUES_EACH}`
      const rows = await rowsOf(source, sql, VALUES_EACH, signal)
      if (rows instanceof SluiceError) continue
      columns.push({
        column: index.firstColumn[t]! + i,
        values: rows.cells().flatMap(([value]) => (typeof value === 'string' ? [value] : [])),
      })
    }
  }
  return { index, values: valueIndexOf(columns, lexicon), dialect: source.dialect, today }
}
