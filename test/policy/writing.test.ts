import { expect, test } from 'vitest'
import { explainGrant } from '../../src/policy/policy.ts'
import { ana, customers, orders, policyOf } from './setting.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Numbers below `n` from a seed (mulberry32). */
function dice(start: number): (n: number) => number {
  let state = start
  return (n) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % n
  }
}

const grantOf = async (roles: string, names: readonly string[]) => (await policyOf(roles)).grant(ana(names), 'shop')
const writable = async (roles: string, names: readonly string[], table = orders) => (await grantOf(roles, names)).table(table)?.writable

const reader = `  reader: { sources: { shop: { tables: { allow: ['*'] }, actions: [read] } } }`
const clerk = `  clerk: { sources: { shop: { tables: { allow: [orders, customers], write: [orders] }, rows: { orders: tenant_id = 1 }, actions: [read, write] } } }`
const seller = `  seller: { sources: { shop: { tables: { allow: [orders] }, rows: { orders: tenant_id = 2 }, actions: [read, write] } } }`

test('only what the action, the table and the list allow may be written', async () => {
  expect(await writable(reader, ['reader'])).toBe(false)
  expect(await writable(clerk, ['clerk'])).toBe(true)
  expect(await writable(clerk, ['clerk'], customers)).toBe(false)
  expect(await writable(seller, ['seller'])).toBe(true)
  for (const [role, may] of [
    ['read_only', false],
    ['data_analyst', false],
    ['data_editor', true],
    ['developer', true],
    ['admin', true],
  ] as const) {
    expect([role, await writable(reader, [role])]).toEqual([role, may])
  }
})

test('a role that may not write lends nothing to one that may', async () => {
  const all = [reader, clerk, seller].join('\n')
  // The reader shows rows of all tenants, the clerk may write those of one.
  expect(await writable(all, ['reader', 'clerk'])).toBe(false)
  expect(await writable(all, ['reader', 'data_editor'])).toBe(true)
  // Two who may write show together what either may write.
  expect(await writable(all, ['clerk', 'seller'])).toBe(true)
  const columns = `  half: { sources: { shop: { tables: { allow: [orders] }, columns: { orders: { deny: [amount] } }, actions: [read, write] } } }`
  expect(await writable(`${reader}\n${columns}`, ['reader', 'half'])).toBe(false)
  expect(await writable(`${reader}\n${columns}`, ['half'])).toBe(true)
  const masked = `  masked: { sources: { shop: { tables: { allow: [orders] }, columns: { orders: { mask: { amount: 'null' } } }, actions: [read, write] } } }`
  expect(await writable(`${reader}\n${masked}`, ['reader', 'masked'])).toBe(false)
})

test('a role that may change the structure of some tables lends that to no other table', async () => {
  const draft = `  draft: { sources: { shop: { tables: { allow: ['tmp_*'] }, actions: [read, write, ddl] } } }`
  const maker = `  maker: { sources: { shop: { tables: { allow: [orders] }, actions: [ddl] } } }`
  const all = [draft, maker, reader, clerk].join('\n')
  const alterable = async (names: readonly string[], table = orders) => (await grantOf(all, names)).table(table)?.alterable
  const tmp = { ...orders, name: 'tmp_1' }
  expect([await alterable(['draft'], tmp), await alterable(['draft', 'reader'], tmp)]).toEqual([true, true])
  // Orders may be written as a whole and structure may be changed on this source, but not that of orders.
  expect([await alterable(['draft', 'data_editor']), await alterable(['draft', 'data_editor'], tmp)]).toEqual([false, true])
  expect([await alterable(['reader', 'clerk']), await alterable(['data_editor']), await alterable(['developer'])]).toEqual([
    false,
    false,
    true,
  ])
  expect(await alterable(['maker', 'data_editor'])).toBe(true)
})

test(`together roles write no cell that none of them may write alone (SEED=${seed})`, async () => {
  const roll = dice(seed)
  const columns = ['a', 'b']
  const table = { schema: 'main', name: 't', names: columns }
  const rules = ['a = 1', 'b = 1']
  let lent = 0
  for (let round = 0; round < 200; round++) {
    const roles = Array.from({ length: 2 + roll(2) }, (_, i) => {
      const denied = columns.filter(() => roll(6) === 0)
      const masks = columns
        .filter(() => roll(4) === 0)
        .map((column) => `${column}: null`)
        .join(', ')
      const rows = rules.filter(() => roll(3) === 0)
      const write = roll(3) === 0 ? ', write: [other]' : roll(3) === 0 ? ', write: [t]' : ''
      const actions = roll(2) === 0 ? '[read, write]' : '[read]'
      return `  r${i}: { sources: { shop: { actions: ${actions}, tables: { allow: ['*']${write} }, columns: { t: { deny: ${JSON.stringify(denied)}, mask: { ${masks} } } }, rows: { t: ${JSON.stringify(rows)} } } } }`
    })
    const policy = await policyOf(roles.join('\n'))
    const names = roles.map((_, i) => `r${i}`)
    const together = policy.grant(ana(names), 'shop').table(table)
    if (!together?.writable) continue
    const alone = names.map((name) => policy.grant(ana([name]), 'shop').table(table)).filter((one) => one?.writable)
    for (const a of [0, 1]) {
      for (const b of [0, 1]) {
        const seen = (rows: readonly string[]) => rows.every((rule) => judged(rule, { a, b }))
        if (!seen(together.rows)) continue
        const may = alone.filter((one) => seen(one!.rows))
        if (may.length === 0) expect.fail(`${roles.join('\n')}\nlets a row be written that no role may write`)
        for (const column of together.columns) {
          if (together.masks.has(column)) continue
          if (!may.some((one) => one!.columns.includes(column) && !one!.masks.has(column)))
            expect.fail(`${roles.join('\n')}\nlets ${column} be written`)
          lent++
        }
      }
    }
  }
  expect(lent).toBeGreaterThan(20)
})

/** The few predicates above, and what is made of them, over one row. */
function judged(rule: string, row: Readonly<Record<string, number>>): boolean {
  const js = rule
    .replaceAll(/([ab]) = (\d)/g, (_, name: string, value: string) => String(row[name] === Number(value)))
    .replaceAll('AND', '&&')
    .replaceAll(' OR ', ' || ')
  if (!/^[a-z&|() ]+$/.test(js)) throw new Error(`cannot judge ${rule}`)
  return new Function(`return ${js}`)() as boolean
}

test('of several ways to confirm the most careful counts, and a role that says nothing wants one', async () => {
  const roles = ['never', 'once', 'twice'].map(
    (confirm) => `  ${confirm}: { extends: [data_editor], sources: { shop: { confirm: ${confirm} } } }`,
  )
  const reading = `  quiet: { sources: { shop: { tables: { allow: ['*'] }, actions: [read], confirm: never } } }`
  const all = [...roles, reading, `  heir: { extends: [never] }`, `  both: { extends: [never, twice] }`].join('\n')
  const confirm = async (...names: string[]) => (await grantOf(all, names)).confirm
  expect(await confirm('never')).toBe('never')
  expect(await confirm('twice')).toBe('twice')
  expect(await confirm('heir')).toBe('never')
  expect(await confirm('both')).toBe('twice')
  expect(await confirm('never', 'data_editor')).toBe('once')
  expect(await confirm('never', 'twice')).toBe('twice')
  // A role that changes nothing has no say.
  expect(await confirm('data_editor', 'quiet')).toBe('once')
  expect(await confirm('never', 'read_only')).toBe('never')
  expect(await confirm('read_only')).toBe('once')
})

test('what a role may write is inherited, and only replaced by what says it anew', async () => {
  const roles = `${clerk}\n  heir: { extends: [clerk] }\n  wide: { extends: [clerk], sources: { shop: { tables: { write: ['*'] } } } }\n  more: { extends: [clerk, data_editor] }`
  expect([await writable(roles, ['heir']), await writable(roles, ['heir'], customers)]).toEqual([true, false])
  expect([await writable(roles, ['wide']), await writable(roles, ['wide'], customers)]).toEqual([true, true])
  // A list is a list, whatever else the role extends.
  expect(await writable(roles, ['more'], customers)).toBe(false)
})

test('who asks is told which roles let a table be written, or why none does', async () => {
  const grant = await grantOf([reader, clerk].join('\n'), ['reader', 'clerk'])
  const table = (name: string, names: readonly string[]) => ({
    schema: 'main',
    name,
    kind: 'table' as const,
    columns: names.map((column) => ({ name: column, type: 'int' as const, nativeType: 'int', nullable: true })),
  })
  const schema = {
    version: '1',
    searchPath: ['main'],
    functions: [],
    tables: [table('orders', orders.names), table('customers', customers.names)],
  }
  const told = explainGrant(grant, schema)
  expect(told.confirm).toBe('once')
  expect(told.tables.map(({ writable, write_why }) => [writable, write_why])).toEqual([
    [false, 'role clerk alone does not show all that the roles together show'],
    [false, 'no role that has the action write gives it for writing'],
  ])
  const alone = explainGrant(await grantOf(clerk, ['clerk']), schema)
  expect(alone.tables[0]).toMatchObject({ writable: true, write_why: 'role clerk may change its rows' })
})
