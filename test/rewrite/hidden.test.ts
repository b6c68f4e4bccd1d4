import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Parts } from '../../src/gateway.ts'
import { ask, type Kind, kinds, openWorld } from './two-worlds.ts'

/** Questions that try to learn what is hidden; every one has an honest answer as well. */
const questions = [
  'SELECT * FROM people ORDER BY id',
  'SELECT p.* FROM people AS p ORDER BY p.id',
  'SELECT email, ssn FROM people',
  'SELECT id FROM people ORDER BY email, ssn, id',
  "SELECT count(*) FROM people WHERE email LIKE 'a%'",
  "SELECT id FROM people WHERE ssn > 'b' ORDER BY id",
  'SELECT count(DISTINCT email), min(ssn), max(ssn) FROM people',
  'SELECT a.id, b.id FROM people a JOIN people b ON a.email < b.email ORDER BY a.id, b.id',
  'SELECT name FROM people UNION SELECT email FROM people ORDER BY 1',
  'SELECT (SELECT count(*) FROM people) AS n',
  'SELECT EXISTS (SELECT 1 FROM people WHERE tenant_id = 2) AS e',
  'SELECT id FROM orders WHERE NOT tenant_id = 1',
  'SELECT o.id, p.name FROM orders o LEFT JOIN people p ON p.id = o.person_id ORDER BY o.id',
  'SELECT sum(amount), max(amount), count(*) FROM orders',
  'SELECT tenant_id, count(*) FROM orders GROUP BY tenant_id ORDER BY tenant_id',
  'WITH x AS (SELECT * FROM people) SELECT email FROM x ORDER BY id',
  'WITH orders AS (SELECT 1 AS tenant_id, id, amount FROM orders) SELECT amount FROM orders',
  'SELECT id, CASE WHEN email IS NULL THEN 0 ELSE 1 END FROM people ORDER BY id',
  'SELECT lag(email) OVER (ORDER BY id) FROM people',
  "SELECT id FROM people GROUP BY id HAVING max(email) > 'b' ORDER BY id",
  'SELECT 1 / (amount - 40) FROM orders',
  'SELECT id FROM orders WHERE 10 / (amount - 40) > 0',
  'SELECT CAST(ssn AS int) FROM people',
  'SELECT * FROM all_people ORDER BY id',
  'SELECT who, mail FROM contacts ORDER BY who',
  "SELECT count(*) FROM contacts WHERE mail > 'b'",
  'SELECT * FROM totals ORDER BY tenant_id',
  'WITH people AS (SELECT 1 AS id) SELECT mail FROM contacts, people ORDER BY mail',
] as const

/** Ways around that only one engine has. They may be refused; what they may not is tell the worlds apart. */
const ways: Readonly<Record<Kind, readonly string[]>> = {
  sqlite: [
    'SELECT * FROM main.people ORDER BY id',
    'SELECT main.people.email FROM main.people',
    'SELECT rowid, * FROM people',
    'SELECT rowid, email FROM people ORDER BY oid',
    'SELECT count(*), max(_rowid_) FROM people',
    'SELECT email FROM people NOT INDEXED',
    'SELECT 1 WHERE 1 IN people',
    "SELECT (1, 2, 'x', 'aa1@example.com', 'y', 'z') IN people",
    'SELECT * FROM sqlite_stat1',
    'SELECT name, sql FROM sqlite_schema',
    "SELECT * FROM pragma_table_info('people')",
    'SELECT group_concat(email) FILTER (WHERE id > 0) FROM people',
    'EXPLAIN QUERY PLAN SELECT * FROM people WHERE email = 1',
    'EXPLAIN QUERY PLAN SELECT * FROM orders WHERE tenant_id = 2',
    "SELECT json_extract(email, '$') FROM people",
    'SELECT * FROM people p JOIN people q USING (email)',
    'SELECT * FROM people NATURAL JOIN orders',
  ],
  postgres: [
    'SELECT * FROM public.people ORDER BY id',
    'SELECT public.people.email FROM public.people',
    'TABLE people',
    'SELECT people FROM people',
    'SELECT p::text FROM people p',
    'SELECT row_to_json(p) FROM people p',
    'SELECT to_jsonb(people) FROM people',
    'SELECT (p).email, (p).note FROM people p',
    'SELECT ROW(p.*) FROM people p',
    'SELECT x FROM people AS x (a, b, c)',
    'SELECT a, b, c, d, e, f FROM people AS x (a, b, c, d, e, f)',
    'SELECT ctid, * FROM people',
    'SELECT * FROM ONLY people',
    'SELECT count(*) FROM people TABLESAMPLE SYSTEM (50) REPEATABLE (1)',
    'SELECT * FROM U&"\\0070eople"',
    'SELECT * FROM people p JOIN people q USING (email)',
    'SELECT * FROM people NATURAL JOIN orders',
    'SELECT k.* FROM people p, jsonb_each_text(to_jsonb(p)) k',
    'SELECT v FROM people p, LATERAL (VALUES (p.email), (p.ssn)) AS x (v)',
    'SELECT ssn::int FROM people',
    "EXPLAIN SELECT * FROM people WHERE name = 'name4some'",
    'EXPLAIN SELECT * FROM orders WHERE amount = 0',
    "SELECT most_common_vals FROM pg_stats WHERE tablename = 'people'",
    "SELECT query_to_xml('SELECT * FROM people', true, true, '')",
    'SELECT * FROM people FOR UPDATE',
    'WITH RECURSIVE r AS (SELECT id, email FROM people UNION SELECT id, email FROM r) SELECT * FROM r ORDER BY id',
    'SELECT whole(p) FROM people p',
    'SELECT * FROM everyone()',
  ],
  mysql: [
    'SELECT people.email FROM people',
    'SELECT * FROM people p JOIN people q USING (email)',
    'SELECT * FROM people NATURAL JOIN orders',
    'SELECT * FROM people FORCE INDEX (by_email) ORDER BY id',
    'SELECT GROUP_CONCAT(email ORDER BY ssn) FROM people',
    "SELECT HEX(email), LENGTH(ssn), IF(email > 'b', 1, 0) FROM people",
    "SELECT id FROM people WHERE email = 'aa1@example.com' || email = 'zz1@example.com'",
    'SELECT CAST(ssn AS SIGNED) FROM people',
    "SELECT EXTRACTVALUE(email, '//x') FROM people",
    'EXPLAIN SELECT * FROM people WHERE id = 4',
    "EXPLAIN SELECT * FROM people WHERE name = 'name4some'",
    'ANALYZE SELECT * FROM people',
    'SHOW INDEX FROM people',
    'SHOW TABLE STATUS',
    'DESCRIBE people',
    'SHOW CREATE VIEW contacts',
    'SELECT * FROM information_schema.TABLES',
    "SELECT * FROM mysql.column_stats WHERE table_name = 'people'",
    'SELECT email FROM people PROCEDURE ANALYSE()',
    'SELECT * FROM people PARTITION (p0)',
    'TABLE people',
    'VALUES (1), (2)',
    'SELECT * FROM people FOR UPDATE',
  ],
  duckdb: [
    'FROM people ORDER BY id',
    'SELECT * FROM main.people ORDER BY id',
    'SELECT main.people.email FROM main.people',
    "SELECT COLUMNS('e.*') FROM people",
    'SELECT * EXCLUDE (name) FROM people',
    'SELECT people FROM people',
    'SUMMARIZE people',
    'DESCRIBE people',
    "SELECT * FROM query_table(['people'])",
    "SELECT * FROM query('FROM people')",
    "SELECT * FROM pragma_storage_info('people')",
    'SELECT * FROM duckdb_tables()',
    'SELECT * FROM people POSITIONAL JOIN orders',
    'SELECT rowid FROM people',
    'SELECT list(email), histogram(ssn) FROM people',
    "SELECT strptime(email, '%Y') FROM people",
    'SELECT TRY_CAST(ssn AS int) FROM people',
    'EXPLAIN SELECT * FROM people WHERE id = 4',
    'PIVOT people ON tenant_id USING count(*)',
    'SELECT max(e) FROM (UNPIVOT people ON email, ssn INTO NAME n VALUE e)',
  ],
}

/** What must be refused whatever is in it. */
const refused = ['SELECT * FROM secrets', 'SELECT * FROM tells', 'SELECT value FROM tells', 'SELECT nothing FROM people']

describe.each<[Kind, string]>(
  kinds.flatMap((dialect): [Kind, string][] => [
    [dialect, 'masked'],
    [dialect, 'filtered'],
  ]),
)('%s: what is hidden from a %s role changes no answer', (dialect, role) => {
  let worlds: { parts: Parts; close(): Promise<void> }[] = []
  beforeAll(async () => {
    worlds = await Promise.all([openWorld(dialect, role, 'first'), openWorld(dialect, role, 'second')])
  })
  afterAll(async () => {
    await Promise.all(worlds.map((world) => world.close()))
  })
  const both = (question: string) => Promise.all(worlds.map(({ parts }) => ask(parts, question)))

  test.each([...questions, ...ways[dialect]])('%s', async (question) => {
    const [first, second] = await both(question)
    expect(second).toEqual(first)
  })
  test('most questions are answered, not refused', async () => {
    const told: string[] = []
    for (const question of questions) {
      const { answered, text } = await ask(worlds[0]!.parts, question)
      if (!answered) told.push(`${question}: ${text}`)
    }
    expect(told.length, told.join('\n')).toBeLessThanOrEqual(4)
  })
  test('who sees everything does see a difference', async () => {
    const open = await Promise.all((['first', 'second'] as const).map((world) => openWorld(dialect, role, world, 'read_only')))
    const [first, second] = await Promise.all(open.map(({ parts }) => ask(parts, 'SELECT * FROM people ORDER BY id')))
    expect(first?.answered).toBe(true)
    expect(second).not.toEqual(first)
    await Promise.all(open.map((world) => world.close()))
  })
  test.each(refused)('%s is refused', async (question) => {
    const [first, second] = await both(question)
    expect(first?.answered).toBe(false)
    expect(second).toEqual(first)
  })
})
