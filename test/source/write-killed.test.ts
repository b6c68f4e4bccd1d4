import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import duckdb from '../../src/source/duckdb.ts'
import type { Connection, Connector } from '../../src/source/source.ts'
import sqlite from '../../src/source/sqlite.ts'
import { ask } from './ask.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-killed-'))
const make = 'CREATE TABLE t (batch INTEGER, n INTEGER, filler TEXT)'
const rounds = 6
const rowsEach = 400

beforeAll(async () => {
  const file = new DatabaseSync(join(folder, 'sqlite.db'))
  file.exec(make)
  file.close()
  const db = await DuckDBInstance.create(join(folder, 'duckdb.db'))
  const connection = await db.connect()
  await connection.run(make)
  connection.closeSync()
  db.closeSync()
})
afterAll(() => rmSync(folder, { recursive: true }))

type Kind = Readonly<{ name: 'sqlite' | 'duckdb'; connector: Connector; config: Readonly<Record<string, unknown>>; series: string }>

const kinds: readonly Kind[] = [
  {
    name: 'sqlite',
    connector: sqlite,
    config: { path: join(folder, 'sqlite.db'), processes: 1, busy_ms: 5_000, memory_mb: 64, wait_ms: 10_000 },
    series: `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < ${rowsEach / 2}) SELECT ?, n, hex(zeroblob(200)) FROM r`,
  },
  {
    name: 'duckdb',
    connector: duckdb,
    config: { path: join(folder, 'duckdb.db'), connections: 1, threads: 1, memory_mb: 256, wait_ms: 10_000 },
    series: `SELECT ?, n, repeat('0', 400) FROM range(${rowsEach / 2}) AS r(n)`,
  },
]

/** A gateway's source that writes one batch after the other, each of two statements, and tells how many were committed. */
const gatewayOf = ({ name, config, series }: Kind, first: number) => `
  const { default: connector } = await import(${JSON.stringify(new URL(`../../src/source/${name}.ts`, import.meta.url).href)})
  const connection = await connector.open('t', ${JSON.stringify(config)})
  const sql = ${JSON.stringify(`INSERT INTO t ${series}`)}
  for (let batch = ${first}; ; batch++) {
    await connection.write({ timeoutMs: 30_000, transaction: true }, async (session) => {
      await session.run(sql, [batch])
      await session.run(sql, [batch])
      return { keep: true }
    }, new AbortController().signal)
    console.log(batch)
  }`

describe.each(kinds.map((kind) => [kind.name, kind] as const))('a gateway that is killed while it writes to %s', (_name, kind) => {
  it(`leaves all or nothing of each batch, ${rounds} times`, async () => {
    let first = 1
    for (let round = 0; round < rounds; round++) {
      const told = await killed(kind, first, 20 + round * 37)
      const connection: Connection = await kind.connector.open('t', kind.config)
      try {
        const { values } = await ask(connection, 'SELECT batch, count(*) FROM t GROUP BY batch ORDER BY batch')
        const half = values.filter(([, rows]) => Number(rows) !== rowsEach)
        expect(half, 'no batch is half there').toEqual([])
        const there = new Set(values.map(([batch]) => Number(batch)))
        expect(
          told.filter((batch) => !there.has(batch)),
          'what was told as committed is there',
        ).toEqual([])
        first = Math.max(0, ...there) + 1
      } finally {
        await connection.close()
      }
    }
    expect(first).toBeGreaterThan(1)
  })
})

/** Runs a gateway until it has committed something, lets it go on for so long and kills it; answers what it told as committed. */
async function killed(kind: Kind, first: number, ms: number): Promise<number[]> {
  const gateway = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', gatewayOf(kind, first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told: number[] = []
  const { promise: began, resolve } = Promise.withResolvers<void>()
  gateway.stdout.on('data', (chunk) => {
    told.push(...String(chunk).trim().split('\n').map(Number))
    resolve()
  })
  const gone = new Promise((ended) => gateway.once('exit', ended))
  await Promise.race([began, gone])
  await sleep(ms)
  gateway.kill('SIGKILL')
  await gone
  return told
}
