/**
 * Measures the gateway beside the floor, in turn, in one run.
 *
 *   npm run bench -- [--quick] [--only pg|mysql] [--json FILE] [--md FILE]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { abandon, type WayToLeave, waysToLeave } from './abandon.ts'
import { type Contender, type ContenderName, firstQuery, startFloor, startGateway } from './contenders.ts'
import { type Database, type Engine, openMysql, openPostgres } from './databases.ts'
import { type Million, million } from './million.ts'
import { type Both, type EngineResult, markdown, type Result } from './report.ts'
import { idle, start } from './start.ts'
import { type Effort, type Figure, median, throughput } from './throughput.ts'

const results = (name: string) => new URL(`./results/${name}`, import.meta.url).pathname
const options = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string', default: results('latest.json') },
    md: { type: 'string', default: results('latest.md') },
  },
}).values
if (options.only && options.only !== 'pg' && options.only !== 'mysql') throw new Error('--only takes pg or mysql.')

const quick = options.quick
const effort: Effort = quick
  ? { rounds: 1, cpuSecondsMin: 1, secondsMin: 1, secondsMax: 10 }
  : { rounds: 3, cpuSecondsMin: 1, secondsMin: 2, secondsMax: 20 }
const repeats = quick ? 3 : 7

function figures(): Figure[] {
  const all: Figure[] = []
  for (const name of ['point', 'rows_1000'] as const) {
    for (const at of quick ? [16] : [1, 16, 128]) all.push({ door: 'http', case: name, at })
    for (const at of quick ? [16] : [1, 16]) all.push({ door: 'stdio', case: name, at })
  }
  all.push({ door: 'http', case: 'point_fresh', at: 16 })
  return all
}

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(new URL(`../${name}package.json`, import.meta.url), 'utf8')) as { version: string }).version

/** Runs `measure` for both in turn, `times` times, and answers the values of each. */
async function inTurn<T>(pair: readonly Contender[], times: number, measure: (contender: Contender) => Promise<T>): Promise<Both<T[]>> {
  const values: Record<ContenderName, T[]> = { gateway: [], floor: [] }
  for (let i = 0; i < times; i++) for (const contender of pair) values[contender.name].push(await measure(contender))
  return values
}

const medians = (values: Both<number[]>): Both<number> => ({ gateway: median(values.gateway), floor: median(values.floor) })

/** The run with the median time stands for the others, with the highest peak of all. */
function middleMillion(runs: readonly Million[]): Million {
  const middle = runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor((runs.length - 1) / 2)]!
  return { ...middle, peakMb: Math.max(...runs.map((run) => run.peakMb)) }
}

async function measureMillion(pair: readonly Contender[], pace: 'fast' | 'slow', idleMb: Both<number>): Promise<Both<Million>> {
  const runs = await inTurn(pair, quick ? 1 : 3, (contender) => million(contender, pace, idleMb[contender.name]))
  return { gateway: middleMillion(runs.gateway), floor: middleMillion(runs.floor) }
}

async function measureAbandon(pair: readonly Contender[], database: Database, way: WayToLeave): Promise<Both<number | null>> {
  const worst = await inTurn(pair, 3, (contender) => abandon(contender, database, way))
  const most = (values: number[]) => {
    const value = Math.max(...values)
    return Number.isFinite(value) ? value : null
  }
  return { gateway: most(worst.gateway), floor: most(worst.floor) }
}

async function measure(engine: Engine): Promise<EngineResult> {
  console.log(`${engine}: starting the database and loading 2,000,000 rows`)
  const database = await (engine === 'pg' ? openPostgres() : openMysql())
  const pair: Contender[] = []
  try {
    pair.push(await startGateway(database), await startFloor(database))
    console.log('  idle memory and start')
    const idleMb = medians(await inTurn(pair, 1, idle))
    for (const contender of pair) await firstQuery(contender)
    const usedMb = medians(await inTurn(pair, 1, idle))
    const startMs = medians(await inTurn(pair, repeats, start))
    console.log('  a million rows')
    const runs = { slow: await measureMillion(pair, 'slow', usedMb), fast: await measureMillion(pair, 'fast', usedMb) }
    const compared = await throughput(pair, figures(), effort)
    console.log('  abandoned queries')
    const ways: [WayToLeave, Both<number | null>][] = []
    for (const way of waysToLeave) ways.push([way, await measureAbandon(pair, database, way)])
    return {
      engine,
      version: database.version,
      driver: engine === 'pg' ? `pg ${versionOf('node_modules/pg/')}` : `mysql2 ${versionOf('node_modules/mysql2/')}`,
      throughput: compared,
      million: runs,
      startMs,
      idleMb,
      usedMb,
      abandonMs: Object.fromEntries(ways) as EngineResult['abandonMs'],
    }
  } finally {
    await Promise.all(pair.map((contender) => contender.stop()))
    await database.stop()
  }
}

const engines: EngineResult[] = []
for (const engine of ['pg', 'mysql'] as const) if (!options.only || options.only === engine) engines.push(await measure(engine))

const result: Result = {
  sluice: versionOf(''),
  date: new Date().toISOString().slice(0, 10),
  quick,
  node: process.versions.node,
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
  },
  engines,
}
for (const [file, text] of [
  [options.json, `${JSON.stringify(result, null, 2)}\n`],
  [options.md, markdown(result)],
] as const) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
console.log(`\n${markdown(result)}`)
process.exit(0)
