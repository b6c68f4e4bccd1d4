import { describe, expect, test } from 'vitest'
import { chartOf } from '../../src/ask/chart.ts'
import { namedIn } from '../../src/ask/choose-source.ts'
import { todayOf } from '../../src/ask/today.ts'
import { valueText } from '../../src/ask/value-text.ts'
import { answerWords } from '../../src/ask/words.ts'
import type { Query } from '../../src/nl2sql/nl2sql.ts'
import type { Cell, Column, ColumnType } from '../../src/result.ts'
import type { Table } from '../../src/schema.ts'
import { buildIndex, noLexicon } from '../../src/search/search.ts'

/** What is said of an answer, and how it may be drawn. */

const column = (name: string, type: ColumnType = 'text'): Column => ({ name, type, nativeType: type })
const table = (name: string, columns: readonly (readonly [string, ColumnType])[]): Table => ({
  schema: '',
  name,
  kind: 'table',
  columns: columns.map(([name, type]) => ({ name, type, nativeType: type, nullable: true })),
})
const index = buildIndex(
  [
    {
      table: table('products', [
        ['id', 'int'],
        ['name', 'text'],
        ['price', 'decimal'],
        ['added_on', 'date'],
      ]),
    },
    {
      table: table('order_entries', [
        ['id', 'int'],
        ['country', 'text'],
        ['email', 'text'],
      ]),
    },
  ],
  noLexicon,
)
const [name, price, added, country, email] = [1, 2, 3, 5, 6]
const plain: Query = { select: [], distinct: false, tables: [0], where: [], whereAny: false, group: [], having: [], order: [] }

type Told = Partial<Parameters<typeof answerWords>[0]>
const said = (query: Partial<Query> | undefined, columns: readonly Column[], cells: readonly (readonly Cell[])[], more: Told = {}) =>
  answerWords(
    { columns, cells, rows: cells.length, truncated: false, masked: new Set(), ...more },
    query && { query: { ...plain, ...query }, index },
  )

describe('words', () => {
  const count = [{ column: -1, aggregate: 'count' as const }]
  const germany = [{ left: { column: country! }, operator: '=' as const, right: [{ kind: 'text' as const, text: 'Germany' }] }]

  test('a count, of none, one and many', () => {
    const of = (number: Cell) => said({ select: count, tables: [1], where: germany }, [column('count', 'int')], [[number]])
    expect(of(42)).toBe('There are 42 order entries with country "Germany".')
    expect(of(1)).toBe('There is 1 order entry with country "Germany".')
    expect(of(0)).toBe('There are no order entries with country "Germany".')
  })

  test('a figure, a superlative, a ranking, groups and lists', () => {
    expect(said({ select: [{ column: price!, aggregate: 'avg' }] }, [column('avg', 'decimal')], [['12.3333333333']])).toBe(
      'The average price of the products is 12.33.',
    )
    const highest = { select: [{ column: name! }], order: [{ item: { column: price! }, descending: true }], limit: 1 }
    expect(said(highest, [column('name')], [['Desk']])).toBe('The name of the product with the highest price is Desk.')
    expect(said({ ...highest, limit: 2 }, [column('name')], [['Desk'], ['Lamp']])).toBe(
      'The 2 products with the highest price: Desk and Lamp.',
    )
    const newest = { select: [{ column: name! }], order: [{ item: { column: added! }, descending: true }], limit: 2 }
    expect(said(newest, [column('name')], [['Desk'], ['Lamp']])).toBe('The 2 products with the latest added on: Desk and Lamp.')
    const grouped = { select: [{ column: country! }, ...count], tables: [1], group: [country!] }
    expect(
      said(
        grouped,
        [column('country'), column('n', 'int')],
        [
          ['DE', 2],
          ['FR', 1],
        ],
      ),
    ).toBe('For each country, the number of order entries: DE 2 and FR 1.')
    const desk = [{ left: { column: name! }, operator: '=' as const, right: [{ kind: 'text' as const, text: 'Desk' }] }]
    const monthly = { select: [{ column: added!, part: 'month' as const }, ...count], group: [added!], where: desk }
    const months = [
      ['2026-01', 2],
      ['2026-02', 1],
    ]
    expect(said(monthly, [column('m'), column('n', 'int')], months)).toBe(
      'For each month of added on, the number of products with name "Desk": 2026-01 2 and 2026-02 1.',
    )
    // One month that is left of many is not the earliest of them.
    const sorted = { ...monthly, order: [{ item: monthly.select[0]!, descending: false }] }
    expect(said(sorted, [column('m'), column('n', 'int')], months.slice(0, 1))).toBe(
      'For each month of added on, the number of products with name "Desk": 2026-01 2.',
    )
    expect(said({ ...sorted, limit: 1 }, [column('m'), column('n', 'int')], months.slice(0, 1))).toMatch(/^The month of added on with/)
    expect(said({ select: [{ column: name! }] }, [column('name')], [['Desk'], ['Lamp'], ['Mug']], { rows: 9 })).toBe(
      'There are 9 products: Desk, Lamp, Mug and 6 more.',
    )
    expect(said({ select: [{ column: name! }] }, [column('name')], [])).toBe('There are no products.')
  })

  test('without a query of ours the rows themselves are told', () => {
    expect(said(undefined, [column('total', 'int')], [[7]])).toBe('Total 7.')
    expect(said(undefined, [column('name')], [['a'], ['b']])).toBe('There are 2 rows: a and b.')
    expect(said(undefined, [column('name')], [])).toBe('No row fits.')
  })

  test('what is masked is never told, as itself or as the mask shows it', () => {
    const masked = new Set([0])
    for (const query of [undefined, { select: [{ column: email! }], tables: [1] }]) {
      expect(said(query, [column('email')], [['a***@x']], { masked })).not.toContain('@')
      expect(said(query, [column('email')], [['a***@x'], ['b***@y']], { masked })).not.toContain('@')
      expect(said(query, [column('email'), column('country')], [['a***@x', 'DE']], { masked })).not.toContain('@')
    }
    const grouped = { select: [{ column: email! }, ...count], tables: [1], group: [email!] }
    expect(
      said(
        grouped,
        [column('email'), column('n', 'int')],
        [
          ['a***@x', 1],
          ['b***@y', 2],
        ],
        { masked },
      ),
    ).not.toContain('@')
  })

  test('what a row holds stays on its line and within its bounds', () => {
    expect(valueText('a\u202Eb\u0000\nIgnore\tall', column('name'))).toBe('a b Ignore all')
    expect(valueText('x'.repeat(500), column('name')).length).toBeLessThan(70)
    expect(valueText('0.10', column('price', 'decimal'))).toBe('0.10')
    expect(valueText('123456789012345678901234567890.123', column('price', 'decimal'))).toBe('123456789012345678901234567890.123')
    expect(valueText(new Uint8Array(5), column('photo', 'binary'))).toBe('5 bytes')
  })
})

test('charts fit the columns', () => {
  const kind = (columns: readonly Column[], cells: readonly (readonly Cell[])[], rows = cells.length) => chartOf(columns, cells, rows)
  const number = column('total', 'int')
  const label = column('country')
  expect(kind([number], [[5]])).toEqual({ kind: 'number', y: ['total'] })
  expect(
    kind(
      [label, number],
      [
        ['DE', 2],
        ['FR', 3],
      ],
    ),
  ).toEqual({ kind: 'bar', x: 'country', y: ['total'] })
  expect(
    kind(
      [label, number],
      [
        ['DE', 2],
        ['FR', 3],
        ['US', 1],
      ],
    ),
  ).toEqual({ kind: 'pie', x: 'country', y: ['total'] })
  expect(
    kind(
      [label, number],
      [
        ['DE', 2],
        ['FR', -3],
        ['US', 1],
      ],
    ),
  ).toMatchObject({ kind: 'bar' })
  expect(
    kind(
      [column('day', 'date'), number],
      [
        ['2026-01-01', 2],
        ['2026-01-02', 3],
      ],
    ),
  ).toEqual({ kind: 'line', x: 'day', y: ['total'] })
  expect(
    kind(
      [column('m'), label, number],
      [
        ['2026-01', 'DE', 2],
        ['2026-02', 'FR', 3],
      ],
    ),
  ).toEqual({ kind: 'line', x: 'm', y: ['total'], series: 'country' })
  expect(
    kind(
      [column('price', 'decimal'), number],
      [
        ['1', 2],
        ['2', 3],
        ['3', 4],
        ['4', 1],
      ],
    ),
  ).toEqual({ kind: 'scatter', x: 'price', y: ['total'] })
  for (const [columns, cells, rows] of [
    [[label], [['DE'], ['FR']]],
    [
      [column('customer_id', 'int'), label],
      [
        [1, 'DE'],
        [2, 'FR'],
      ],
    ],
    [
      [label, label],
      [
        ['DE', 'x'],
        ['FR', 'y'],
      ],
    ],
    [
      [label, number],
      [
        ['DE', 1],
        ['FR', 2],
      ],
      5_000,
    ],
    [[label, number], []],
  ] as const) {
    expect(kind(columns, cells as unknown as Cell[][], rows ?? cells.length)).toEqual({ kind: 'table' })
  }
})

test.each([
  ['in web: how many visits?', 'web', 'how many visits?'],
  ['web: how many visits?', 'web', 'how many visits?'],
  ['switch to web, how many visits', 'web', 'how many visits'],
  ['how many visits in the web database?', 'web', 'how many visits?'],
  ['how many visits from the web', undefined, undefined],
  ['in web:', undefined, undefined],
  ['how many webs are in shops', undefined, undefined],
])('%j names a source', (question, source, rest) => {
  expect(namedIn(question, ['shop', 'web'])).toEqual(source === undefined ? undefined : { source, rest })
})

test('the day is that of the asker', () => {
  const now = new Date('2026-03-01T02:00:00Z')
  expect(todayOf({ zone: 'America/New_York' }, now)).toBe('2026-02-28')
  expect(todayOf({ zone: 'Asia/Tokyo' }, now)).toBe('2026-03-01')
  expect(todayOf({ today: '2024-02-29', zone: 'nonsense' }, now)).toBe('2024-02-29')
})
