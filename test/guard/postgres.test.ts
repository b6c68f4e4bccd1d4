import { describe, expect, it } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import type { Grant } from '../../src/grant.ts'
import { guard, type Setting } from '../../src/guard/guard.ts'
import { postgres } from '../../src/sql/postgres/postgres.ts'
import { narrow, open, shop } from './shop.ts'

const setting = (grant?: Grant): Setting => ({ dialect: 'postgres', schema: shop, read: postgres.readBody!, ...(grant ? { grant } : {}) })

/** `allow`, or the refusal. */
async function judge(sql: string, by: Setting = setting(open)): Promise<'allow' | SluiceError> {
  try {
    const { facts } = await postgres.parse(sql, by.schema)
    guard(facts, by)
    return 'allow'
  } catch (error) {
    if (error instanceof SluiceError) return error
    throw error
  }
}
const verdict = async (sql: string, by?: Setting): Promise<string> => {
  const judged = await judge(sql, by)
  return judged === 'allow' ? judged : judged.code
}

describe('with everything granted', () => {
  it.each([
    'SELECT * FROM customers',
    'SELECT count(*), avg(total), max(at) FROM orders WHERE total > 10',
    'SELECT c.name, sum(o.total) FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.name ORDER BY 2 DESC LIMIT 5',
    `SELECT date_trunc('month', at), percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders GROUP BY 1`,
    'SELECT row_number() OVER (PARTITION BY customer ORDER BY at) FROM orders',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT * FROM n',
    `SELECT name FROM customers WHERE name ~* 'delete|drop' AND email NOT LIKE '%;%'`,
    `SELECT 'DROP TABLE customers; --', "name" FROM customers`,
    'SELECT $1::int + $2',
    'VALUES (1, 2), (3, 4)',
    'TABLE orders',
    'EXPLAIN SELECT * FROM orders',
    'EXPLAIN (VERBOSE, FORMAT JSON) SELECT * FROM orders',
    `EXPLAIN SELECT nextval('s'), id FROM orders`,
    'EXPLAIN ANALYZE SELECT * FROM orders',
    'SHOW server_version',
    'SHOW TimeZone',
    `SELECT current_setting('work_mem')`,
    'SELECT now(), current_date, clock_timestamp(), random(), gen_random_uuid()',
    'SELECT version(), current_user, current_database(), pg_backend_pid()',
    `SELECT to_char(at, 'YYYY-MM'), extract(dow FROM at), age(at) FROM orders`,
    `SELECT jsonb_build_object('a', 1) -> 'a', '{"b": 2}'::jsonb @> '{}', jsonb_path_query('[1]', '$[*]')`,
    `SELECT string_agg(name, ', ' ORDER BY name) FILTER (WHERE id > 1) FROM customers`,
    `SELECT regexp_replace(name, 'a+', 'b', 'g'), regexp_matches(name, 'x'), split_part(name, ' ', 1) FROM customers`,
    'SELECT array_agg(id), unnest(ARRAY[1, 2]), (ARRAY[1, 2])[1] FROM customers',
    'SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS g(a, b)',
    'SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY[1])) AS r',
    'SELECT * FROM customers TABLESAMPLE bernoulli (10)',
    `SELECT to_tsvector('simple', name) @@ plainto_tsquery('x') FROM customers`,
    `SELECT xmlelement(name a, name), xpath('/a', '<a/>') FROM customers`,
    `SELECT md5(name), sha256('x'), encode('x', 'hex') FROM customers`,
    'SELECT c FROM customers c',
    'SELECT DISTINCT ON (customer) * FROM orders ORDER BY customer, at DESC',
    'SELECT id FROM orders EXCEPT SELECT customer FROM orders',
    'SELECT customer, grouping(customer) FROM orders GROUP BY ROLLUP (customer)',
    'SELECT * FROM customers c, LATERAL (SELECT * FROM orders o WHERE o.customer = c.id LIMIT 1) x',
    'SELECT id FROM orders ORDER BY at FETCH FIRST 3 ROWS WITH TIES',
    'SELECT relname FROM pg_class',
    'SELECT table_name FROM information_schema.tables',
    `SELECT pg_get_viewdef('totals'::regclass), pg_relation_size('orders')`,
    `SELECT obj_description('orders'::regclass), has_table_privilege('orders', 'SELECT')`,
    'SELECT * FROM totals',
    'SELECT * FROM big_totals',
    'SELECT * FROM copied_trap',
    'SELECT * FROM depot.stock',
    'SELECT net(total) FROM orders',
    'SELECT public.net(total), net_rounded(total) FROM orders',
    'SELECT net_sum()',
    `SELECT standard('A'), atomic()`,
    'SELECT again(5)',
    'SELECT run_fixed()',
    'SELECT owner_counts()',
    `SELECT similarity(name, 'ana') FROM customers`,
    `SELECT my_length('abc')`,
    'SELECT biggest(id) FROM orders',
    'SELECT contact(c), c.contact FROM customers c',
    `SELECT lower('A'), upper('a')`,
    `SELECT 'a' === 'b'`,
    'SELECT 1 <~> 2',
    `SELECT query_to_xml('SELECT id FROM orders', true, false, '')`,
    `SELECT table_to_xml('orders', true, false, ''), table_to_xml('public.totals'::regclass, true, false, '')`,
    `SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM customers')`,
    `SELECT lastval(), pg_column_size(name), pg_typeof(name) FROM customers`,
    'SELECT nullif(id, 1), coalesce(name, email), greatest(1, 2), CASE WHEN id = 1 THEN 2 END FROM customers',
    'SELECT 1 OPERATOR(pg_catalog.+) 2, pg_catalog.lower(name) FROM customers',
  ])('allows %s', async (sql) => {
    expect(await judge(sql)).toBe('allow')
  })

  it.each([
    ['DELETE FROM orders', 'statement_refused'],
    ['WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d', 'statement_refused'],
    ['WITH a AS (SELECT 1) INSERT INTO orders SELECT * FROM a', 'statement_refused'],
    ['SELECT * FROM (WITH u AS (UPDATE orders SET id = 1 RETURNING *) TABLE u) x', 'statement_refused'],
    ['SELECT * INTO copy FROM orders', 'statement_refused'],
    ['CREATE TEMP TABLE x AS SELECT 1', 'statement_refused'],
    ['TRUNCATE orders', 'statement_refused'],
    ['MERGE INTO orders o USING customers c ON true WHEN MATCHED THEN DELETE', 'statement_refused'],
    ['COPY orders TO STDOUT', 'statement_refused'],
    [`COPY (SELECT 1) TO PROGRAM 'sh'`, 'statement_refused'],
    ['SET work_mem = 1', 'statement_refused'],
    ['RESET ALL', 'statement_refused'],
    ['BEGIN', 'statement_refused'],
    ['COMMIT', 'statement_refused'],
    ['DECLARE c CURSOR FOR SELECT 1', 'statement_refused'],
    ['PREPARE p AS SELECT 1', 'statement_refused'],
    ['EXECUTE p', 'statement_refused'],
    ['LOCK TABLE orders', 'statement_refused'],
    ['LISTEN x', 'statement_refused'],
    [`NOTIFY x, 'y'`, 'statement_refused'],
    ['VACUUM orders', 'statement_refused'],
    ['REFRESH MATERIALIZED VIEW copied_trap', 'statement_refused'],
    ['CALL tidy()', 'statement_refused'],
    ['DO $$ BEGIN END $$', 'statement_refused'],
    ['GRANT ALL ON orders TO public', 'statement_refused'],
    ['COMMENT ON TABLE orders IS NULL', 'statement_refused'],
    ['EXPLAIN ANALYZE DELETE FROM orders', 'statement_refused'],
    ['EXPLAIN (ANALYZE, COSTS OFF) CREATE TABLE x AS SELECT 1', 'statement_refused'],
    ['EXPLAIN EXECUTE p', 'statement_refused'],
    ['EXPLAIN ANALYZE SELECT clear_orders()', 'function_refused'],
    ['SELECT * FROM orders FOR UPDATE', 'feature_refused'],
    ['SELECT * FROM (SELECT * FROM orders FOR NO KEY UPDATE SKIP LOCKED) x', 'feature_refused'],
    ['SHOW data_directory', 'feature_refused'],
    ['SHOW ALL', 'feature_refused'],
    [`SELECT nextval('s')`, 'function_refused'],
    [`EXPLAIN ANALYZE SELECT nextval('s')`, 'function_refused'],
    [`SELECT setval('s', 1)`, 'function_refused'],
    [`SELECT set_config('role', 'postgres', false)`, 'function_refused'],
    [`SELECT pg_catalog.set_config('role', 'postgres', false)`, 'function_refused'],
    ['SELECT pg_sleep(10)', 'function_refused'],
    ['SELECT pg_advisory_lock(1)', 'function_refused'],
    ['SELECT pg_terminate_backend(1)', 'function_refused'],
    [`SELECT pg_read_file('/etc/passwd')`, 'function_refused'],
    [`SELECT U&"pg_read_fil\\0065"('/etc/passwd')`, 'function_refused'],
    [`SELECT * FROM pg_ls_dir('.')`, 'function_refused'],
    [`SELECT lo_export(1, '/tmp/x')`, 'function_refused'],
    [`SELECT pg_notify('a', 'b')`, 'function_refused'],
    ['SELECT txid_current()', 'function_refused'],
    ['SELECT pg_export_snapshot()', 'function_refused'],
    ['SELECT pg_stat_reset()', 'function_refused'],
    [`SELECT query_to_xml('DELETE FROM orders', true, false, '')`, 'feature_refused'],
    [`SELECT query_to_xml('SELECT clear_orders()', true, false, '')`, 'function_refused'],
    [`SELECT query_to_xml($1, true, false, '')`, 'feature_refused'],
    [`SELECT table_to_xml('hidden_trap', true, false, '')`, 'table_refused'],
    [`SELECT table_to_xml('orders WHERE clear_orders() = 1', true, false, '')`, 'function_refused'],
    [`SELECT table_to_xml(c.name::regclass, true, false, '') FROM customers c`, 'feature_refused'],
    [`SELECT schema_to_xml('public', true, false, '')`, 'function_refused'],
    ['SELECT clear_orders()', 'function_refused'],
    ['SELECT 1 WHERE clear_orders() = 1', 'function_refused'],
    ['SELECT 1 FROM orders ORDER BY clear_orders()', 'function_refused'],
    ['SELECT 1 LIMIT (SELECT clear_orders())', 'function_refused'],
    ['SELECT count(*) FILTER (WHERE clear_orders() = 1) FROM orders', 'function_refused'],
    ['SELECT * FROM ROWS FROM (clear_orders(), generate_series(1, 2)) AS r', 'function_refused'],
    ['SELECT sneaky()', 'function_refused'],
    ['SELECT two_faced()', 'function_refused'],
    [`SELECT run('SELECT 1')`, 'function_refused'],
    ['SELECT run_fixed_badly()', 'function_refused'],
    ['SELECT configure()', 'function_refused'],
    ['SELECT ping()', 'function_refused'],
    ['SELECT owner_reads()', 'function_refused'],
    [`SELECT * FROM dblink('host=x', 'SELECT 1') AS t(a int)`, 'function_refused'],
    [`SELECT * FROM crosstab('SELECT 1') AS t(a int)`, 'function_refused'],
    ['SELECT in_python()', 'function_refused'],
    ['SELECT my_reload()', 'function_refused'],
    ['SELECT tidy()', 'function_refused'],
    ['SELECT clearing(id) FROM orders', 'function_refused'],
    ['SELECT wipe(c) FROM customers c', 'function_refused'],
    ['SELECT c.wipe FROM customers c', 'function_refused'],
    ['SELECT (c).wipe FROM customers c', 'function_refused'],
    [`SELECT lower('a', 'b')`, 'function_refused'],
    ['SELECT depot.refill()', 'function_refused'],
    ['SELECT 1 ==> 2', 'function_refused'],
    ['SELECT 1 OPERATOR(public.==>) 2', 'function_refused'],
    ['SELECT 1 FROM orders ORDER BY id USING ==>', 'function_refused'],
    ['SELECT 1 ==> ANY (ARRAY[2])', 'function_refused'],
    ['SELECT refill()', 'function_unknown'],
    ['SELECT nonsense(1)', 'function_unknown'],
    ['SELECT * FROM trap', 'table_refused'],
    ['SELECT * FROM hidden_trap', 'table_refused'],
    ['SELECT * FROM unknown_view', 'table_refused'],
    ['SELECT * FROM pg_authid', 'table_refused'],
    ['SELECT passwd FROM pg_catalog.pg_shadow', 'table_refused'],
    ['SELECT * FROM pg_user_mappings', 'table_refused'],
    ['SELECT * FROM pg_hba_file_rules', 'table_refused'],
    ['SELECT * FROM pg_largeobject', 'table_refused'],
    ['SELECT * FROM pg_toast.pg_toast_1234', 'table_refused'],
    ['SELECT * FROM pg_something_new', 'table_refused'],
    ['SELECT * FROM ordrs', 'table_unknown'],
    ['SELECT * FROM stock', 'table_unknown'],
    ['SELECT * FROM other.orders', 'table_unknown'],
  ])('refuses %s', async (sql, code) => {
    expect(await verdict(sql)).toBe(code)
  })

  it('says what it may have been and what to do instead', async () => {
    expect(await judge('SELECT * FROM ordrs')).toMatchObject({ hint: 'Did you mean orders?' })
    expect(await judge('SELECT * FROM stock')).toMatchObject({ hint: 'Did you mean depot.stock?' })
    expect(await judge('SELECT date_trnc(1)')).toMatchObject({ hint: expect.stringContaining('date_trunc') })
    expect(await judge('DELETE FROM orders')).toMatchObject({ message: 'DELETE changes data, which is not allowed here.' })
    expect(await judge('SELECT sneaky()')).toMatchObject({ message: 'The function sneaky may not be used: it holds DELETE.' })
  })

  it('answers the tables, resolved', async () => {
    const { facts } = await postgres.parse('SELECT * FROM orders o, depot.stock')
    expect(guard(facts, setting(open)).map(({ ref, table }) => [ref.id, table?.schema, table?.name])).toEqual([
      [0, 'public', 'orders'],
      [1, 'depot', 'stock'],
    ])
  })
})

describe('where something is hidden', () => {
  it.each([
    'SELECT * FROM customers',
    'SELECT name FROM customers c WHERE lower(name) = $1',
    'SELECT to_jsonb(c) FROM customers c',
    'SELECT * FROM totals',
    'SELECT net(total) FROM orders',
    'SELECT net_sum()',
    'EXPLAIN SELECT * FROM orders',
    `SELECT '2024-01-01'::date, '1'::text[]`,
    `SELECT regexp_replace(name, 'a', 'b'), regr_slope(1, id), pg_typeof(name), '1'::int FROM customers GROUP BY name`,
    `SELECT similarity(name, 'x') FROM customers`,
    `SELECT * FROM json_populate_record(NULL::orders, '{}')`,
    'SELECT NULL::customers[], NULL::public.date',
  ])('allows %s', async (sql) => {
    expect(await judge(sql, setting(narrow))).toBe('allow')
  })

  it.each([
    ['SELECT * FROM pg_class', 'table_refused'],
    ['SELECT * FROM information_schema.columns', 'table_refused'],
    ['SELECT * FROM pg_stats', 'table_refused'],
    [`SELECT 'secrets'::regclass`, 'feature_refused'],
    ['SELECT email::regproc FROM customers', 'feature_refused'],
    ['SELECT (NULL::secrets).*', 'feature_refused'],
    ['SELECT NULL::secrets[]', 'feature_refused'],
    [`SELECT * FROM json_populate_record(NULL::secrets, '{}')`, 'feature_refused'],
    [`SELECT to_regclass('secrets')`, 'function_refused'],
    [`SELECT has_table_privilege('secrets', 'SELECT')`, 'function_refused'],
    [`SELECT pg_get_functiondef(1)`, 'function_refused'],
    ['SELECT current_query()', 'function_refused'],
    [`SELECT table_to_xml('customers', true, false, '')`, 'function_refused'],
    [`SELECT query_to_xml('SELECT * FROM customers', true, false, '')`, 'function_refused'],
    [`SELECT * FROM ts_stat('SELECT to_tsvector(email) FROM customers')`, 'function_refused'],
    ['SELECT run_fixed()', 'function_refused'],
    ['SELECT owner_reads()', 'function_refused'],
    ['EXPLAIN ANALYZE SELECT * FROM customers', 'feature_refused'],
    ['SELECT * FROM secrets', 'table_unknown'],
    ['SELECT * FROM public.secrets', 'table_unknown'],
  ])('refuses %s', async (sql, code) => {
    expect(await verdict(sql, setting(narrow))).toBe(code)
  })

  it('answers a hidden table as one that does not exist, and never names it', async () => {
    const hidden = await judge('SELECT * FROM secrets', setting(narrow))
    const missing = await judge('SELECT * FROM secrfts', setting(narrow))
    if (hidden === 'allow' || missing === 'allow') throw new Error('allowed')
    expect(hidden.message.replace('secrets', 'X')).toBe(missing.message.replace('secrfts', 'X'))
    expect(hidden.hint).toBe(missing.hint)
    expect(`${missing.message} ${missing.hint}`).not.toContain('secrets')
  })
})

describe('with less to go by', () => {
  it('lets tables be and refuses functions of users without a schema', async () => {
    const bare: Setting = { dialect: 'postgres' }
    expect(await verdict('SELECT lower(a) FROM anything', bare)).toBe('allow')
    expect(await verdict('SELECT net(1)', bare)).toBe('function_refused')
    expect(await verdict('SELECT nextval(1)', bare)).toBe('function_refused')
    expect(await verdict('SELECT * FROM pg_authid', bare)).toBe('table_refused')
  })

  it('refuses functions and views that it cannot read', async () => {
    const blind: Setting = { dialect: 'postgres', schema: shop, grant: open }
    expect(await verdict('SELECT net(1)', blind)).toBe('function_refused')
    expect(await verdict('SELECT * FROM totals', blind)).toBe('table_refused')
    expect(await verdict('SELECT * FROM orders', blind)).toBe('allow')
  })

  it('asks for the action', async () => {
    const by = (actions: Grant['actions']): Setting => setting({ ...open, actions })
    expect(await verdict('SELECT 1', by(new Set(['explain'])))).toBe('action_refused')
    expect(await verdict('EXPLAIN SELECT 1', by(new Set(['read'])))).toBe('action_refused')
    expect(await verdict('EXPLAIN SELECT 1', by(new Set(['explain'])))).toBe('allow')
    expect(await verdict('EXPLAIN ANALYZE SELECT 1', by(new Set(['explain'])))).toBe('action_refused')
  })

  it('lets policy allow a function by name', async () => {
    const named = setting({ ...open, functions: new Set(['clear_orders', 'depot.refill']) })
    expect(await verdict('SELECT clear_orders()', named)).toBe('allow')
    expect(await verdict('SELECT depot.refill()', named)).toBe('allow')
    expect(await verdict('SELECT * FROM trap', named)).toBe('allow')
  })
})
