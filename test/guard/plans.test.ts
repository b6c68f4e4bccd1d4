// A plan may be made without running anything, or by running a part: what may be named in one depends on the engine.
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { check } from '../../src/prepare.ts'
import { readers } from '../rewrite/house.ts'
import { postgresUrl } from '../servers/servers.ts'

const explained = (call: string) => [
  `EXPLAIN SELECT ${call}`,
  `EXPLAIN SELECT * FROM (SELECT ${call} AS x) AS t`,
  `EXPLAIN SELECT 1 WHERE (SELECT ${call}) = 1`,
  `EXPLAIN WITH t AS (SELECT ${call} AS x) SELECT x FROM t`,
]

test.each(['mysql', 'sqlite', 'duckdb'] as const)('%s: a plan that names an acting function is refused', async (name) => {
  const dialect = await readers(name)
  for (const sql of [...explained("nextval('s')"), ...explained("setval('s', 9)")]) {
    expect(await check(sql, { dialect }), sql).toMatchObject({ verdict: 'refuse', code: 'function_refused' })
  }
})

test('PostgreSQL: a plan that names a sequence is let through, and does not move it', async () => {
  const dialect = await readers('postgres')
  const client = new Client(postgresUrl())
  await client.connect()
  try {
    await client.query('CREATE TEMPORARY SEQUENCE plan_seq')
    for (const sql of [...explained("nextval('plan_seq')"), ...explained("setval('plan_seq', 9)")]) {
      expect(await check(sql, { dialect }), sql).toMatchObject({ verdict: 'allow', kind: 'explain' })
      await client.query(sql)
    }
    const { rows } = await client.query('SELECT last_value::int AS value, is_called AS called FROM plan_seq')
    expect(rows).toEqual([{ value: 1, called: false }])
    expect(await check("EXPLAIN ANALYZE SELECT nextval('plan_seq')", { dialect })).toMatchObject({ code: 'function_refused' })
  } finally {
    await client.end()
  }
})
