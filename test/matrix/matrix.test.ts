import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { declared } from '../../src/tools/declared.ts'
import { engines, openShop, type Shop } from '../change/shops.ts'
import { honest } from './arguments.ts'
import { type Door, doorsFor, type Outcome } from './doors.ts'

/** Every tool, on every connector, for a caller who may and one who may not, through every door. */

test('the matrix knows every tool', () => {
  expect(Object.keys(honest).sort()).toEqual(declared.map(({ name }) => name).sort())
})

/** What differs from call to call and from door to door. */
const came = ({ code, data }: Outcome): string => code ?? (data.status === 'confirmation_required' ? 'preview' : 'answer')

describe.each(engines)('on %s', (engine) => {
  let shop: Shop
  let server: HttpServer
  let allowed: readonly Door[]
  let elsewhere: readonly Door[]
  const denied: Record<string, readonly Door[]> = {}
  const key = (who: Parameters<Shop['call']>[0]) => (shop.call(who).credential as { token: string }).token

  beforeAll(async () => {
    shop = await openShop(engine)
    await shop.fill()
    await shop.admin('CREATE INDEX by_total ON archive (total)')
    server = await serveHttp(shop.opened.parts, { host: '127.0.0.1', port: 0 })
    allowed = await doorsFor(server, shop.opened, key('chief'))
    const made = await shop.opened.parts.auth.keys.create(
      { name: 'narrowed', roles: ['admin'], attributes: {}, groups: ['core'] },
      'operator',
    )
    elsewhere = await doorsFor(server, shop.opened, made.key)
    denied.write = await doorsFor(server, shop.opened, key('reader'))
    denied.ddl = await doorsFor(server, shop.opened, key('editor'))
    denied.admin = denied.ddl
  })
  afterAll(async () => {
    for (const door of [...allowed, ...elsewhere, ...Object.values(denied).flat()]) await door.close().catch(() => undefined)
    await server.close()
    await shop.close()
  })

  test.each(declared.map(({ name }) => name))('%s comes to the same through every door', async (name) => {
    const { args, expected } = honest[name]!(engine)
    for (const door of allowed) expect(came(await door.call(name, args)), door.name).toBe(expected)
  })

  test.each(declared.filter(({ needs }) => needs !== undefined && needs in { write: 1, ddl: 1, admin: 1 }))(
    '$name is refused to who may not, and not listed for them, through every door',
    async ({ name, needs }) => {
      const { args } = honest[name]!(engine)
      for (const door of denied[needs!]!) {
        expect((await door.call(name, args)).code, door.name).toBe('tool_refused')
        expect((await door.call('call_tool', { name, arguments: args })).code, door.name).toBe('tool_refused')
        expect(await door.list(), door.name).not.toContain(name)
      }
    },
  )

  test.each(declared.filter(({ group }) => group !== 'core').map(({ name }) => name))(
    '%s is refused to a key that is narrowed to another group',
    async (name) => {
      const { args } = honest[name]!(engine)
      for (const door of elsewhere) expect((await door.call(name, args)).code, door.name).toBe('tool_refused')
    },
  )

  test('previews have changed nothing', async () => {
    expect(await shop.admin('SELECT count(*) FROM log')).toEqual([[expect.toSatisfy((n) => Number(n) === 3)]])
    expect(await shop.admin('SELECT count(*) FROM archive')).toEqual([[expect.toSatisfy((n) => Number(n) === 0)]])
    expect(await shop.admin('SELECT count(*) FROM orders')).toEqual([[expect.toSatisfy((n) => Number(n) === 4)]])
  })

  test('unknown arguments are refused by every tool through every door', async () => {
    for (const { name } of declared) {
      for (const door of allowed.slice(-2))
        expect((await door.call(name, { ...honest[name]!(engine).args, nonsense_: 1 })).code, `${name} ${door.name}`).toBe('field_unknown')
    }
  })
})
