import { change } from '../../src/change.ts'
import { configOf } from '../../src/config/config.ts'
import { openParts } from '../../src/main.ts'
import { newCallId } from '../../src/tools/tools.ts'

/** A gateway that does nothing but change rows, until it is killed: `node writer.ts CONFIGURATION FIRST`. Tells each change that was applied. */
const [file, first] = process.argv.slice(2) as [string, string]
const { readFileSync } = await import('node:fs')
const { parts } = openParts(await configOf(file, readFileSync(file, 'utf8'), {}))
for (let group = Number(first); ; group++) {
  const rows = Array.from({ length: 50 }, (_, i) => ({ id: group * 100 + i, word: `group ${group}` }))
  const call = {
    id: newCallId(),
    door: 'cli',
    credential: { kind: 'local' },
    source: 'shop',
    action: 'apply',
    text: 'test',
    params: [],
    signal: new AbortController().signal,
  } as const
  const half = { predicate: `id >= ${group * 100 + 25} AND id < ${group * 100 + 50}`, params: [] }
  const changes = [
    { kind: 'insert', table: 'made', rows },
    { kind: 'update', table: 'made', set: { word: { value: 'done' } }, where: half },
  ] as const
  await change(call, { kind: 'rows', changes }, undefined, parts)
  process.stdout.write(`${group}\n`)
}
