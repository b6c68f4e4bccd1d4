import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onEachRegistry } from '../store/registries.ts'
import { type Office, openOffice, type Who } from '../tools/office.ts'
import { type Double, openVectors } from './vectors-double.ts'

/** Schema search with the vectors of a provider, by its tools, over both kinds of registry. */

const names = async (office: Office, who: Who, query: string, source: string | null = 'shop'): Promise<readonly string[]> => {
  const { structured } = await office.ask(who, 'search_schema', { query, ...(source ? { source } : {}) })
  return (structured.tables as readonly { source: string; table: string }[]).map((one) =>
    source ? one.table : `${one.source}.${one.table}`,
  )
}
const setting = (url: string, more = '') =>
  `search: { embeddings: { provider: openai, model: tiny, api_key: secret-of-vectors, base_url: '${url}'${more} } }\n`

onEachRegistry((place) => {
  describe('with a provider', () => {
    let office: Office
    let double: Double
    beforeAll(async () => {
      double = await openVectors()
      const { setting: at } = await place()
      office = await openOffice(`registry: '${'file' in at ? at.file : at.url}'\n${setting(double.url)}`)
      await office.ask('boss', 'describe_object', { source: 'shop', table: 'customers', column: 'password', description: 'Kennwort' })
      await office.ask('boss', 'profile_table', { source: 'shop', table: 'customers', role: 'admin' })
    })
    afterAll(async () => {
      await office?.close()
      await double?.close()
    })

    test('a question in another language finds what it means', async () => {
      expect((await names(office, 'boss', 'wer verdient am meisten Gehalt?'))[0]).toBe('salaries')
      expect((await names(office, 'boss', 'Bestellungen'))[0]).toBe('orders')
      expect((await names(office, 'boss', 'Kennwort'))[0]).toBe('customers')
      expect((await names(office, 'boss', 'Gehalt', null))[0]).toMatch(/\.salaries$/)
      const { structured } = await office.ask('boss', 'get_schema_for_llm', { source: 'shop', question: 'Bestellungen' })
      expect((structured.tables as string[])[0]).toBe('orders')
    })

    test('what is hidden is near to nothing, and brings nothing near', async () => {
      expect(await names(office, 'narrow', 'Gehalt')).not.toContain('salaries')
      // The column is hidden; its table must not stand out by it.
      expect(await names(office, 'narrow', 'Kennwort')).toEqual([])
    })

    test('names, comments, descriptions and questions are sent, once each; values never', async () => {
      await names(office, 'boss', 'Bestellungen')
      expect(double.sent).toContain('password: Kennwort')
      expect(double.sent.filter((text) => text === 'customers')).toHaveLength(1)
      expect(double.sent.filter((text) => text === 'Bestellungen')).toHaveLength(1)
      for (const value of ['Ana', 'example.com', 'sesame', '987654', 'DE']) expect(double.sent.join('\n')).not.toContain(value)
      expect([...double.keys]).toEqual(['Bearer secret-of-vectors'])
    })

    test('a provider that fails is left alone, and search goes on without it', async () => {
      double.fail(400)
      expect((await names(office, 'boss', 'commandes'))[0]).toBeUndefined()
      expect((await names(office, 'boss', 'total of orders'))[0]).toBe('orders')
      double.fail(undefined)
      const before = double.sent.length
      expect((await names(office, 'boss', 'commandes'))[0]).toBeUndefined()
      expect(double.sent).toHaveLength(before)
    })
  })
})

test('after a restart the vectors of the registry do: only the question is sent', async () => {
  const double = await openVectors()
  const place = `registry: ./registry.db\n${setting(double.url)}`
  const office = await openOffice(place)
  try {
    await names(office, 'boss', 'Bestellungen')
    const { parts } = office.opened
    const store = await parts.store()
    const known = double.sent.length
    expect(known).toBeGreaterThan(5)
    const rows = await store.db.selectFrom('vectors').select(['model', 'hash']).execute()
    expect(rows).toHaveLength(known - 1)
    expect(new Set(rows.map(({ model }) => model))).toEqual(new Set(['OpenAI tiny 24']))
  } finally {
    await office.close()
    await double.close()
  }
})

test('nobody is asked unless a provider is named', async () => {
  const office = await openOffice('registry: ./registry.db\n')
  try {
    expect(office.opened.parts.embedding).toBeUndefined()
    expect(await names(office, 'boss', 'Bestellungen')).toEqual([])
  } finally {
    await office.close()
  }
})
