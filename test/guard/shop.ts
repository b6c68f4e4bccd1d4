import type { Grant, TableGrant } from '../../src/grant.ts'
import type { Schema, SourceFunction, Table } from '../../src/schema.ts'

const table = (name: string, names: readonly string[], more: Partial<Table> = {}): Table => ({
  schema: 'public',
  name,
  kind: 'table',
  columns: names.map((column) => ({ name: column, type: 'text', nativeType: 'text', nullable: true })),
  ...more,
})

const fn = (name: string, language: string, body: string, more: Partial<SourceFunction> = {}): SourceFunction => ({
  schema: 'public',
  name,
  kind: 'function',
  volatility: 'volatile',
  builtin: false,
  args: [0, 9],
  language,
  body,
  ...more,
})

const operator = (name: string, body: string): SourceFunction => ({
  schema: 'public',
  name,
  kind: 'operator',
  volatility: 'unknown',
  builtin: false,
  body,
})

/** A small shop in PostgreSQL with functions of every kind that a guard must judge. */
export const shop: Schema = {
  version: '1',
  searchPath: ['public'],
  tables: [
    table('customers', ['id', 'name', 'email', 'tenant']),
    table('orders', ['id', 'customer', 'total', 'at']),
    table('secrets', ['id', 'value']),
    table('date', ['day']),
    table('totals', ['customer', 'sum'], {
      kind: 'view',
      definition: 'SELECT customer, sum(total) AS sum FROM orders GROUP BY customer',
    }),
    table('big_totals', ['customer'], { kind: 'view', definition: 'SELECT customer FROM totals WHERE sum > 100' }),
    table('trap', ['n'], { kind: 'view', definition: 'SELECT clear_orders() AS n' }),
    table('hidden_trap', ['n'], { kind: 'view', definition: 'SELECT t.n FROM trap t' }),
    table('unknown_view', ['n'], { kind: 'view' }),
    table('copied_trap', ['n'], { kind: 'materialized_view', definition: 'SELECT clear_orders() AS n' }),
    table('stock', ['id'], { schema: 'depot' }),
  ],
  functions: [
    fn('clear_orders', 'plpgsql', 'BEGIN DELETE FROM orders; RETURN 1; END'),
    fn('net', 'sql', 'SELECT $1 / 1.2', { args: [1, 1] }),
    fn('net_sum', 'sql', 'SELECT sum(net(total)) FROM orders'),
    fn('net_rounded', 'plpgsql', 'DECLARE n numeric := net($1); BEGIN IF n < 0 THEN RETURN 0; END IF; RETURN round(n, 2); END'),
    fn('standard', 'sql', 'RETURN lower(a)'),
    fn('atomic', 'sql', 'BEGIN ATOMIC SELECT 1; SELECT net(2); END'),
    fn('sneaky', 'sql', 'SELECT 1; SELECT clear_orders()', { volatility: 'immutable' }),
    fn('two_faced', 'plpgsql', 'BEGIN PERFORM clear_orders(); RETURN true; EXCEPTION WHEN OTHERS THEN RETURN false; END', {
      volatility: 'immutable',
    }),
    fn('run', 'plpgsql', 'DECLARE r text; BEGIN EXECUTE $1 INTO r; RETURN r; END'),
    fn('run_fixed', 'plpgsql', `DECLARE r int; BEGIN EXECUTE 'SELECT count(*) FROM orders' INTO r; RETURN r; END`),
    fn('run_fixed_badly', 'plpgsql', `BEGIN EXECUTE 'DELETE FROM orders'; END`),
    fn('configure', 'plpgsql', 'BEGIN SET work_mem = 100; RETURN 1; END'),
    fn('again', 'sql', 'SELECT CASE WHEN $1 < 1 THEN 0 ELSE again($1 - 1) END'),
    fn('ping', 'sql', 'SELECT pong()'),
    fn('pong', 'sql', 'SELECT ping(), clear_orders()'),
    fn('owner_reads', 'sql', 'SELECT value FROM secrets', { definer: true }),
    fn('owner_counts', 'sql', 'SELECT 1 + 1', { definer: true }),
    fn('similarity', 'c', 'similarity', { volatility: 'immutable' }),
    fn('dblink', 'c', 'dblink_record'),
    fn('crosstab', 'c', 'crosstab', { volatility: 'stable' }),
    fn('in_python', 'plpython3u', 'return 1', { volatility: 'immutable' }),
    fn('my_length', 'internal', 'textlen', { volatility: 'immutable' }),
    fn('my_reload', 'internal', 'pg_reload_conf'),
    fn('tidy', 'sql', 'SELECT 1', { kind: 'procedure' }),
    fn('biggest', 'internal', 'int4larger', { kind: 'aggregate', volatility: 'immutable' }),
    fn('clearing', 'internal', 'int4larger,clear_orders', { kind: 'aggregate', volatility: 'immutable' }),
    fn('contact', 'sql', `SELECT $1.name || $1.email`, { args: [1, 1] }),
    fn('wipe', 'sql', 'SELECT clear_orders()', { args: [1, 1] }),
    fn('lower', 'sql', 'SELECT clear_orders()::text', { args: [2, 2] }),
    fn('upper', 'sql', 'SELECT $1', { args: [1, 1] }),
    fn('refill', 'plpgsql', 'BEGIN UPDATE depot.stock SET id = 1; END', { schema: 'depot' }),
    operator('===', 'pg_catalog.texteq'),
    operator('==>', 'public.clear_orders'),
    operator('<~>', 'public.net'),
  ],
}

const whole = (names: readonly string[]): TableGrant & { explicit: boolean } => ({
  columns: names,
  masks: new Map(),
  rows: [],
  restricted: false,
  guarded: false,
  writable: false,
  alterable: false,
  reasons: [],
  explicit: true,
})

/** Everything may be read. */
export const open: Grant = {
  version: 'open',
  source: 'shop',
  principal: 'ana',
  roles: ['read_only'],
  actions: new Set(['read', 'explain']),
  limits: { rows: 1_000, rowsDefault: 1_000, bytes: 1_000_000, ms: 1_000, concurrent: 1, perMinute: 60 },
  restricted: false,
  functions: new Set(),
  confirm: 'once',
  table: ({ names }) => whole(names),
}

/** The table `secrets` does not exist, and of `customers` only one tenant is seen, without addresses. */
export const narrow: Grant = {
  ...open,
  version: 'narrow',
  restricted: true,
  functions: new Set(['net_sum']),
  table: ({ name, names }) => {
    if (name === 'secrets') return undefined
    if (name !== 'customers') return whole(names)
    return { ...whole(names), masks: new Map([['email', { kind: 'null' }]]), rows: ['tenant = 1'], restricted: true }
  },
}
