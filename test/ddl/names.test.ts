import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { parseSync } from 'libpg-query'
import { createConnection } from 'mysql2/promise'
import { expect, test } from 'vitest'
import { type Ddl, planDdl } from '../../src/ddl/ddl.ts'
import { SluiceError } from '../../src/error.ts'
import { duckdbParser } from '../../src/source/duckdb.ts'
import { mysqlUrl } from '../servers/servers.ts'
import { settingOf } from './scene.ts'

/** Whatever a caller sends as a name or a default is that name or that value, or is refused; never anything else. */

const pieces = [
  '"',
  '""',
  "'",
  "''",
  '`',
  '``',
  '\\',
  ';',
  '--',
  '/*',
  '*/',
  ')',
  '(',
  ' ',
  '\n',
  '\0',
  'a',
  'Z',
  '0',
  '$$',
  '$',
  '?',
  'é',
  '名',
  '🙂',
  '\ud800',
  '#',
  '%',
  '.',
  'DROP TABLE orders',
]
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3, unit: 'binary' })), { minLength: 1, maxLength: 8 })
  .map((all) => all.join(''))
/** Most of them fit for a name: without the letters that no name may hold, and without most of those that MySQL refuses. */
const likely = text.map((all) => all.replace(/[\p{C}\p{Zl}\p{Zp}\u{10000}-\u{10ffff}]/gu, '').trim())
const runs = { numRuns: 300 }

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const ddlOf = (name: string, column: string, value: string): Ddl => ({
  kind: 'create_table',
  table: quoted(name),
  columns: [
    { name: 'id', type: 'integer' },
    { name: `c${column}`, type: 'varchar(200)', default: { value } },
  ],
})

/** The statements, or undefined where the change is refused as it may be. */
async function statementsOf(
  ddl: Ddl,
  dialect: 'postgres' | 'mysql' | 'sqlite' | 'duckdb',
  place?: string,
): Promise<readonly string[] | undefined> {
  try {
    const setting = await settingOf(dialect)
    const schema = place === undefined ? setting.schema : { ...setting.schema, searchPath: [place] }
    return (await planDdl(ddl, { ...setting, schema })).statements
  } catch (error) {
    if (error instanceof SluiceError && (error.code === 'change_invalid' || error.code === 'change_conflict')) return undefined
    throw error
  }
}

test('SQLite makes exactly this table, with exactly this default', async () => {
  let made = 0
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, likely), fc.oneof(text, likely), fc.oneof(text, likely), async (name, column, value) => {
      const statements = await statementsOf(ddlOf(name, column, value), 'sqlite')
      if (!statements) return
      made++
      const db = new DatabaseSync(':memory:')
      db.exec('CREATE TABLE orders (id integer)')
      expect(statements).toHaveLength(1)
      db.exec(statements[0]!)
      expect(db.prepare("SELECT name FROM sqlite_schema WHERE name <> 'orders'").all()).toEqual([{ name }])
      db.exec(`INSERT INTO ${quoted(name)} (id) VALUES (1)`)
      expect(db.prepare(`SELECT * FROM ${quoted(name)}`).get()).toEqual({ id: 1, [`c${column}`]: value })
      db.close()
    }),
    runs,
  )
  expect(made).toBeGreaterThan(20)
})

test("PostgreSQL's own parser reads one CREATE TABLE of this name, with this default", async () => {
  let made = 0
  await settingOf('postgres').then(({ dialect }) => dialect.parse('SELECT 1'))
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, likely), fc.oneof(text, likely), fc.oneof(text, likely), async (name, column, value) => {
      const statements = await statementsOf(ddlOf(name, column, value), 'postgres')
      if (!statements) return
      made++
      const { stmts } = parseSync(statements.join(';\n')) as { stmts: { stmt: Record<string, unknown> }[] }
      expect(stmts).toHaveLength(1)
      expect(stmts[0]!.stmt).toMatchObject({
        CreateStmt: {
          relation: { schemaname: 'public', relname: name },
          tableElts: [
            {},
            {
              ColumnDef: {
                colname: `c${column}`,
                constraints: [{ Constraint: { contype: 'CONSTR_DEFAULT', raw_expr: { A_Const: { sval: { sval: value } } } } }],
              },
            },
          ],
        },
      })
    }),
    runs,
  )
  expect(made).toBeGreaterThan(20)
})

test("DuckDB's own parser sees one CREATE", async () => {
  const parser = await duckdbParser()
  let made = 0
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, likely), fc.oneof(text, likely), fc.oneof(text, likely), async (name, column, value) => {
      const statements = await statementsOf(ddlOf(name, column, value), 'duckdb')
      if (!statements) return
      made++
      expect(await parser.kinds(statements.join(';\n'))).toEqual(['CREATE'])
    }),
    runs,
  )
  expect(made).toBeGreaterThan(20)
})

test('MariaDB makes exactly this table, with exactly this default', async () => {
  const url = new URL(mysqlUrl())
  const client = await createConnection({ uri: url.href, rowsAsArray: true, charset: 'utf8mb4' })
  const place = `names_${process.pid}_${Date.now()}`
  await client.query(`CREATE DATABASE ${place} CHARACTER SET utf8mb4`)
  const ticked = (name: string) => `\`${name.replaceAll('`', '``')}\``
  let made = 0
  try {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, likely), fc.oneof(text, likely), fc.oneof(text, likely), async (name, column, value) => {
        const statements = await statementsOf(ddlOf(name, column, value), 'mysql', place)
        if (!statements) return
        made++
        expect(statements).toHaveLength(1)
        await client.query({ sql: statements[0]! })
        const [found] = await client.query('SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?', [place])
        expect(found).toEqual([[name]])
        await client.query(`INSERT INTO ${place}.${ticked(name)} (id) VALUES (1)`)
        const [rows] = await client.query(`SELECT * FROM ${place}.${ticked(name)}`)
        expect(rows).toEqual([[1, value]])
        await client.query(`DROP TABLE ${place}.${ticked(name)}`)
      }),
      { numRuns: 100 },
    )
  } finally {
    await client.query(`DROP DATABASE ${place}`)
    await client.end()
  }
  expect(made).toBeGreaterThan(10)
})

test('a type is made anew of what was read, so it holds nothing but words, numbers and brackets', async () => {
  const { columnType } = await import('../../src/ddl/column-type.ts')
  const words = [
    'int',
    'integer',
    'varchar',
    'numeric',
    'timestamp',
    'with',
    'time',
    'zone',
    'unsigned',
    '(',
    ')',
    '[',
    ']',
    '10',
    ',',
    '2',
    ' ',
    ';',
    '--',
    "'",
    '"',
    'x',
    'enum',
    '\n',
    'double precision',
    'DEFAULT',
    'é',
  ]
  const type = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }).map((all) => all.join(''))
  for (const name of ['postgres', 'mysql', 'sqlite', 'duckdb'] as const) {
    const { dialect } = await settingOf(name)
    let good = 0
    fc.assert(
      fc.property(type, (given) => {
        try {
          const made = columnType(given, dialect)
          good++
          expect(made).toMatch(/^(enum|[a-z][a-z0-9 ]*)(\((\d+(, \d+)*|'[^']*'(, '[^']*')*)\))?[a-z ]*(\[\d*\])*$/i)
          expect(columnType(made, dialect)).toBe(made)
        } catch (error) {
          if (!(error instanceof SluiceError)) throw error
          expect(error.code).toBe('change_invalid')
        }
      }),
      { numRuns: 3_000 },
    )
    expect(good).toBeGreaterThan(10)
  }
})
