import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines, openPlace, type Place, type Who } from './structure.ts'

/** The tools that change structure, on each engine: shown first, applied with the token, and what must not happen. */

const noSchemas = { sqlite: true, mysql: true, postgres: false, duckdb: false }
const noDatabases = { sqlite: true, mysql: false, postgres: false, duckdb: true }

describe.each(engines)('on %s', (engine) => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace(engine)
  }, 60_000)
  afterAll(() => place?.close())

  const tables = async (who: Who = 'developer') =>
    ((await place.tool(who, 'list_tables', { limit: 1000 })).structured.tables as readonly { table: string }[]).map(({ table }) => table)
  const columns = async (table: string) =>
    (await place.tool('developer', 'list_columns', { table })).structured.columns as readonly {
      name: string
      nullable: boolean
      native_type: string
    }[]
  const count = async (table: string) => Number((await place.rows(`SELECT count(*) FROM ${table}`))[0]![0])
  const applied = { status: 'applied', undoable: false }

  test('a table is shown as SQL, nothing is left of the preview, and the token makes it', async () => {
    const wanted = {
      table_name: 'products',
      columns: [
        { name: 'id', type: 'integer', primary_key: true, auto_increment: true },
        { name: 'Title', type: 'varchar(40)', nullable: false, default: "it's; --" },
        { name: 'price', type: 'decimal(10,2)', default: -1.5, check: 'price > -2' },
        { name: 'customer_id', type: 'integer', references: { table: 'customers', column: 'id' } },
        { name: 'made', type: 'timestamp', default: 'CURRENT_TIMESTAMP', comment: "when it's made" },
      ],
      constraints: [{ type: 'UNIQUE', name: 'two', columns: ['price', 'made'] }],
    }
    const preview = await place.tool('developer', 'create_table', wanted)
    expect(preview.structured).toMatchObject({ status: 'confirmation_required', source: 'shop' })
    expect(preview.text).toContain('CREATE TABLE')
    expect(preview.text).toContain('confirm_token')
    expect(preview.confirm?.question).toContain('CREATE TABLE')
    expect(await tables()).not.toContain('products')
    const done = await place.tool('developer', 'create_table', { ...wanted, confirm_token: preview.structured.confirm_token })
    expect(done.structured).toMatchObject(applied)
    expect((await columns('products')).map(({ name, nullable }) => [name, nullable])).toEqual([
      ['id', engine === 'sqlite' ? expect.any(Boolean) : false],
      ['Title', false],
      ['price', true],
      ['customer_id', true],
      ['made', true],
    ])
    const quote = engine === 'mysql' ? '`' : '"'
    await place.rows(`INSERT INTO products (price) VALUES (2)`)
    await place.rows(`INSERT INTO products (price) VALUES (3)`)
    expect((await place.rows(`SELECT id, ${quote}Title${quote} FROM products ORDER BY id`)).map((row) => row.map(String))).toEqual([
      ['1', "it's; --"],
      ['2', "it's; --"],
    ])
    await expect(place.rows('INSERT INTO products (price) VALUES (-3)')).rejects.toThrow()
    await expect(place.rows('INSERT INTO products (customer_id) VALUES (99)')).rejects.toThrow()
    await expect(
      place.tool('developer', 'create_table', { ...wanted, confirm_token: preview.structured.confirm_token }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/change_conflict|confirmation_used/),
    })
  })

  test('a table that counts up comes, goes and comes again', async () => {
    const wanted = {
      table: 'counting',
      columns: [
        { name: 'id', type: 'integer', primary_key: true, auto_increment: true },
        { name: 'a', type: 'integer' },
      ],
    }
    for (const _round of [1, 2]) {
      await place.apply('developer', 'create_table', wanted)
      await place.rows('INSERT INTO counting (a) VALUES (7)')
      expect((await place.rows('SELECT id FROM counting')).map((row) => row.map(String))).toEqual([['1']])
      await place.apply('developer', 'drop_table', { table: 'counting' })
    }
  })

  test('a token is good for its change and its caller only', async () => {
    const preview = await place.tool('developer', 'create_table', { table: 'first', columns: [{ name: 'a', type: 'integer' }] })
    const { confirm_token } = preview.structured
    await expect(
      place.tool('developer', 'create_table', { table: 'second', columns: [{ name: 'a', type: 'integer' }], confirm_token }),
    ).rejects.toMatchObject({ code: 'confirmation_invalid' })
    await expect(
      place.tool('admin', 'create_table', { table: 'first', columns: [{ name: 'a', type: 'integer' }], confirm_token }),
    ).rejects.toMatchObject({ code: 'confirmation_invalid' })
    expect(await tables()).not.toContain('first')
    expect(await tables()).not.toContain('second')
  })

  test('a name that is SQL is a name', async () => {
    const name = '"a; DROP TABLE notes; --"'
    await place.apply('developer', 'create_table', {
      table: name,
      columns: [
        { name: 'select', type: 'integer' },
        { name: 'x" y`z', type: 'integer' },
      ],
    })
    expect(await tables()).toEqual(expect.arrayContaining(['a; DROP TABLE notes; --', 'notes']))
    await place.apply('developer', 'drop_table', { table: name })
    expect(await tables()).not.toContain('a; DROP TABLE notes; --')
  })

  test('a table is altered, one change at a time and several at once', async () => {
    await place.apply('developer', 'create_table', {
      table: 'things',
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'old', type: 'varchar(10)' },
      ],
    })
    await place.rows("INSERT INTO things VALUES (1, 'x')")
    await place.apply('developer', 'alter_table', {
      table_name: 'things',
      operation: 'add_column',
      column_name: 'size',
      column_type: 'integer',
      default: 7,
    })
    const wanted = {
      table: 'things',
      actions: [
        { action: 'add column', column: { name: 'note', type: 'varchar(20)', default: "'n'" } },
        { action: 'rename_column', column: 'old', new_name: 'new' },
      ],
    }
    const preview = await place.tool('developer', 'alter_table', wanted)
    expect((await columns('things')).map(({ name }) => name)).toEqual(['id', 'old', 'size'])
    expect(preview.structured.statements).toHaveLength(2)
    await place.apply('developer', 'alter_table', wanted)
    await place.apply('developer', 'alter_table', { table: 'things', action: 'drop_column', column: 'note' })
    expect((await columns('things')).map(({ name }) => name)).toEqual(['id', 'new', 'size'])
    await place.apply('developer', 'alter_table', { table: 'things', action: 'rename_table', new_name: 'goods' })
    expect((await place.rows('SELECT * FROM goods')).map((row) => row.map(String))).toEqual([['1', 'x', '7']])
    await place.apply('developer', 'drop_table', { table: 'goods' })
  })

  test('a column gets another type, default and duty, or the engine is said to do none of it', async () => {
    await place.apply('developer', 'create_table', {
      table: 'kinds',
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'n', type: 'integer', default: 3 },
      ],
    })
    const wanted = {
      table: 'kinds',
      actions: [
        { action: 'alter_type', column: 'n', type: 'bigint' },
        { action: 'set_not_null', column: 'n' },
        { action: 'set_default', column: 'n', default: 5 },
      ],
    }
    if (engine === 'sqlite') {
      await expect(place.tool('developer', 'alter_table', wanted)).rejects.toMatchObject({
        code: 'not_supported',
        message: expect.stringContaining('make a new table'),
      })
      return
    }
    await place.apply('developer', 'alter_table', wanted)
    const [, n] = await columns('kinds')
    expect(n).toMatchObject({ nullable: false, native_type: expect.stringMatching(/bigint/i) })
    await place.rows('INSERT INTO kinds (id) VALUES (1)')
    expect((await place.rows('SELECT n FROM kinds')).map((row) => row.map(String))).toEqual([['5']])
    await place.apply('developer', 'alter_table', { table: 'kinds', action: 'drop_not_null', column: 'n' })
    await place.apply('developer', 'alter_table', { table: 'kinds', action: 'drop_default', column: 'n' })
    await place.rows('INSERT INTO kinds (id) VALUES (2)')
    expect((await place.rows('SELECT n FROM kinds WHERE id = 2'))[0]).toEqual([null])
    if (engine === 'duckdb') return
    const check = { type: 'check', name: 'small', expression: 'n < 10' }
    await place.apply('developer', 'alter_table', { table: 'kinds', action: 'add_constraint', constraint: check })
    await expect(place.rows('INSERT INTO kinds VALUES (3, 10)')).rejects.toThrow()
    await place.apply('developer', 'alter_table', { table: 'kinds', action: 'drop_constraint', constraint: 'small' })
    await place.rows('INSERT INTO kinds VALUES (3, 10)')
  })

  test('an index comes and goes', async () => {
    const names = async () =>
      (
        (await place.tool('developer', 'list_indexes', { table: 'orders' })).structured.indexes as readonly {
          name: string
          columns: string[]
        }[]
      ).map(({ name }) => name)
    await place.apply('developer', 'create_index', { table_name: 'orders', columns: ['tenant', 'total DESC'], if_not_exists: true })
    expect(await names()).toContain('orders_tenant_total_idx')
    const again = await place.tool('developer', 'create_index', { table: 'orders', columns: ['tenant', 'total desc'], if_not_exists: true })
    expect(again.structured.statements).toEqual([])
    await expect(
      place.tool('developer', 'create_index', { table: 'orders', columns: 'tenant', index_name: 'orders_total' }),
    ).rejects.toMatchObject({
      code: 'change_conflict',
    })
    await place.apply('developer', 'drop_index', { index_name: 'orders_tenant_total_idx' })
    expect(await names()).not.toContain('orders_tenant_total_idx')
    await expect(place.tool('developer', 'drop_index', { index: 'nothing_idx' })).rejects.toMatchObject({ code: 'change_invalid' })
  })

  test('a view comes, is replaced and goes', async () => {
    await place.apply('developer', 'create_view', {
      view_name: 'cheap',
      query: "SELECT id, total FROM orders WHERE total < 15 AND note <> 'it''s'",
    })
    expect(await count('cheap')).toBe(1)
    await expect(place.tool('developer', 'create_view', { view: 'cheap', select: 'SELECT id, total FROM orders' })).rejects.toMatchObject({
      code: 'change_conflict',
    })
    await place.apply('developer', 'create_view', { view: 'cheap', sql: 'SELECT id, total FROM orders WHERE total < 25', replace: true })
    expect(await count('cheap')).toBe(2)
    await place.apply('developer', 'create_view', { view: 'named', select: 'SELECT id, total FROM cheap', columns: ['number', 'As "much'] })
    expect(await count('named')).toBe(2)
    expect((await place.tool('reader', 'describe_table', { table: 'named' })).text).toMatch(/number[\s\S]*As "much/)
    const twice = { view: 'twice', select: 'SELECT id, total FROM cheap', columns: ['a', 'A'] }
    await expect(place.tool('developer', 'create_view', twice)).rejects.toMatchObject({ code: 'change_invalid' })
    await place.apply('developer', 'drop_view', { view: 'named' })
    await place.apply('developer', 'create_view', { view: 'cheaper', select: 'SELECT id FROM cheap' })
    await expect(place.tool('developer', 'drop_view', { view: 'cheap' })).rejects.toMatchObject({
      code: 'change_refused',
      message: expect.stringContaining('cheaper'),
    })
    await place.apply('developer', 'drop_view', { view: 'cheap', cascade: true })
    expect(await tables()).not.toEqual(expect.arrayContaining(['cheap']))
    expect(await tables()).not.toEqual(expect.arrayContaining(['cheaper']))
  })

  test('what depends on a table is listed, and goes only when that was asked for', async () => {
    await expect(place.tool('developer', 'drop_table', { table: 'notes' })).rejects.toMatchObject({
      code: 'change_refused',
      message: expect.stringContaining('note_texts'),
    })
    await expect(place.tool('developer', 'drop_table', { table: 'customers' })).rejects.toMatchObject({
      code: 'change_refused',
      message: expect.stringContaining('orders'),
    })
    const preview = await place.tool('developer', 'drop_table', { table: 'notes', cascade: true })
    expect(preview.text).toContain('note_texts')
    expect(Object.values(preview.structured.changed as object)).toEqual([2])
    expect(await count('note_texts')).toBe(2)
    await place.apply('developer', 'drop_table', { table: 'notes', cascade: true })
    expect(await tables()).not.toContain('notes')
    expect(await tables()).not.toContain('note_texts')
    if (engine !== 'postgres') {
      await expect(place.tool('developer', 'drop_table', { table: 'customers', cascade: true })).rejects.toMatchObject({
        code: 'not_supported',
      })
    }
  })

  test('a copy has the rows, and a name of its own', async () => {
    const preview = await place.tool('developer', 'backup_table', { table_name: 'orders' })
    expect(Object.values(preview.structured.changed as object)).toEqual([3])
    expect((await tables()).filter((name) => name.includes('backup'))).toEqual([])
    await place.tool('developer', 'backup_table', { table_name: 'orders', confirm_token: preview.structured.confirm_token })
    await place.apply('developer', 'backup_table', { table: 'orders' })
    await place.apply('developer', 'backup_table', { table: 'orders', backup_name: 'kept' })
    const copies = (await tables()).filter((name) => name.includes('backup') || name === 'kept')
    expect(copies).toEqual(['kept', expect.stringMatching(/^orders_backup_\d{8}$/), expect.stringMatching(/^orders_backup_\d{8}_2$/)])
    for (const name of copies) {
      expect(await count(name)).toBe(3)
      await expect(place.rows(`INSERT INTO ${name} SELECT * FROM orders`), 'the key is there').rejects.toThrow()
    }
  })

  test('schemas, where there are any', async () => {
    if (noSchemas[engine]) {
      await expect(place.tool('developer', 'create_schema', { schema_name: 'sales' })).rejects.toMatchObject({ code: 'not_supported' })
      await expect(place.tool('developer', 'drop_schema', { schema_name: 'sales' })).rejects.toMatchObject({ code: 'not_supported' })
      return
    }
    await place.apply('developer', 'create_schema', { schema_name: 'sales' })
    await place.apply('developer', 'create_table', { table: 'deals', schema: 'sales', columns: [{ name: 'id', type: 'integer' }] })
    expect(await tables()).toContain('sales.deals')
    await expect(place.tool('developer', 'drop_schema', { schema: 'sales' })).rejects.toMatchObject({
      code: 'change_refused',
      message: expect.stringContaining('deals'),
    })
    await place.apply('developer', 'drop_schema', { schema: 'sales', cascade: true })
    expect(await tables()).not.toContain('sales.deals')
  })

  test('databases, where there are any, and only for administrators', async () => {
    const name = `spare_${process.pid}`
    await expect(place.tool('developer', 'create_database', { database_name: name })).rejects.toMatchObject({ code: 'action_refused' })
    if (noDatabases[engine]) {
      await expect(place.tool('admin', 'create_database', { database_name: name })).rejects.toMatchObject({ code: 'not_supported' })
      return
    }
    const preview = await place.tool('admin', 'create_database', { database_name: name })
    expect(preview.text).toMatch(/cannot roll|roll .* back/)
    const exists = async () =>
      Number(
        (
          await place.rows(
            engine === 'mysql'
              ? `SELECT count(*) FROM information_schema.schemata WHERE schema_name = '${name}'`
              : `SELECT count(*) FROM pg_database WHERE datname = '${name}'`,
          )
        )[0]![0],
      )
    expect(await exists()).toBe(0)
    await place.tool('admin', 'create_database', { database_name: name, confirm_token: preview.structured.confirm_token })
    expect(await exists()).toBe(1)
    await place.apply('admin', 'drop_database', { name })
    expect(await exists()).toBe(0)
  })

  test('what came or went behind the back of the gateway is seen', async () => {
    const wanted = { table: 'behind', columns: [{ name: 'id', type: 'integer' }] }
    await place.apply('developer', 'create_table', wanted)
    await place.apply('developer', 'create_table', { ...wanted, table: 'base' })
    await place.tool('developer', 'list_tables')
    await place.rows('DROP TABLE behind')
    await place.rows('CREATE VIEW on_base AS SELECT id FROM base')
    // Two callers within two seconds may share one look at the schema.
    await new Promise((later) => setTimeout(later, 2_100))
    await expect(place.tool('developer', 'drop_table', { table: 'base' })).rejects.toMatchObject({
      code: 'change_refused',
      message: expect.stringContaining('on_base'),
    })
    await place.apply('developer', 'create_table', wanted)
    await place.apply('developer', 'drop_table', { table: 'base', cascade: true })
  })

  test('MySQL says that nothing can be rolled back, the others try it', async () => {
    const broken = { table: 'orders', action: 'add_constraint', constraint: { type: 'check', expression: 'total > 1000' } }
    if (engine === 'sqlite' || engine === 'duckdb') {
      await expect(place.tool('developer', 'alter_table', broken)).rejects.toMatchObject({ code: 'not_supported' })
      return
    }
    if (engine === 'postgres') {
      await expect(place.tool('developer', 'alter_table', broken)).rejects.toMatchObject({ code: 'constraint_violated' })
      return
    }
    const preview = await place.tool('developer', 'alter_table', broken)
    expect(preview.text).toMatch(/cannot roll such statements back/)
    await expect(place.apply('developer', 'alter_table', broken)).rejects.toMatchObject({ name: 'SluiceError' })
  })

  test('who may not change structure does not, and who sees only a part keeps off the rest', async () => {
    for (const who of ['reader', 'narrow'] as const) {
      await expect(place.tool(who, 'drop_table', { table: 'orders' })).rejects.toMatchObject({ code: 'action_refused' })
    }
    for (const [tool, fields, code] of [
      ['drop_table', { table: 'payments' }, 'table_unknown'],
      ['drop_table', { table: 'orders', cascade: true }, 'change_refused'],
      ['alter_table', { table: 'customers', action: 'rename_column', column: 'email', new_name: 'mail' }, 'change_refused'],
      ['alter_table', { table: 'customers', action: 'rename_table', new_name: 'clients' }, 'change_refused'],
      ['backup_table', { table: 'customers' }, 'change_refused'],
      ['backup_table', { table: 'payments' }, 'table_unknown'],
      ['create_view', { view: 'mine', select: 'SELECT * FROM orders' }, 'change_refused'],
      ['create_view', { view: 'mine', select: 'SELECT * FROM payments' }, 'table_unknown'],
      ['create_view', { view: 'mine', select: 'SELECT secret FROM customers' }, undefined],
      ['create_view', { view: 'mine', select: 'SELECT * FROM order_totals' }, 'change_refused'],
      ['create_index', { table: 'customers', columns: ['email'], unique: true }, 'change_refused'],
      ['drop_index', { index: 'payments_order' }, 'change_invalid'],
      [
        'create_table',
        { table: 'probe', columns: [{ name: 'id', type: 'integer', references: { table: 'payments', column: 'id' } }] },
        'table_unknown',
      ],
      [
        'create_table',
        { table: 'probe', columns: [{ name: 'id', type: 'integer', references: { table: 'orders', column: 'id' } }] },
        'change_refused',
      ],
    ] as const) {
      const failing = place.tool('maker', tool, fields)
      await expect(failing, `${tool} ${JSON.stringify(fields)}`).rejects.toMatchObject(
        code === undefined ? { name: 'SluiceError' } : { code },
      )
    }
    const missing = await place.tool('maker', 'drop_table', { table: 'payments', if_exists: true })
    expect(missing.structured.statements).toEqual([])
    expect(await count('payments')).toBe(1)
    const unseen = await place.tool('maker', 'create_table', { table: 'vault', columns: [{ name: 'id', type: 'integer' }] })
    expect(unseen.text).toContain('you will not see it')
  })
})
