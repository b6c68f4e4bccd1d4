import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Applied, Previewed } from '../../src/change.ts'
import { change } from '../../src/change.ts'
import { openConfirmations } from '../../src/confirm/confirm.ts'
import type { Dml } from '../../src/dml/dml.ts'
import { SluiceError } from '../../src/error.ts'
import { run } from '../../src/gateway.ts'
import { openShop, type Shop } from './shops.ts'

/** What stands between a preview and its change. One engine will do: nothing of it depends on the source. */

const dml = (note = 'seen'): Dml => ({
  kind: 'update',
  table: 'orders',
  set: { note: { value: note } },
  where: { predicate: 'tenant = ?', params: [1] },
})

describe('a confirmation', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop('sqlite')
  })
  afterAll(() => shop.close())
  beforeEach(() => shop.fill())

  const preview = async (who: Parameters<Shop['change']>[0] = 'editor', what = dml()) => (await shop.change(who, what)) as Previewed
  const seen = async () => Number((await shop.admin("SELECT count(*) FROM orders WHERE note = 'seen'"))[0]![0])

  test('is good once', async () => {
    const { confirm_token: token } = await preview()
    expect(await shop.change('editor', dml(), token)).toMatchObject({ status: 'applied' })
    await expect(shop.change('editor', dml(), token)).rejects.toMatchObject({ code: 'confirmation_used' })
  })

  test('is good once for two who send it at once', async () => {
    const { confirm_token: token } = await preview()
    const both = await Promise.allSettled([shop.change('editor', dml(), token), shop.change('editor', dml(), token)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'confirmation_used' } })
  })

  test('is good for its caller only, and stays so when another tries', async () => {
    const { confirm_token: token } = await preview()
    await expect(shop.change('chief', dml(), token)).rejects.toMatchObject({ code: 'confirmation_invalid' })
    expect(await seen()).toBe(0)
    expect(await shop.change('editor', dml(), token)).toMatchObject({ status: 'applied' })
  })

  test.each([
    ['another value', dml('other')],
    ['another predicate', { ...dml(), where: { predicate: 'tenant = ?', params: [2] } }],
    ['no predicate', { ...dml(), where: { equal: {} } }],
    ['another kind', { kind: 'delete', table: 'orders', where: { predicate: 'tenant = ?', params: [1] } }],
    ['another table', { ...dml(), table: 'archive', where: { equal: {} } }],
  ] as [string, Dml][])('is not good for %s', async (_what, other) => {
    const { confirm_token: token } = await preview()
    await expect(shop.change('editor', other, token)).rejects.toMatchObject({ code: 'confirmation_invalid' })
    expect(await seen()).toBe(0)
  })

  test('is not good when the rows are others meanwhile', async () => {
    const { confirm_token: token } = await preview()
    await shop.admin("INSERT INTO orders VALUES (9, 1, 'Eve', 1, NULL, NULL, NULL)")
    await expect(shop.change('editor', dml(), token)).rejects.toMatchObject({ code: 'confirmation_invalid' })
    await shop.admin('DELETE FROM orders WHERE id = 1')
    // As many as were shown, but not the same.
    await expect(shop.change('editor', dml(), token)).rejects.toMatchObject({ code: 'confirmation_invalid' })
    expect(await seen()).toBe(0)
  })

  test.each(['', 'cfm_', 'cfm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', `cfm_${'A'.repeat(32)}.1${'A'.repeat(22)}`, 'x'.repeat(100_000)])(
    'is not %.50s',
    async (token) => {
      await expect(shop.change('editor', dml(), token)).rejects.toMatchObject({ code: 'confirmation_invalid' })
    },
  )

  test('cannot be told to be of another kind or outcome', async () => {
    const { confirm_token: token } = await preview('careful')
    await expect(shop.change('careful', dml(), token.replace('.1', '.2'))).rejects.toMatchObject({ code: 'confirmation_invalid' })
    const other = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
    await expect(shop.change('careful', dml(), other)).rejects.toMatchObject({ code: 'confirmation_invalid' })
    expect(await seen()).toBe(0)
  })

  test('is not good after its time', async () => {
    let now = Date.now()
    const parts = { ...shop.opened.parts, confirmations: openConfirmations(() => now) }
    const wanted = { kind: 'rows', changes: [dml()] } as const
    const { confirm_token: token } = (await change(shop.call('editor'), wanted, undefined, parts)) as Previewed
    now += 5 * 60_000 + 1
    await expect(change(shop.call('editor'), wanted, token, parts)).rejects.toMatchObject({ code: 'confirmation_expired' })
    expect(await seen()).toBe(0)
  })

  test('is not wanted of a role that says never, and wanted twice of one that says twice', async () => {
    expect(await shop.change('bot', dml())).toMatchObject({ status: 'applied' })
    await shop.fill()
    const first = await preview('careful')
    const second = (await shop.change('careful', dml(), first.confirm_token)) as Previewed
    expect(second.status).toBe('confirmation_required')
    expect(await seen()).toBe(0)
    await expect(shop.change('careful', dml(), first.confirm_token)).rejects.toMatchObject({ code: 'confirmation_used' })
    expect(await shop.change('careful', dml(), second.confirm_token)).toMatchObject({ status: 'applied' })
    expect(await seen()).toBe(2)
  })

  test('is spent by nothing but the change: a failed one leaves it good', async () => {
    const insert: Dml = { kind: 'insert', table: 'customers', rows: [{ id: 50, email: 'new@example.com', tenant: 1 }] }
    const { confirm_token: token } = await preview('editor', insert)
    await shop.admin("INSERT INTO customers VALUES (50, 'taken@example.com', NULL, 1)")
    await expect(shop.change('editor', insert, token)).rejects.toMatchObject({ code: 'constraint_violated' })
    await shop.admin('DELETE FROM customers WHERE id = 50')
    expect(await shop.change('editor', insert, token)).toMatchObject({ status: 'applied' })
  })

  test('nothing runs in the source before the intent is written', async () => {
    const seenSteps: string[] = []
    const { parts } = shop.opened
    const watched = {
      ...parts,
      audit: {
        failing: false,
        open: (of: Parameters<typeof parts.audit.open>[0]) => {
          const entry = parts.audit.open(of)
          return {
            ...entry,
            identified: (principal: Parameters<typeof entry.identified>[0]) => entry.identified(principal),
            intend: async (...args: Parameters<typeof entry.intend>) => {
              seenSteps.push(`intend ${of.action} ${args[1].kind}`)
              if (args[1].kind === 'write') throw new Error('the disk is full')
              await entry.intend(...args)
            },
            close: (...args: Parameters<typeof entry.close>) => entry.close(...args),
          }
        },
      },
    }
    await expect(change(shop.call('bot'), { kind: 'rows', changes: [dml()] }, undefined, watched)).rejects.toMatchObject({
      code: 'internal',
    })
    expect(seenSteps).toEqual(['intend apply schema', 'intend apply write'])
    expect(await seen()).toBe(0)
  })

  test('a change whose journal cannot be written is not made', async () => {
    const parts = {
      ...shop.opened.parts,
      journal: { ...shop.opened.parts.journal, begin: () => Promise.reject(new SluiceError('audit_unavailable', 'The disk is full.')) },
    }
    await expect(change(shop.call('bot'), { kind: 'rows', changes: [dml()] }, undefined, parts)).rejects.toMatchObject({
      code: 'audit_unavailable',
    })
    expect(await seen()).toBe(0)
  })

  test('kept results are forgotten when the source is changed', async () => {
    const { parts } = shop.opened
    const before = parts.cache.generation('shop')
    await preview()
    expect(parts.cache.generation('shop')).toBe(before)
    await shop.change('bot', dml())
    expect(parts.cache.generation('shop')).toBeGreaterThan(before)
    await run({ ...shop.call('editor'), action: 'query', text: 'SELECT 1' }, { columns: () => undefined, batch: () => undefined }, parts)
  })

  test('who applied it may undo it, an administrator may, another may not', async () => {
    const applied = (await shop.change('bot', dml())) as Applied
    await expect(shop.undo('editor', applied.change_id)).rejects.toMatchObject({ code: 'change_unknown' })
    await expect(shop.undo('reader', applied.change_id)).rejects.toMatchObject({ code: 'change_unknown' })
    expect(await shop.undo('chief', applied.change_id)).toMatchObject({ status: 'confirmation_required' })
    expect(await shop.undo('bot', applied.change_id)).toMatchObject({ status: 'applied' })
    await expect(shop.undo('bot', applied.change_id)).rejects.toMatchObject({ code: 'change_conflict' })
    for (const id of ['', 'nonsense', '../../etc/passwd', '00000000-0000-7000-8000-000000000000']) {
      await expect(shop.undo('bot', id)).rejects.toMatchObject({ code: 'change_unknown' })
    }
  })
})
