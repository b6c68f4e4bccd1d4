import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Table } from '../../src/schema.ts'
import { buildIndex, type Known, lexiconOf, modelOf, search } from '../../src/search/search.ts'

/** Questions in other languages, over names, comments, notes and values in them. No dictionary helps here. */

const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const model = modelOf(readFileSync('data/search-model.bin'))
const table = (name: string, columns: readonly string[], comment?: string): Table => ({
  schema: 'main',
  name,
  kind: 'table',
  columns: columns.map((column) => ({ name: column, type: 'text', nativeType: 'text', nullable: true })),
  ...(comment === undefined ? {} : { comment }),
})
const known: readonly Known[] = [
  { table: table('kunden', ['id', 'name', 'straße', 'größe']) },
  { table: table('bestellungen', ['id', 'kunden_id', 'betrag']) },
  { table: table('客户', ['编号', '姓名', '城市']), values: new Map([['城市', ['北京', '上海市']]]) },
  { table: table('订单', ['编号', '金额']) },
  { table: table('invoices', ['id', 'total'], '发票和付款记录') },
  { table: table('clients', ['id', 'prénom', 'ville']), notes: new Map([['ville', 'où habite le client']]) },
  { table: table('顧客', ['番号']) },
]
const index = buildIndex(known, lexicon)

test.each([
  ['Wie viele Kunden haben wir pro Land?', 'kunden'],
  ['Betrag der Bestellungen', 'bestellungen'],
  ['In welcher Strasse?', 'kunden'],
  ['GRÖSSE', 'kunden'],
  ['城市', '客户'],
  ['每个城市有多少人', '客户'],
  ['订单的金额是多少', '订单'],
  ['谁住在北京', '客户'],
  ['住在上海市的人', '客户'],
  ['所有的发票', 'invoices'],
  ['顧客は何人いますか', '顧客'],
  ['prenom des clients', 'clients'],
  ['Où habite le client ?', 'clients'],
])('%s leads to %s', (question, wanted) => {
  const [first] = search(question, index, model, 3)
  expect(first?.table.name).toBe(wanted)
  expect(first?.why).not.toBe('')
})

test('what nothing holds finds nothing', () => {
  for (const question of ['天气怎么样', 'wie wird das wetter', 'quel temps'])
    expect(search(question, index, model, 3).filter(({ why }) => why.includes('" is in the '))).toEqual([])
})
