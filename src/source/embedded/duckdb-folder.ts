import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'

/** One table of a folder: files of one format. `files` are absolute; `hive` when folder names carry columns (`year=2024`). */
export type FolderTable = Readonly<{ name: string; format: Format; files: readonly string[]; hive: boolean }>
type Format = 'parquet' | 'csv' | 'json'

/** The tables, and a mark that changes whenever a file comes, goes or changes. */
export type FolderRead = Readonly<{ tables: readonly FolderTable[]; mark: string }>

const filesMax = 10_000
const depthMax = 8
const formats: Readonly<Record<string, Format>> = {
  parquet: 'parquet',
  csv: 'csv',
  tsv: 'csv',
  json: 'json',
  ndjson: 'json',
  jsonl: 'json',
}

/** Reads what lies in a folder. Links are not followed, names that begin with a dot or an underscore are left out. */
export async function readFolder(folder: string): Promise<FolderRead> {
  const files = await walk(folder, 0)
  files.sort()
  if (files.length > filesMax) throw new Error(`The folder holds more than ${filesMax} data files.`)
  const hash = createHash('sha256')
  for (let at = 0; at < files.length; at += 64) {
    const part = files.slice(at, at + 64)
    const states = await Promise.all(part.map((file) => stat(file)))
    states.forEach(({ size, mtimeMs }, i) => {
      hash.update(`${part[i]}\0${size}\0${mtimeMs}\n`)
    })
  }
  return { tables: tablesOf(folder, files), mark: hash.digest('hex').slice(0, 16) }
}

async function walk(folder: string, depth: number): Promise<string[]> {
  if (depth > depthMax) return []
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      if (/^[._]/.test(entry.name)) return []
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return walk(path, depth + 1)
      // DuckDB would take such a name for a pattern and look for other files.
      const pattern = /[*?[\]{}]/.test(path)
      return entry.isFile() && formatOf(entry.name) !== undefined && !pattern ? [path] : []
    }),
  )
  return found.flat()
}

/** `events.csv.gz` is a CSV; Parquet compresses inside. */
function formatOf(name: string): Format | undefined {
  const [, extension] = /\.([a-z]+)(?:\.(?:gz|zst))?$/i.exec(name) ?? []
  return extension === undefined ? undefined : formats[extension.toLowerCase()]
}

const stemOf = (name: string): string => name.replace(/\.[a-z]+(?:\.(?:gz|zst))?$/i, '')
/** `events-2024-01`, `events_0001`, `events.part3` belong to `events`. */
const seriesOf = (stem: string): string => stem.replace(/(?:[-_. ]+(?:part[-_]?)?\d+)+$/i, '')

/**
 * Groups files into tables: a folder inside is one table, files that differ only in a number or date at their end are one table, every
 * other file is its own. Files of several formats under one name get the format's name behind it.
 */
export function tablesOf(folder: string, files: readonly string[]): FolderTable[] {
  const inSeries = Map.groupBy(
    files.filter((file) => !relative(folder, file).includes(sep)),
    (file) => `${seriesOf(stemOf(basename(file)))}\0${formatOf(file)}`,
  )
  const groups = Map.groupBy(files, (file) => {
    const parts = relative(folder, file).split(sep)
    const stem = stemOf(parts[0]!)
    const name = parts.length > 1 ? parts[0]! : inSeries.get(`${seriesOf(stem)}\0${formatOf(file)}`)!.length > 1 ? seriesOf(stem) : stem
    return `${name}\0${formatOf(file)}`
  })
  const taken = new Set<string>()
  return [...groups].map(([key, members]) => {
    const [wanted, format] = key.split('\0') as [string, Format]
    let name = wanted
    for (let i = 1; taken.has(name.toLowerCase()); i++) name = i === 1 ? `${wanted}_${format}` : `${wanted}_${format}_${i}`
    taken.add(name.toLowerCase())
    return {
      name,
      format,
      files: members,
      hive: members.some((file) =>
        relative(folder, file)
          .split(sep)
          .slice(0, -1)
          .some((part) => part.includes('=')),
      ),
    }
  })
}
