import { expect, test } from 'vitest'
import { openFindings } from '../../src/main/findings.ts'
import type { Store } from '../../src/store/store.ts'

const row = (column: string) => ({ source: 'shop', table: 'main.t', column, kind: 'email', mask: '{"kind":"email"}' })
const log = { failed: () => undefined }

/** A registry of which the findings are what `hidden` answers. */
function registry(hidden: () => Promise<readonly ReturnType<typeof row>[]>) {
  let asked = 0
  const findings = {
    hidden: () => {
      asked++
      return hidden()
    },
  }
  return { store: () => Promise.resolve({ findings } as unknown as Store), asked: () => asked }
}

test('many that ask at once ask the registry once, and not again for a while', async () => {
  const { store, asked } = registry(async () => [row('a')])
  const findings = openFindings(store, log)
  await Promise.all(Array.from({ length: 50 }, () => findings.ready()))
  expect(findings.ready()).toBeUndefined()
  expect(asked()).toBe(1)
  expect([...findings.of('shop')!.tables.get('main.t')!.keys()]).toEqual(['a'])
  expect(findings.of('other')).toBeUndefined()
})

test('a change while the registry is being read is read as well', async () => {
  const gate = Promise.withResolvers<void>()
  let columns = ['a']
  const { store } = registry(async () => {
    const now = columns.map(row)
    await gate.promise
    return now
  })
  const findings = openFindings(store, log)
  const ready = findings.ready()
  await new Promise(setImmediate)
  columns = ['a', 'b']
  findings.changed()
  gate.resolve()
  await ready
  expect([...findings.of('shop')!.tables.get('main.t')!.keys()]).toEqual(['a', 'b'])
})

test('the same findings again are the same value, so that grants stay', async () => {
  const { store } = registry(async () => [row('a')])
  const findings = openFindings(store, log)
  await findings.ready()
  const before = findings.of('shop')
  findings.changed()
  await findings.ready()
  expect(findings.of('shop')).toBe(before)
})

test('a registry that fails later leaves masked what was known; one that never answered lets nobody in', async () => {
  let fails = false
  const { store } = registry(async () => {
    if (fails) throw new Error('down')
    return [row('a')]
  })
  const findings = openFindings(store, log)
  await findings.ready()
  fails = true
  findings.changed()
  await findings.ready()
  expect(findings.of('shop')?.tables.size).toBe(1)
  const never = openFindings(store, log)
  await expect(Promise.resolve(never.ready())).rejects.toThrow('down')
})

test('a registry that hangs holds nobody up for long once it has answered', async () => {
  let hangs = false
  const { store } = registry(() => (hangs ? new Promise(() => undefined) : Promise.resolve([row('a')])))
  const findings = openFindings(store, log)
  await findings.ready()
  hangs = true
  findings.changed()
  await findings.ready()
  expect(findings.of('shop')?.tables.size).toBe(1)
  expect(findings.ready()).toBeUndefined()
})
