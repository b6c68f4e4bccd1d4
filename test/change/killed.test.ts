import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify } from '../../src/audit/audit.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { newCallId } from '../../src/tools/tools.ts'
import { postgresUrl } from '../servers/servers.ts'

/** A gateway that is killed in the middle of its changes: the source holds all of each or none, and what was open is told. */

const rounds = 5
const table = 'CREATE TABLE made (id integer PRIMARY KEY, word varchar(20))'

describe.each(['sqlite', 'postgres'] as const)('killed while it writes to %s', (engine) => {
  let folder: string
  let config: string
  let query: (sql: string) => Promise<readonly (readonly unknown[])[]>
  let end: () => Promise<void> = async () => undefined

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-killed-'))
    let source = '{ connector: sqlite, path: ./shop.db }'
    if (engine === 'sqlite') {
      query = async (sql) => {
        const db = new DatabaseSync(join(folder, 'shop.db'))
        try {
          const statement = db.prepare(sql)
          statement.setReturnArrays(true)
          return statement.all() as unknown as unknown[][]
        } finally {
          db.close()
        }
      }
    } else {
      const url = new URL(postgresUrl())
      const name = `killed_${newCallId().replaceAll('-', '')}`
      const maker = new Client(url.href)
      await maker.connect()
      await maker.query(`CREATE DATABASE ${name}`)
      await maker.end()
      url.pathname = `/${name}`
      const client = new Client(url.href)
      await client.connect()
      query = async (sql) => (await client.query({ text: sql, rowMode: 'array' })).rows as unknown[][]
      end = () => client.end()
      source = `{ connector: postgres, url: '${url.href}' }`
    }
    await query(table)
    config = join(folder, 'sluice.yaml')
    const role = 'roles: { bot: { extends: [data_editor], sources: { shop: { confirm: never } } } }'
    writeFileSync(config, `state: ./state\nsources: { shop: ${source} }\n${role}\nlocal: { roles: [bot] }\n`)
  })
  afterAll(async () => {
    await end()
    rmSync(folder, { recursive: true, force: true })
  })

  test('each change is there as a whole or not at all', async () => {
    const told = new Set<number>()
    for (let round = 0; round < rounds; round++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), config, String(1 + round * 1_000)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let seen = 0
      const ended = new Promise((done) => child.on('exit', done))
      child.stdout.on('data', (bytes: Buffer) => {
        for (const line of bytes.toString().trim().split('\n')) told.add(Number(line))
        seen++
        // Some changes in, and then in the middle of one.
        if (seen === 2) setTimeout(() => child.kill('SIGKILL'), round * 7)
      })
      await ended
    }
    expect(told.size).toBeGreaterThanOrEqual(rounds)
    const groups = await query("SELECT id / 100, count(*), count(CASE WHEN word = 'done' THEN 1 END) FROM made GROUP BY id / 100")
    const there = new Map(groups.map(([group, rows, done]) => [Number(group), [Number(rows), Number(done)]]))
    for (const [group, counts] of there) expect([group, counts]).toEqual([group, [50, 25]])
    for (const group of told) expect(there.has(group), `change ${group} was told as applied`).toBe(true)

    const journal = openJournal({ folder: join(folder, 'state', 'changes'), keyFile: join(folder, 'state', 'change.key'), keepDays: 30 })
    const records = await journal.list({ last: 10_000 })
    const applied = records.filter(({ state }) => state === 'applied').length
    const pending = records.filter(({ state }) => state === 'pending').length
    expect(applied + pending).toBe(records.length)
    // Whatever is there was written down before it was committed, and what was told is no longer open.
    expect(records.length).toBeGreaterThanOrEqual(there.size)
    expect(applied).toBeGreaterThanOrEqual(told.size)
    expect(pending).toBeLessThanOrEqual(rounds)
    expect(await verify(join(folder, 'state', 'audit'))).toMatchObject({ broken: [], more: false })
  }, 90_000)
})
