import { afterEach, expect, test } from 'vitest'
import { resealPairs } from '../../src/bank.ts'
import { keyringFrom, type NewPair, newKey, openStore, type Store } from '../../src/store/store.ts'
import { onEachRegistry } from '../store/registries.ts'

/** How pairs are kept, over each kind of registry. */

const pair = (number: number, more: Partial<NewPair> = {}): NewPair => ({
  id: `pair-${number}`,
  source: 'shop',
  digest: `digest ${number}`,
  question: `question ${number}`,
  statement: 'SELECT 1',
  dialect: 'sqlite',
  state: 'proposed',
  roles: ['read_only'],
  grantVersion: 'v',
  tables: [{ table: 'main.orders', columns: { id: 'integer' } }],
  shape: { columns: [{ name: 'id', type: 'int' }], sure: true },
  createdBy: 'ana',
  createdAt: `2026-11-20T00:00:${String(number).padStart(2, '0')}Z`,
  verifiedVersion: 0,
  ...more,
})
const room = { pairsMax: 100, ownMax: 50 }

onEachRegistry((registry) => {
  const stores: Store[] = []
  const open = async (setting: Parameters<typeof openStore>[0]) => {
    const store = await openStore(setting)
    stores.push(store)
    return store.pairs
  }
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
  })

  test('a pair comes back as it was kept, and an owner has it once', async () => {
    const book = await open((await registry()).setting)
    const { pair: kept, known } = await book.add(pair(1), room)
    expect(known).toBe(false)
    expect(kept).toEqual({ ...pair(1), revision: 1, uses: 0, failures: 0, failuresInRow: 0, up: 0, down: 0 })
    expect(await book.find('pair-1')).toEqual(kept)
    expect(await book.add(pair(2, { digest: 'digest 1' }), room)).toMatchObject({ known: true, pair: { id: 'pair-1' } })
    expect(await book.add(pair(3, { digest: 'digest 1', createdBy: 'ben' }), room)).toMatchObject({ known: false })
    expect(await book.add(pair(4, { digest: 'digest 1', source: 'stock' }), room)).toMatchObject({ known: false })
    expect(await book.find('nothing')).toBeUndefined()
  })

  test('what has changed is found by its revision, by every process', async () => {
    const { setting } = await registry()
    const [one, other] = [await open(setting), await open(setting)]
    expect(await one.mark('shop')).toEqual({ revision: 0, removals: 0 })
    await one.add(pair(1), room)
    await other.add(pair(2), room)
    const { revision } = await one.mark('shop')
    await other.change('shop', 'pair-1', () => ({ state: 'stale', reason: 'gone', mend: 'SELECT 2' }))
    expect(await one.since('shop', revision)).toMatchObject([{ id: 'pair-1', state: 'stale', reason: 'gone', mend: 'SELECT 2' }])
    expect(await other.change('shop', 'pair-1', () => ({ reason: null, mend: null }))).not.toHaveProperty('reason')
    expect(await other.change('shop', 'pair-1', () => undefined)).toBeUndefined()
    expect(await other.change('stock', 'pair-1', () => ({ uses: 7 }))).toBeUndefined()
    expect(await other.remove('stock', 'pair-1')).toBe(false)
    expect(await other.remove('shop', 'pair-1')).toBe(true)
    expect((await one.mark('shop')).removals).toBe(1)
    expect((await one.since('shop', 0)).map(({ id }) => id)).toEqual(['pair-2'])
  })

  test('many writers at once lose nothing', async () => {
    const { setting } = await registry()
    const books = [await open(setting), await open(setting)]
    await books[0]!.add(pair(0), room)
    await Promise.all(Array.from({ length: 40 }, (_, i) => books[i % 2]!.change('shop', 'pair-0', ({ uses }) => ({ uses: uses + 1 }))))
    expect(await books[0]!.find('pair-0')).toMatchObject({ uses: 40, revision: 41 })
    const same = await Promise.all(Array.from({ length: 10 }, (_, i) => books[i % 2]!.add(pair(1), room)))
    expect(same.filter(({ known }) => !known)).toHaveLength(1)
  })

  test('one opinion a caller, the latest', async () => {
    const book = await open((await registry()).setting)
    await book.add(pair(1), room)
    await book.vote('shop', 'pair-1', 'ben', 1)
    await book.vote('shop', 'pair-1', 'cy', -1)
    expect(await book.vote('shop', 'pair-1', 'ben', -1)).toMatchObject({ up: 0, down: 2 })
    expect(await book.vote('shop', 'no pair', 'ben', 1)).toBeUndefined()
    await book.remove('shop', 'pair-1')
    await book.add(pair(1), room)
    expect(await book.find('pair-1')).toMatchObject({ up: 0, down: 0 })
  })

  test('where there is no room the weakest gives way, of the owner first, and never what is verified', async () => {
    const book = await open((await registry()).setting)
    const bounds = { pairsMax: 5, ownMax: 3 }
    for (const number of [1, 2, 3]) await book.add(pair(number), bounds)
    await book.change('shop', 'pair-1', () => ({ state: 'verified' }))
    await book.change('shop', 'pair-2', () => ({ uses: 5 }))
    await book.add(pair(4, { createdBy: 'ben' }), bounds)
    await book.add(pair(5), bounds)
    const ids = async () => (await book.since('shop', 0)).map(({ id }) => id).sort()
    expect(await ids()).toEqual(['pair-1', 'pair-2', 'pair-4', 'pair-5'])
    await book.add(pair(6, { createdBy: 'cy' }), bounds)
    await book.change('shop', 'pair-6', () => ({ state: 'rejected' }))
    await book.add(pair(7, { createdBy: 'dee' }), bounds)
    expect(await ids()).toEqual(['pair-1', 'pair-2', 'pair-4', 'pair-5', 'pair-7'])
    for (const { id } of await book.since('shop', 0)) await book.change('shop', id, () => ({ state: 'verified' }))
    await expect(book.add(pair(8, { createdBy: 'eve' }), bounds)).rejects.toMatchObject({ code: 'bank_full' })
    await expect(book.add(pair(9), bounds)).rejects.toMatchObject({ code: 'bank_full' })
    expect(await ids()).toEqual(['pair-1', 'pair-2', 'pair-4', 'pair-5', 'pair-7'])
  })

  test('what is encrypted gets another key, and what no key opens stays as it is', async () => {
    const book = await open((await registry()).setting)
    const [old, next, lost] = [newKey(), newKey(), newKey()].map((text) => ({ text, name: 'a key' }))
    const seal = (key: typeof old, id: string) => keyringFrom([key!]).encrypt('{"tenant":1}', `pair ${id}`)
    await book.add(pair(1, { attributes: seal(old, 'pair-1') }), room)
    await book.add(pair(2, { attributes: seal(lost, 'pair-2') }), room)
    await book.add(pair(3), room)
    await resealPairs(book, keyringFrom([next!, old!]))
    const kept = async (id: string) => (await book.find(id))?.attributes
    expect(keyringFrom([next!]).decrypt((await kept('pair-1'))!, 'pair pair-1')).toBe('{"tenant":1}')
    expect(() => keyringFrom([next!]).decrypt(seal(next, 'pair-2'), 'pair pair-1')).toThrow()
    expect(keyringFrom([lost!]).decrypt((await kept('pair-2'))!, 'pair pair-2')).toBe('{"tenant":1}')
    expect(await kept('pair-3')).toBeUndefined()
  })
})
