import { afterEach, expect, test } from 'vitest'
import { carry } from '../../src/knowledge.ts'
import { type Note, openStore, type Store } from '../../src/store/store.ts'
import { onEachRegistry } from '../store/registries.ts'

const at = '2026-01-01T00:00:00.000Z'
const note = (table: string, column: string, description: string, more: Partial<Note> = {}): Note => ({
  table,
  column,
  description,
  origin: 'person',
  tags: [],
  terms: [],
  by: 'ana',
  at,
  ...more,
})
const finding = (column: string, table = 'main.t') => ({
  table,
  column,
  kind: 'email',
  confidence: 0.9,
  reason: 'so it seems',
  mask: '{"kind":"email"}',
  foundAt: at,
})

onEachRegistry((place) => {
  const open: Store[] = []
  const opened = async (setting: Parameters<typeof openStore>[0]) => {
    const store = await openStore(setting)
    open.push(store)
    return store
  }
  const fresh = async () => opened((await place()).setting)
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close()
  })
  const parts = (store: Store) => ({
    store: () => Promise.resolve(store),
    storeIfAny: () => Promise.resolve(store),
    findings: { masked: false, changed: () => undefined },
  })

  test('notes are written, changed, and gone when they say nothing', async () => {
    const { notes } = await fresh()
    await notes.change('shop', () => ({ write: [note('main.t', '', 'a table'), note('main.t', "c'ol.1", 'a column')] }))
    expect((await notes.of('shop')).map(({ column, description }) => [column, description])).toEqual([
      ['', 'a table'],
      ["c'ol.1", 'a column'],
    ])
    const before = await notes.mark('shop')
    const { description: _, origin: __, ...empty } = note('main.t', '', '')
    await notes.change('shop', () => ({ write: [empty] }))
    expect((await notes.of('shop')).map(({ column }) => column)).toEqual(["c'ol.1"])
    expect(await notes.mark('shop')).not.toBe(before)
    expect(await notes.of('other')).toEqual([])
  })

  test('two that tag the same object at the same moment both count', async () => {
    const { setting } = await place()
    const stores = [await opened(setting), await opened(setting)]
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        stores[i % 2]!.notes.change('shop', (known) => ({
          write: [{ ...note('t', '', 'x'), tags: [...(known[0]?.tags ?? []), `tag${i}`] }],
        })),
      ),
    )
    expect((await stores[0]!.notes.of('shop'))[0]!.tags).toHaveLength(20)
  })

  test('thousands of notes are one import', async () => {
    const { notes } = await fresh()
    const many = Array.from({ length: 5_000 }, (_, i) => note(`t${i % 50}`, `c${i}`, `column ${i}`))
    await notes.change('shop', () => ({ write: many }))
    expect(await notes.of('shop')).toHaveLength(5_000)
  })

  test('a decision outlasts another look, and what is found no more goes', async () => {
    const { findings } = await fresh()
    await findings.looked('shop', 'main.t', [finding('a'), finding('b'), finding('c')])
    expect(await findings.decide('shop', { table: 'main.t', column: 'a' }, 'dismiss', 'ana', at)).toBe(true)
    expect(await findings.decide('shop', { table: 'main.t', column: 'nowhere' }, 'mask', 'ana', at)).toBe(false)
    await findings.looked('shop', 'main.t', [finding('a'), finding('b')])
    expect((await findings.of('shop')).map(({ column, decision }) => [column, decision])).toEqual([
      ['a', 'dismiss'],
      ['b', undefined],
    ])
    await findings.looked('shop', 'main.t', [])
    expect((await findings.of('shop')).map(({ column }) => column)).toEqual(['a'])
    expect(await findings.hidden()).toEqual([])
    await findings.decide('shop', { table: 'main.t', column: 'a' }, 'mask', 'ana', at)
    expect(await findings.hidden()).toMatchObject([{ source: 'shop', table: 'main.t', column: 'a' }])
  })

  test('notes and findings follow a rename; leave to see personal data follows only one that is sure', async () => {
    const store = await fresh()
    await store.notes.change('shop', () => ({
      write: [
        note('main.t', '', 'the table'),
        note('main.t', 'mail', 'the column'),
        note('main.u', 'x', 'another'),
        note('main.v', 'y', 'mine'),
      ],
    }))
    await store.findings.looked('shop', 'main.t', [finding('mail'), finding('phone'), finding('fax')])
    await store.findings.looked('shop', 'main.u', [finding('x', 'main.u')])
    for (const column of ['mail', 'phone']) await store.findings.decide('shop', { table: 'main.t', column }, 'dismiss', 'ana', at)
    await store.findings.decide('shop', { table: 'main.u', column: 'x' }, 'dismiss', 'ana', at)
    await store.profiles.put('shop', { table: 'main.t', role: 'r', profile: '{}', at })
    const changes = [
      { kind: 'table_renamed', table: 'main.t', before: 'main.t', after: 'main.v', likeness: 1 },
      { kind: 'column_renamed', table: 'main.t', column: 'mail', before: 'mail', after: 'y', likeness: 0.8 },
      { kind: 'column_removed', table: 'main.t', column: 'fax' },
      { kind: 'table_renamed', table: 'main.u', before: 'main.u', after: 'main.w', likeness: 0.7 },
    ] as const
    await carry('shop', changes, parts(store))
    await carry('shop', changes, parts(store))
    const told = (await store.notes.of('shop')).map(({ table, column, description }) => `${table}.${column} ${description}`)
    // What somebody has written of the new name already stays.
    expect(told).toEqual(['main.v. the table', 'main.v.y mine', 'main.w.x another'])
    const left = (await store.findings.of('shop')).map(({ table, column, decision }) => `${table}.${column} ${decision}`)
    expect(left.sort()).toEqual(['main.v.phone dismiss', 'main.v.y undefined', 'main.w.x undefined'])
    expect(await store.profiles.of('shop')).toEqual([])
  })

  test('two tables that change names with each other keep what is said of them', async () => {
    const store = await fresh()
    await store.notes.change('shop', () => ({ write: [note('a', '', 'was a'), note('b', '', 'was b')] }))
    const changes = [
      { kind: 'table_renamed', table: 'a', before: 'a', after: 'b', likeness: 1 },
      { kind: 'table_renamed', table: 'b', before: 'b', after: 'a', likeness: 1 },
    ] as const
    await carry('shop', changes, parts(store))
    expect((await store.notes.of('shop')).map(({ table, description }) => [table, description])).toEqual([
      ['a', 'was b'],
      ['b', 'was a'],
    ])
  })
})
