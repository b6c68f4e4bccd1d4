import { expect, test } from 'vitest'
import { type EngineResult, markdown, type Result } from '../../bench/report.ts'
import { median } from '../../bench/throughput.ts'

const side = { requests: 1, perSecond: 1, cpuMicros: 100, cpuSeconds: 1, p50: 1, p95: 1, p99: 1, bytes: 1, cpuRounds: [100] }
const run = { firstByteMs: 1, seconds: 1, peakMb: 10, bytes: 1 }
const engine: EngineResult = {
  engine: 'pg',
  version: '18',
  driver: 'pg 8',
  throughput: [{ door: 'http', case: 'point', at: 16, gateway: { ...side, cpuMicros: 219 }, floor: side }],
  million: { fast: { gateway: { ...run, seconds: 0.7 }, floor: run }, slow: { gateway: { ...run, peakMb: 61 }, floor: run } },
  startMs: { gateway: 120, floor: 100 },
  idleMb: { gateway: 90, floor: 80 },
  usedMb: { gateway: 97, floor: 80 },
  abandonMs: {
    'http disconnect': { gateway: 30, floor: 20 },
    'stdio cancelled': { gateway: null, floor: 20 },
    'stdio closed input': { gateway: 100.4, floor: 20 },
  },
}
const result: Result = {
  sluice: '0',
  date: '2026-01-01',
  quick: false,
  node: '24',
  machine: { cpu: 'one', cores: 2, memoryGb: 4, system: 'linux' },
  engines: [engine],
}

const verdict = (what: string) =>
  /\| (yes|no) \|$/.exec(
    markdown(result)
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(what)) ?? '',
  )?.[1]

test('the page says which goals are met', () => {
  expect(verdict('look-up by primary key')).toBe('yes')
  expect(verdict('1,000,000 rows, time')).toBe('no')
  expect(verdict('fast client')).toBe('yes')
  expect(verdict('slow client')).toBe('no')
  expect(verdict('start to first')).toBe('yes')
  expect(verdict('idle memory, new')).toBe('yes')
  expect(verdict('idle memory, after')).toBe('no')
  expect(verdict('http disconnect')).toBe('yes')
})

test('a query that is never gone, or gone a little too late, is no success', () => {
  expect(verdict('stdio cancelled')).toBe('no')
  expect(verdict('stdio closed input')).toBe('no')
  expect(markdown(result)).toContain('never')
})

test('the median of an even number is the lower one', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2)
})
