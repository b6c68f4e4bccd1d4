import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Detector } from '../pii/pii.ts'
import { type Command, exits, Trouble, UsageError } from './command.ts'

/** A column with what it is known to hold. Without values only its name is looked at. */
type Labelled = Readonly<{ column: string; label: string; pii: boolean; values?: readonly unknown[]; type?: string }>
type Score = Readonly<{ file: string; columns: number; recall: number; precision: number; wrong: readonly string[] }>

const files = ['columns.jsonl.gz', 'column_names.jsonl.gz'] as const

export const evalPii: Command = {
  name: 'eval pii',
  doc: 'Measure how well personal data is found in labelled columns: recall and precision.',
  wordsMax: 0,
  flags: {
    data: { doc: `Folder with ${files.join(' and ')}: one JSON object a line with column, label, pii and values.`, value: 'DIR' },
    wrong: { doc: 'Name each column that was missed, and each that was found in vain.' },
    json: { doc: 'Print JSON.' },
  },
  configured: false,
  examples: [['sluice eval pii --data corpora/pii', 'Both measures for each file']],
  async run(given, { terminal: { out } }) {
    const folder = given.text('data')
    if (folder === undefined) throw new UsageError('sluice eval pii needs --data: the folder with the labelled columns.')
    const there = files.filter((file) => existsSync(join(folder, file)))
    if (there.length === 0)
      throw new Trouble(
        exits.usage.code,
        `There is neither ${files.join(' nor ')} in ${folder}.`,
        'Name the folder with the labelled columns.',
      )
    const { detector } = await import('../pii/pii.ts')
    const finder = await detector()
    const scores = there.map((file) => scoreOf(file, labelled(join(folder, file)), finder))
    if (given.on('json')) out.write(`${JSON.stringify(scores, undefined, 2)}\n`)
    for (const { file, columns, recall, precision, wrong } of given.on('json') ? [] : scores) {
      out.write(`${file}: ${columns} columns, recall ${percent(recall)}, precision ${percent(precision)}\n`)
      for (const line of given.on('wrong') ? wrong : []) out.write(`  ${line}\n`)
    }
    return exits.ok.code
  },
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function labelled(file: string): readonly Labelled[] {
  try {
    const lines = gunzipSync(readFileSync(file)).toString().split('\n')
    return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Labelled)
  } catch (cause) {
    throw new Trouble(exits.usage.code, `${file} cannot be read.`, 'It must be lines of JSON, compressed with gzip.', cause)
  }
}

function scoreOf(file: string, columns: readonly Labelled[], { detect }: Detector): Score {
  let [hits, misses, alarms] = [0, 0, 0]
  const wrong: string[] = []
  for (const { column, label, pii, values = [], type = 'text' } of columns) {
    const found = detect({ name: column, type, values: values.filter((value) => value !== null).map(String) })
    if (pii && found) hits++
    else if (pii) {
      misses++
      wrong.push(`missed ${column} (${label})`)
    } else if (found) {
      alarms++
      wrong.push(`alarm  ${column}: ${found.kind} ${found.confidence}, ${found.reason}`)
    }
  }
  const share = (part: number, all: number) => (all === 0 ? 1 : part / all)
  return { file, columns: columns.length, recall: share(hits, hits + misses), precision: share(hits, hits + alarms), wrong }
}
