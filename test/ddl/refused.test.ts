import { describe, expect, test } from 'vitest'
import { type Ddl, type NewColumn, planDdl } from '../../src/ddl/ddl.ts'
import type { DialectName } from '../../src/facts.ts'
import { grantOf, settingOf } from './scene.ts'

/** What must not become a statement, in whatever dialect. */

const dialects: readonly DialectName[] = ['postgres', 'mysql', 'sqlite', 'duckdb']
const table = (column: Partial<NewColumn>, more: Partial<Extract<Ddl, { kind: 'create_table' }>> = {}): Ddl => ({
  kind: 'create_table',
  table: 'fresh',
  columns: [{ name: 'a', type: 'integer', ...column }],
  ...more,
})

describe.each(dialects)('%s', (dialect) => {
  const plan = async (ddl: Ddl) => planDdl(ddl, await settingOf(dialect))

  test.each([
    'integer); DROP TABLE orders; --',
    'integer DEFAULT (SELECT 1)',
    'integer PRIMARY KEY',
    'integer CHECK (true)',
    'int/**/',
    'integer -- x',
    'varchar(20',
    'varchar(a)',
    'varchar(1,2,3)',
    'varchar(99999999999)',
    'varchar(20) COLLATE "x"',
    'integer REFERENCES salaries',
    'pg_catalog.int4',
    'my_type',
    '"integer"',
    'integer[',
    '',
    ' ',
    `${'a '.repeat(500)}b`,
    'varсhar(20)',
    'STRUCT(a INTEGER)',
    "enum('a','b'); DROP TABLE orders",
    "enum('a\\','b')",
  ])('the type %j is refused', async (type) => {
    await expect(plan(table({ type }))).rejects.toMatchObject({ code: 'change_invalid' })
    await expect(
      plan({ kind: 'alter_table', table: 'orders', actions: [{ kind: 'add_column', column: { name: 'n', type } }] }),
    ).rejects.toMatchObject({
      code: 'change_invalid',
    })
  })

  test('a type that is nearly right is answered with the nearest one', async () => {
    await expect(plan(table({ type: 'varchr(20)' }))).rejects.toMatchObject({ message: expect.stringContaining('Did you mean varchar') })
  })

  test.each([
    '(SELECT 1)',
    'nextval(1)',
    'now() + 1',
    'pg_sleep(1)',
    'load_file(1)',
    'random()',
    'current_timestamp; DROP TABLE orders',
    '__proto__',
    'toString',
  ])('the default %j is refused', async (expression) => {
    await expect(plan(table({ default: { expression } }))).rejects.toMatchObject({ code: 'change_invalid' })
  })

  test.each([
    ['a NUL', { value: 'a\0b' }],
    ['half a letter', { value: 'a\ud800' }],
    ['bytes', { value: new Uint8Array([1]) }],
    ['no number', { value: Number.NaN }],
    ['no end', { value: Number.POSITIVE_INFINITY }],
  ])('a default that is %s is refused', async (_what, value) => {
    await expect(plan(table({ default: value }))).rejects.toMatchObject({ code: 'change_invalid' })
  })

  test('a default is one literal, whatever it holds', async () => {
    const { statements } = await plan(table({ type: 'varchar(50)', default: { value: "'); DROP TABLE orders; --" } }))
    expect(statements[0]).toContain("DEFAULT '''); DROP TABLE orders; --'")
  })

  test.each([
    'a > 0) , (a > 1',
    'a > 0) OR (a > 1',
    'a > 0; DROP TABLE orders',
    'a > 0 ORDER BY a',
    'a > 0 LIMIT 1',
    'a > 0 UNION SELECT 1',
    'a > (SELECT 1)',
    'a IN (SELECT id FROM orders)',
    'EXISTS (SELECT 1 FROM orders)',
    'a > $1',
    'a > ?',
    'random() > 0.5',
    'a > 0 /*',
    "a = load_file('/etc/passwd')",
    'a = pg_sleep(1)',
    "nextval('x') > 0",
    '',
    'a > 0, a > 1',
    'a AS b',
    `a > ${'0 + '.repeat(2_000)}0`,
  ])('the check %j is refused', async (check) => {
    await expect(plan(table({ check }))).rejects.toMatchObject({ name: 'SluiceError' })
    const constraint = { kind: 'check', expression: check.replaceAll('a', 'id') } as const
    await expect(plan({ kind: 'alter_table', table: 'orders', actions: [{ kind: 'add_constraint', constraint }] })).rejects.toMatchObject({
      name: 'SluiceError',
    })
  })

  test('a comment in a check does not reach the source', async () => {
    const { statements } = await plan(table({ check: 'a > 0 /* x */ -- y' }))
    expect(statements[0]).toContain('a > 0')
    expect(statements[0]).not.toMatch(/--|\/\*|x|y/)
  })

  test.each([
    ['', 'empty'],
    [' a', 'space'],
    ['a\0b', 'character'],
    ['a\nb', 'character'],
    ['a\ud800', 'character'],
    ['x'.repeat(200), 'longer'],
  ])('the name %j is refused', async (name, why) => {
    await expect(plan(table({ name }))).rejects.toMatchObject({ code: 'change_invalid', message: expect.stringContaining(why) })
    const quoted = `"${name}"`
    for (const ddl of [
      table({}, { table: quoted }),
      { kind: 'alter_table', table: 'orders', actions: [{ kind: 'rename_column', name: 'note', to: name }] },
      { kind: 'create_index', table: 'orders', name: quoted, columns: [{ name: 'note' }] },
      { kind: 'backup_table', table: 'orders', to: quoted, stamp: '2026' },
    ] as Ddl[]) {
      await expect(plan(ddl)).rejects.toMatchObject({ code: 'change_invalid' })
    }
  })

  test.each(['a.b.c', 'a..b', '.a', 'a.', '"a', 'a"b', '"a".b"'])('%j is not the name of a table', async (name) => {
    await expect(plan(table({}, { table: name }))).rejects.toMatchObject({ code: 'change_invalid' })
  })

  test.each(['pg_catalog', 'information_schema', 'mysql', 'PG_CATALOG', 'sys'])('nothing is made in the schema %s', async (schema) => {
    await expect(plan(table({}, { table: `${schema}.fresh` }))).rejects.toMatchObject({ code: expect.stringMatching(/change_refused/) })
  })

  const onTable = (name: string): readonly Ddl[] => [
    { kind: 'drop_table', table: name, cascade: true },
    { kind: 'alter_table', table: name, actions: [{ kind: 'rename_column', name: 'id', to: 'x' }] },
    { kind: 'alter_table', table: name, actions: [{ kind: 'rename_table', to: 'x' }] },
    { kind: 'create_index', table: name, columns: [{ name: 'id' }], unique: true },
    { kind: 'backup_table', table: name, stamp: '2026' },
    { kind: 'create_view', view: 'v', select: `SELECT id FROM ${name}` },
    table({ references: { table: name, columns: ['id'] } }),
  ]

  test('a hidden table does not exist, whatever is asked of it', async () => {
    for (const ddl of onTable('salaries')) {
      await expect(plan(ddl)).rejects.toMatchObject({ code: 'table_unknown', message: expect.not.stringContaining('amount') })
    }
  })

  test.each(['people', 'visits'])('%s, of which something is hidden, keeps its structure and is not copied', async (name) => {
    for (const ddl of onTable(name)) await expect(plan(ddl)).rejects.toMatchObject({ code: 'change_refused' })
  })

  test('a table that may not be written keeps its structure', async () => {
    for (const ddl of onTable('locked').slice(0, 4)) await expect(plan(ddl)).rejects.toMatchObject({ code: 'change_refused' })
  })

  test('a table whose rows may be changed, but not its structure, keeps that', async () => {
    const grant = grantOf()
    const table: typeof grant.table = (asked) => {
      const given = grant.table(asked)
      return given && { ...given, alterable: given.alterable && asked.name !== 'orders' }
    }
    const setting = await settingOf(dialect, { grant: { ...grant, table } })
    for (const ddl of onTable('orders').slice(0, 4)) {
      await expect(planDdl(ddl, setting)).rejects.toMatchObject({
        code: 'change_refused',
        message: expect.stringContaining('do not let you'),
      })
    }
  })

  test('a materialized view is indexed only by who sees everything', async () => {
    const setting = await settingOf(dialect)
    const [orders] = setting.schema.tables.filter(({ name }) => name === 'orders')
    const schema = {
      ...setting.schema,
      tables: [...setting.schema.tables, { ...orders!, name: 'kept', kind: 'materialized_view' as const }],
    }
    const index: Ddl = { kind: 'create_index', table: 'kept', columns: [{ name: 'note' }], unique: true }
    await expect(planDdl(index, { ...setting, schema })).rejects.toMatchObject({ code: 'change_refused' })
    const open = { ...setting.grant, restricted: false }
    expect((await planDdl(index, { ...setting, schema, grant: open })).statements).toHaveLength(1)
  })

  test('without the action nothing is planned', async () => {
    const editor = await settingOf(dialect, { grant: grantOf(['read', 'write']) })
    await expect(planDdl({ kind: 'drop_table', table: 'items' }, editor)).rejects.toMatchObject({ code: 'action_refused' })
    const developer = await settingOf(dialect, { grant: grantOf(['read', 'write', 'ddl']) })
    await expect(planDdl({ kind: 'create_database', name: 'x' }, developer)).rejects.toMatchObject({ code: 'action_refused' })
    await expect(planDdl({ kind: 'drop_database', name: 'x' }, developer)).rejects.toMatchObject({ code: 'action_refused' })
  })

  test.each([
    'SELECT 1; DROP TABLE orders',
    'DELETE FROM orders',
    'DROP TABLE orders',
    'SELECT id FROM orders WHERE id = $1',
    'SELECT id FROM orders WHERE id = ?',
    'SELECT * FROM salaries',
    'SELECT secret FROM people',
    'SELECT name FROM people',
    'SELECT id FROM visits',
    'SELECT o.id FROM orders o JOIN visits v ON v.id = o.id',
    'EXPLAIN SELECT 1',
    '',
  ])('no view is made of %j', async (select) => {
    await expect(plan({ kind: 'create_view', view: 'v', select })).rejects.toMatchObject({ name: 'SluiceError' })
  })

  test('a table is not replaced by a view', async () => {
    const over = { kind: 'create_view', view: 'orders', select: 'SELECT id FROM items', replace: true } as const
    await expect(plan(over)).rejects.toMatchObject({ code: 'change_conflict' })
    await expect(plan({ kind: 'drop_view', view: 'orders' })).rejects.toMatchObject({ code: 'change_invalid' })
    await expect(plan({ kind: 'drop_table', table: 'big_notes' })).rejects.toMatchObject({ code: 'change_invalid' })
  })

  test.each(['postgres', 'template1', 'mysql', 'information_schema', 'shop'])('the database %s is not dropped', async (name) => {
    await expect(plan({ kind: 'drop_database', name })).rejects.toMatchObject({
      code: expect.stringMatching(/change_refused|not_supported/),
    })
  })

  test('what cannot be meant is refused', async () => {
    for (const [ddl, code] of [
      [{ kind: 'create_table', table: 'x', columns: [] }, 'change_invalid'],
      [
        table(
          {},
          {
            columns: [
              { name: 'a', type: 'integer' },
              { name: 'A', type: 'integer' },
            ],
          },
        ),
        'change_invalid',
      ],
      [table({ primaryKey: true }, { constraints: [{ kind: 'primary_key', columns: ['a'] }] }), 'change_invalid'],
      [table({}, { constraints: [{ kind: 'unique', columns: ['b'] }] }), 'column_unknown'],
      [table({ references: { table: 'orders', columns: ['nothing'] } }), 'column_unknown'],
      [{ kind: 'alter_table', table: 'orders', actions: [] }, 'change_invalid'],
      [{ kind: 'alter_table', table: 'orders', actions: [{ kind: 'drop_column', name: 'nothing' }] }, 'column_unknown'],
      [{ kind: 'alter_table', table: 'orders', actions: [{ kind: 'rename_column', name: 'note', to: 'total' }] }, 'change_conflict'],
      [{ kind: 'alter_table', table: 'orders', actions: [{ kind: 'drop_column', name: 'id' }] }, 'change_refused'],
      [{ kind: 'alter_table', table: 'notes', actions: [{ kind: 'drop_column', name: 'text' }] }, 'change_invalid'],
      [{ kind: 'alter_table', table: 'orders', actions: [{ kind: 'rename_table', to: 'items' }] }, 'change_conflict'],
      [{ kind: 'alter_table', table: 'big_notes', actions: [{ kind: 'rename_table', to: 'x' }] }, 'change_invalid'],
      [{ kind: 'create_index', table: 'orders', columns: [] }, 'change_invalid'],
      [{ kind: 'create_index', table: 'orders', columns: [{ name: 'nothing' }] }, 'column_unknown'],
      [{ kind: 'create_index', table: 'orders', columns: [{ name: 'id' }], method: 'btree; DROP' }, /change_invalid|not_supported/],
      [{ kind: 'drop_index', name: 'orders_pkey' }, 'change_invalid'],
      [{ kind: 'backup_table', table: 'orders', to: 'items', stamp: '2026' }, 'change_conflict'],
      [{ kind: 'backup_table', table: 'orders', stamp: "x'; --" }, 'change_invalid'],
      [{ kind: 'backup_table', table: 'big_notes', stamp: '2026' }, 'change_invalid'],
      [{ kind: 'nothing' }, 'change_refused'],
    ] as [Ddl, string | RegExp][]) {
      const failing = { code: typeof code === 'string' ? code : expect.stringMatching(code) }
      await expect(plan(ddl), JSON.stringify(ddl)).rejects.toMatchObject(failing)
    }
  })
})
