import type { WayToLeave } from './abandon.ts'
import type { ContenderName } from './contenders.ts'
import type { Engine } from './databases.ts'
import type { Million } from './million.ts'
import type { Compared } from './throughput.ts'

export type Both<T> = Readonly<Record<ContenderName, T>>

/** Everything measured against one database. Medians; a query that is never gone is null. */
export type EngineResult = Readonly<{
  engine: Engine
  version: string
  driver: string
  throughput: readonly Compared[]
  million: Readonly<Record<'fast' | 'slow', Both<Million>>>
  startMs: Both<number>
  /** New, before anything was asked. */
  idleMb: Both<number>
  /** Idle again after the first query. */
  usedMb: Both<number>
  abandonMs: Readonly<Record<WayToLeave, Both<number | null>>>
}>

export type Result = Readonly<{
  sluice: string
  date: string
  quick: boolean
  node: string
  machine: Readonly<{ cpu: string; cores: number; memoryGb: number; system: string }>
  engines: readonly EngineResult[]
}>

const engineNames: Record<Engine, string> = { pg: 'PostgreSQL', mysql: 'MariaDB' }
const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: digits, minimumFractionDigits: digits })

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |\n`
const head = (cells: readonly string[]): string => row(cells) + row(cells.map((_, i) => (i === 0 ? '---' : '---:')))

/** One line of the table of goals. `bound` is compared with `value`. */
type Goal = Readonly<{ what: string; gateway: string; floor: string; value: number; bound: number; unit: string }>

function goals(result: EngineResult): Goal[] {
  const found: Goal[] = []
  const ratio = (what: string, both: Both<number>, bound: number, unit: string, digits = 0) =>
    found.push({
      what,
      gateway: `${number(both.gateway, digits)} ${unit}`,
      floor: `${number(both.floor, digits)} ${unit}`,
      value: both.gateway / both.floor,
      bound,
      unit: '×',
    })
  const cpu = (name: string, bound: number, what: string) => {
    const at = result.throughput.find((figure) => figure.door === 'http' && figure.case === name && figure.at === 16)
    if (at) ratio(what, { gateway: at.gateway.cpuMicros, floor: at.floor.cpuMicros }, bound, 'µs')
  }
  cpu('point', 2.2, 'look-up by primary key, CPU per request, 16 connections')
  cpu('rows_1000', 0.6, '1,000 rows x 8, CPU per request, 16 connections')
  for (const pace of ['fast', 'slow'] as const) {
    const { gateway, floor } = result.million[pace]
    if (pace === 'fast') ratio('1,000,000 rows, time', { gateway: gateway.seconds, floor: floor.seconds }, 0.6, 's', 2)
    const memory = (value: number) => `${number(value)} MB`
    found.push({
      what: `1,000,000 rows, peak memory above idle, ${pace} client`,
      gateway: memory(gateway.peakMb),
      floor: memory(floor.peakMb),
      value: gateway.peakMb,
      bound: 60,
      unit: 'MB',
    })
  }
  ratio('stdio, start to first tools/list', result.startMs, 1.2, 'ms')
  ratio('idle memory, new', result.idleMb, 1.2, 'MB')
  ratio('idle memory, after a first query', result.usedMb, 1.2, 'MB')
  for (const [way, both] of Object.entries(result.abandonMs)) {
    const ms = (value: number | null) => (value === null ? 'never' : `${number(value)} ms`)
    const value = both.gateway ?? Number.POSITIVE_INFINITY
    found.push({ what: `abandoned query gone, ${way}`, gateway: ms(both.gateway), floor: ms(both.floor), value, bound: 100, unit: 'ms' })
  }
  return found
}

function goalTable(result: EngineResult): string {
  const lines = goals(result).map(({ what, gateway, floor, value, bound, unit }) => {
    const shown = unit === '×' ? `${number(value, 2)} ×` : Number.isFinite(value) ? `${number(value)} ${unit}` : 'never'
    return row([what, gateway, floor, shown, `≤ ${bound} ${unit}`, value <= bound ? 'yes' : 'no'])
  })
  return head(['', 'gateway', 'floor', 'measured', 'goal', 'met']) + lines.join('')
}

function throughputTable(figures: readonly Compared[]): string {
  const names = [
    '',
    'in flight',
    'CPU µs',
    'floor',
    'ratio',
    'per second',
    'floor',
    'p50 ms',
    'floor',
    'p95 ms',
    'floor',
    'p99 ms',
    'floor',
  ]
  const lines = figures.map(({ door, case: name, at, gateway, floor }) =>
    row([
      `${door} ${name}`,
      at,
      number(gateway.cpuMicros),
      number(floor.cpuMicros),
      number(gateway.cpuMicros / floor.cpuMicros, 2),
      ...(['perSecond', 'p50', 'p95', 'p99'] as const).flatMap((key) =>
        [gateway, floor].map((side) => number(side[key], key === 'perSecond' ? 0 : 2)),
      ),
    ]),
  )
  return head(names) + lines.join('')
}

function millionTable(result: EngineResult): string {
  const lines = (['fast', 'slow'] as const).flatMap((pace) =>
    (['gateway', 'floor'] as const).map((name) => {
      const { firstByteMs, seconds, peakMb, bytes } = result.million[pace][name]
      return row([`${name}, ${pace} client`, number(firstByteMs), number(seconds, 2), number(peakMb), number(bytes / 1e6)])
    }),
  )
  return head(['1,000,000 rows', 'first byte ms', 'total s', 'peak MB above idle', 'answer MB']) + lines.join('')
}

/** The result as a page. */
export function markdown(result: Result): string {
  const { cpu, cores, memoryGb, system } = result.machine
  const parts = result.engines.map(
    (engine) =>
      `\n## ${engineNames[engine.engine]} ${engine.version} (${engine.driver})\n\n${goalTable(engine)}\n${throughputTable(engine.throughput)}\n${millionTable(engine)}`,
  )
  return `# Bench

Sluice ${result.sluice}, ${result.date}, Node ${result.node}, ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}.${result.quick ? ' A quick run: one round, fewer figures.' : ''}
The gateway with every check, rewrite, audit entry and receipt on, beside the floor: a bare Node server with the same driver, hand-written JSON, streaming
and cancelling, and no checks. Both were measured in turn in one run; figures are medians over the rounds. CPU is user and system time of the
server's processes per request. \`point\` is a look-up by primary key out of 1,000 texts that come again, \`point_fresh\` one of a text that nearly never comes again.
${parts.join('')}`
}
