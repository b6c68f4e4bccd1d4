/** Prints how well personal data is found: `node scripts/pii-eval.ts FOLDER`, with columns.jsonl.gz and column_names.jsonl.gz in the folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { detector } from '../src/pii/pii.ts'

type Labelled = Readonly<{ column: string; label: string; pii: boolean; values?: readonly string[] }>

const folder = process.argv[2]
if (folder === undefined) throw new Error('Name the folder with the labelled columns.')
const read = (file: string) =>
  gunzipSync(readFileSync(join(folder, file)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Labelled)

const { detect } = await detector()
for (const file of ['columns.jsonl.gz', 'column_names.jsonl.gz']) {
  let [hits, misses, alarms] = [0, 0, 0]
  const wrong: string[] = []
  for (const { column, label, pii, values = [] } of read(file)) {
    const found = detect({ name: column, type: 'text', values: values.map(String) })
    if (pii && found) hits++
    else if (pii) {
      misses++
      wrong.push(`missed ${column} (${label})`)
    } else if (found) {
      alarms++
      wrong.push(`alarm  ${column}: ${found.kind} ${found.confidence}, ${found.reason}`)
    }
  }
  console.log(
    `${file}: recall ${((100 * hits) / (hits + misses)).toFixed(1)} %, precision ${((100 * hits) / (hits + alarms)).toFixed(1)} %`,
  )
  if (process.argv.includes('--wrong')) for (const line of wrong) console.log(`  ${line}`)
}
