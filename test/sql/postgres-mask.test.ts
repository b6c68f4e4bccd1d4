import { createHmac } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Mask } from '../../src/grant.ts'
import { postgres } from '../../src/sql/postgres/postgres.ts'
import { postgresUrl } from '../servers/servers.ts'

let client: Client
beforeAll(async () => {
  client = new Client(postgresUrl())
  await client.connect()
})
afterAll(() => client.end())

const key = '00112233445566778899aabbccddeeff'

/** What a mask makes of a value, as text, and the type of the outcome. */
async function masked(mask: Mask, value: string, type: string, withKey = key): Promise<[string | null, string]> {
  const sql = `SELECT (v)::text AS value, pg_typeof(v)::text AS type
    FROM (SELECT ${postgres.mask(mask, postgres.quoteName('the "column"'), type, withKey)} AS v FROM (SELECT ${value}::${type} AS "the ""column""") t) m`
  const { rows } = await client.query<{ value: string | null; type: string }>(sql)
  return [rows[0]!.value, rows[0]!.type]
}

describe('masks in PostgreSQL', () => {
  it.each<[mask: Mask, value: string, type: string, masked: string | null, becomes: string]>([
    [{ kind: 'null' }, '5', 'integer', null, 'integer'],
    [{ kind: 'null' }, `'x'`, 'text', null, 'text'],
    [{ kind: 'constant', value: `it's \\ ***` }, '5', 'integer', `it's \\ ***`, 'text'],
    [{ kind: 'constant', value: 'x' }, 'NULL', 'text', 'x', 'text'],
    [{ kind: 'partial', first: 2, last: 2 }, `'0123456789'`, 'text', '01***89', 'text'],
    [{ kind: 'partial', first: 0, last: 4 }, `'4111111111111111'`, 'varchar(20)', '***1111', 'text'],
    [{ kind: 'partial', first: 3, last: 0 }, `'äöüabc'`, 'text', 'äöü***', 'text'],
    [{ kind: 'partial', first: 2, last: 2 }, `'0123456'`, 'text', '***', 'text'],
    [{ kind: 'partial', first: 2, last: 2 }, `''`, 'text', '***', 'text'],
    [{ kind: 'partial', first: 0, last: 0 }, `'abc'`, 'text', '***', 'text'],
    [{ kind: 'partial', first: 1, last: 1 }, 'NULL', 'text', null, 'text'],
    [{ kind: 'partial', first: 1, last: 1 }, '123456', 'integer', '1***6', 'text'],
    [{ kind: 'email' }, `'ana.lima@example.org'`, 'text', 'a***@example.org', 'text'],
    [{ kind: 'email' }, `'no address'`, 'text', '***', 'text'],
    [{ kind: 'email' }, `'@example.org'`, 'text', '***', 'text'],
    [{ kind: 'email' }, `'"a@b"@example.org'`, 'text', '"***@example.org', 'text'],
    [{ kind: 'email' }, 'NULL', 'text', null, 'text'],
    [{ kind: 'year' }, `'2024-07-19'`, 'date', '2024-01-01', 'date'],
    [{ kind: 'year' }, `'2024-07-19 12:34:56.7'`, 'timestamp without time zone', '2024-01-01 00:00:00', 'timestamp without time zone'],
    [{ kind: 'year' }, 'NULL', 'date', null, 'date'],
    [{ kind: 'round', to: 1000 }, '61499', 'integer', '61000', 'integer'],
    [{ kind: 'round', to: 1000 }, '61500', 'bigint', '62000', 'bigint'],
    [{ kind: 'round', to: 0.5 }, '1.3', 'numeric(12,2)', '1.50', 'numeric'],
    [{ kind: 'round', to: 10 }, '-14.9', 'double precision', '-10', 'double precision'],
    [{ kind: 'round', to: 10 }, 'NULL', 'integer', null, 'integer'],
  ])('%o of %s::%s is %s', async (mask, value, type, expected, becomes) => {
    expect(await masked(mask, value, type)).toEqual([expected, becomes])
  })

  it.each([
    [`'ana@example.org'`, 'text', 'ana@example.org'],
    [`'日本 é😀'`, 'text', '日本 é😀'],
    [`''`, 'text', ''],
    ['42', 'bigint', '42'],
    [`'2024-07-19'`, 'date', '2024-07-19'],
  ])('hashes %s::%s as HMAC-SHA256 of its text', async (value, type, text) => {
    for (const one of [key, 'ab'.repeat(64), 'cd'.repeat(200), '']) {
      const expected = createHmac('sha256', Buffer.from(one, 'hex')).update(text).digest('hex')
      expect(await masked({ kind: 'hash' }, value, type, one)).toEqual([expected, 'text'])
    }
  })

  it('keeps NULL and the key to itself', async () => {
    expect((await masked({ kind: 'hash' }, 'NULL', 'text'))[0]).toBeNull()
    expect(postgres.mask({ kind: 'hash' }, '"a"', 'text', key)).not.toContain(key)
  })

  it('prints back as itself', async () => {
    const kinds: Mask[] = [
      { kind: 'hash' },
      { kind: 'email' },
      { kind: 'partial', first: 1, last: 1 },
      { kind: 'round', to: 5 },
      { kind: 'year' },
    ]
    for (const mask of kinds) {
      const { tree } = await postgres.parse(`SELECT ${postgres.mask(mask, '"a"', 'date', key)} FROM t`)
      await expect(postgres.print(tree)).toContain('SELECT')
    }
  })
})

describe('granted views on a real server', () => {
  beforeAll(async () => {
    await client.query(`
      CREATE SCHEMA views;
      CREATE TABLE views.people (id int PRIMARY KEY, tenant int, email text, salary int);
      CREATE TABLE views.former () INHERITS (views.people);
      INSERT INTO views.people VALUES (1, 1, 'a@one', 10), (2, 1, 'b@one', 20), (3, 2, 'hidden@two', 5);
      INSERT INTO views.former VALUES (4, 1, 'c@one', 30)`)
  })
  afterAll(() => client.query('DROP SCHEMA views CASCADE'))

  const fenced = `SELECT "id", '***'::text AS "email", "salary" FROM "views"."people" WHERE tenant = 1${postgres.fence}`
  const run = async (sql: string) => {
    const people = { schema: 'views', name: 'people', kind: 'table', columns: [], primaryKey: ['id'] } as const
    const { tree } = await postgres.parse(sql, { version: '1', searchPath: [], functions: [], tables: [people] })
    const text = await postgres.print(await postgres.replaceTables(tree, () => fenced))
    return (await client.query({ text, rowMode: 'array' })).rows
  }

  it.each<[sql: string, rows: unknown[][]]>([
    [
      'SELECT id, email FROM views.people ORDER BY id',
      [
        [1, '***'],
        [2, '***'],
        [4, '***'],
      ],
    ],
    ['SELECT id FROM ONLY views.people ORDER BY id', [[1], [2]]],
    ['SELECT views.people.id FROM views.people WHERE people.id = 2', [[2]]],
    ['SELECT to_jsonb(p) FROM views.people p WHERE id = 1', [[{ id: 1, email: '***', salary: 10 }]]],
    ['SELECT p::text FROM views.people p WHERE id = 1', [['(1,***,10)']]],
    ['SELECT (p).email FROM views.people p WHERE id = 1', [['***']]],
    ['SELECT (p.*)::text FROM views.people p WHERE id = 1', [['(1,***,10)']]],
    ['SELECT b FROM views.people AS p(a, b) WHERE a = 1', [['***']]],
    [`SELECT count(*)::int FROM views.people WHERE email LIKE 'hidden%'`, [[0]]],
    ['SELECT max(salary) FROM views.people WHERE 100 / (salary - 5) > 0', [[30]]],
    ['SELECT x.v FROM views.people p, LATERAL (VALUES (p.email)) AS x(v) WHERE p.id = 1', [['***']]],
    ['SELECT a.id FROM views.people a JOIN views.people b USING (id, email) WHERE id = 1', [[1]]],
    [
      'SELECT p.id, p.email, count(*)::int FROM views.people p WHERE id < 3 GROUP BY p.id ORDER BY p.salary',
      [
        [1, '***', 1],
        [2, '***', 1],
      ],
    ],
    ['WITH people AS (SELECT 7 AS id) SELECT id FROM people', [[7]]],
  ])('%s', async (sql, rows) => {
    expect(await run(sql)).toEqual(rows)
  })

  it.each(['SELECT tenant FROM views.people', 'SELECT views.people.tenant FROM views.people', 'SELECT (p).tenant FROM views.people p'])(
    'hides a column that is not granted: %s',
    async (sql) => {
      await expect(run(sql)).rejects.toThrow(/tenant/)
    },
  )
})
