/**
 * How fast schema search is over 10,000 tables and 120,000 columns: `npm run bench:search`. Prints the median and the slowest of warm questions,
 * what the index takes in memory, how long it takes to make, to make again by difference, and to read back from its bytes. The names are made
 * of the words of the lexicon, seeded, so that every machine searches the same.
 */
import { readFileSync } from 'node:fs'
import type { Table } from '../src/schema.ts'
import { buildIndex, lexiconOf, modelOf, packIndex, search, unpackIndex } from '../src/search/search.ts'

const TABLES = 10_000
const COLUMNS = 12
const ROUNDS = 5

let state = 7
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 4294967296
}
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!

const things =
  'customer order invoice payment product supplier shipment warehouse employee department salary contract account transaction ledger budget campaign lead ticket session device sensor patient doctor visit prescription claim policy vehicle driver route station flight airport booking hotel room guest student course teacher exam grade school book author publisher loan branch member team player match score stadium city country region address asset license project task document message comment review rating survey answer question category price discount coupon cart item stock batch recipe ingredient machine part order_line inspection defect'.split(
    ' ',
  )
const sides =
  'history detail summary archive log type status group link audit daily monthly staging external master reference snapshot target plan'.split(
    ' ',
  )
const traits =
  'name code date amount status type quantity price description created_at updated_at start_date end_date total currency email phone city country note level rank weight height color size version owner comment priority reason source target rate balance number title'.split(
    ' ',
  )

/** Real schemas have thousands of words of their own. */
const rare = readFileSync('data/lexicon.bin').subarray(20, 200_000).toString('latin1').split('\n').slice(3_000, 15_000)

function made(i: number): Table {
  const thing = pick(things)
  const name = `${thing}_${pick(random() < 0.3 ? rare : things)}_${pick(sides)}_${i % 97}`
  const refer = pick(things)
  const columns = [
    'id',
    `${refer}_id`,
    ...Array.from({ length: COLUMNS - 2 }, () => `${random() < 0.4 ? `${pick(random() < 0.3 ? rare : things)}_` : ''}${pick(traits)}`),
  ]
  const distinct = columns.map((column, k) => (columns.indexOf(column) === k ? column : `${column}_${k}`))
  return {
    schema: `s${i % 20}`,
    name,
    kind: 'table',
    columns: distinct.map((column) => ({
      name: column,
      type: /_at$|date/.test(column) ? 'timestamp' : 'text',
      nativeType: 'text',
      nullable: true,
    })),
    primaryKey: ['id'],
    foreignKeys: [],
  }
}

const questions = [
  'total amount of invoices by supplier and month',
  'which customers have the highest balance',
  'names of patients who visited a doctor in March',
  'average score of players per team',
  'employees hired after 2015 with their department',
  'how many flights leave each airport',
  'wages of the staff by branch',
  'purchases with a coupon in the last week',
  'defects found by inspection of machines',
  'phone and e-mail of the owner of a vehicle',
]

const now = () => performance.now()
const memory = () => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

const tables = Array.from({ length: TABLES }, (_, i) => made(i))
const before = memory()
const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const model = modelOf(readFileSync('data/search-model.bin'))
let started = now()
const known = tables.map((table) => ({ table }))
const index = buildIndex(known, lexicon)
const buildMs = now() - started
started = now()
search(questions[0]!, index, model, 10)
const firstMs = now() - started

const times: number[] = []
for (let round = 0; round <= ROUNDS; round++) {
  for (const question of questions) {
    started = now()
    search(question, index, model, 10)
    if (round > 0) times.push(now() - started)
  }
}
times.sort((a, b) => a - b)
const mb = memory() - before
started = now()
const bytes = packIndex(index, 'bench')
const packMs = now() - started
started = now()
const kept = unpackIndex(bytes)!
kept.index(tables, lexicon)
const readMs = now() - started
started = now()
const changed = known.map((one, i) => (i === 5 ? { table: { ...one.table, name: 'freight_wagons' } } : one))
buildIndex(changed, lexicon, kept.names())
const againMs = now() - started

const round = (value: number) => Math.round(value * 10) / 10
console.log(
  JSON.stringify({
    tables: TABLES,
    columns: index.tableOf.length,
    words: index.words.length,
    median_ms: round(times[times.length >> 1]!),
    p95_ms: round(times[Math.floor(times.length * 0.95)]!),
    first_ms: round(firstMs),
    mb: Math.round(mb),
    build_s: round(buildMs / 1000),
    again_s: round(againMs / 1000),
    write_ms: round(packMs),
    read_ms: round(readMs),
    file_mb: round(bytes.length / 1e6),
  }),
)
