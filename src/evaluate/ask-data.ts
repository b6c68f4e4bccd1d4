import { readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Scene, valueIndexOf } from '../nl2sql/nl2sql.ts'
import { buildIndex, type Known, type Lexicon } from '../search/search.ts'
import { databasePaths, readDatabase } from './questions.ts'
import { openRunner, type Runner } from './run-sql.ts'

/** A question with the SQL that answers it. `database` is a name of the folder or the path of a file. */
export type GoldQuestion = Readonly<{ id: string; database: string; question: string; sql: string; synonyms: boolean }>

/** A database that questions are put to: what an engine sees of it, and its rows. */
export type AskedDatabase = Readonly<{ name: string; file: string; known: readonly Known[]; scene: Scene; runner: Runner }>

export type AskData = Readonly<{
  questions: readonly GoldQuestion[]
  /** Opened when first asked for. Throws where there is no such database. */
  database(name: string): AskedDatabase
  names: readonly string[]
  close(): void
}>

type Line = Readonly<{
  id?: unknown
  question?: unknown
  query?: unknown
  sql?: unknown
  db_id?: unknown
  source?: unknown
}>

/**
 * Reads a folder of databases (`database/NAME.sqlite` or `database/NAME/NAME.sqlite`) and its files of questions: JSON arrays or JSON lines of
 * `{question, query, db_id}` or `{id, source, question, sql}`. Lines without SQL are left out. A name that ends in `-syn.json` has synonyms put in.
 */
export function readAskData(folder: string, lexicon: Lexicon, today = '2026-01-01'): AskData {
  const paths = new Map(databasePaths(folder))
  const opened = new Map<string, AskedDatabase>()
  const questions = readdirSync(folder)
    .sort()
    .filter((file) => /\.jsonl?$/.test(file) && file !== 'tables.json')
    .flatMap((file) => goldOf(linesOf(join(folder, file)), file))
  return {
    questions,
    names: [...paths.keys()],
    database(name) {
      const known = opened.get(name)
      if (known) return known
      const file = paths.get(name) ?? (isAbsolute(name) ? name : join(folder, name))
      const made = openDatabase(name, file, lexicon, today)
      opened.set(name, made)
      return made
    },
    close() {
      for (const { runner } of opened.values()) runner.close()
      opened.clear()
    },
  }
}

function openDatabase(name: string, file: string, lexicon: Lexicon, today: string): AskedDatabase {
  const db = new DatabaseSync(file, { readOnly: true })
  const known = readDatabase(db)
  db.close()
  return { name, file, known, scene: sceneOf(known, lexicon, today), runner: openRunner(file) }
}

/** What an engine sees of some tables. Values are looked up by themselves: the index of a running gateway has none unless columns were profiled. */
export function sceneOf(known: readonly Known[], lexicon: Lexicon, today: string): Scene {
  const index = buildIndex(
    known.map(({ table, notes }) => ({ table, ...(notes ? { notes } : {}) })),
    lexicon,
  )
  const columns = known.flatMap(({ table, values }, t) =>
    table.columns.map(({ name }, i) => ({ column: index.firstColumn[t]! + i, values: values?.get(name) ?? [] })),
  )
  return { index, values: valueIndexOf(columns, lexicon), dialect: 'sqlite', today }
}

function goldOf(lines: readonly Line[], file: string): readonly GoldQuestion[] {
  const synonyms = /[-_]syn\.jsonl?$/.test(file)
  return lines.flatMap(({ id, question, query, sql = query, db_id, source = db_id }, i) =>
    typeof question === 'string' && typeof sql === 'string' && typeof source === 'string'
      ? [{ id: id === undefined ? `${file.replace(/\.jsonl?$/, '')}-${i + 1}` : String(id), database: source, question, sql, synonyms }]
      : [],
  )
}

function linesOf(file: string): readonly Line[] {
  const text = readFileSync(file, 'utf8')
  if (!file.endsWith('.jsonl')) {
    const read: unknown = JSON.parse(text)
    return Array.isArray(read) ? (read as readonly Line[]) : []
  }
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line)
}
