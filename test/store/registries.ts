import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, describe } from 'vitest'
import type { StoreKind } from '../../src/store/migrations.ts'
import type { StoreSetting } from '../../src/store/store.ts'
import { postgresUrl } from '../servers/servers.ts'

/** A place for one registry, empty at first; `raw` runs a statement past the registry. */
export type Place = Readonly<{ setting: StoreSetting; raw(sql: string): Promise<void> }>

/** The same tests over each kind of registry. `place` makes a new one each time. */
export function onEachRegistry(tests: (place: () => Promise<Place>, kind: StoreKind) => void): void {
  describe('in a file', () => {
    const folders: string[] = []
    afterAll(() => folders.forEach((folder) => void fs.rmSync(folder, { recursive: true, force: true })))
    tests(async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-store-'))
      folders.push(folder)
      const file = path.join(folder, 'deep', 'registry.db')
      return { setting: { file }, raw: (sql) => inFile(file, sql) }
    }, 'sqlite')
  })
  describe('in PostgreSQL', () => {
    const names: string[] = []
    afterAll(async () => {
      for (const name of names) await asAdmin(postgresUrl(), `DROP DATABASE ${name} WITH (FORCE)`)
    })
    tests(async () => {
      const name = `registry_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
      await asAdmin(postgresUrl(), `CREATE DATABASE ${name}`)
      names.push(name)
      const url = new URL(postgresUrl())
      url.pathname = `/${name}`
      return { setting: { url: url.href }, raw: (sql) => asAdmin(url.href, sql) }
    }, 'postgres')
  })
}

async function inFile(file: string, sql: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite')
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
