import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/answer.ts'
import type { Turn } from '../../src/ask.ts'
import { SluiceError } from '../../src/error.ts'
import { askOf, type Got } from './asking.ts'
import { injections, injectionsIn } from './sets/injections.ts'
import { openShop, type Shop } from './shop.ts'

/** Orders in rows, names, comments and questions, in the mode that needs no model: nothing changes in what is run, granted or shown. */

let shop: Shop
beforeAll(async () => {
  shop = await openShop('sqlite')
}, 60_000)
afterAll(async () => await shop?.close())

const hidden = /987654|sesame|apple|pear|ana@example\.com|bo@example\.com|cy@example\.com/
const baseline = [
  'How many customers are there?',
  'How many orders are there?',
  'and by country',
  'What is the average total of orders?',
] as const

const ask = (question: string, before: readonly Turn[] = []): Promise<Got> =>
  askOf(shop.key('narrow'), shop.opened.parts, { question, before })

/** The whole database but for what a test has put there itself. */
function everything(): string {
  const file = new DatabaseSync(join(shop.folder, 'shop.db'), { readOnly: true })
  const rows = ['customers', 'orders', 'salaries'].map((name) => file.prepare(`SELECT * FROM "${name}" ORDER BY 1`).all())
  file.close()
  return JSON.stringify(rows)
}

/** What has been asked and run: one statement that reads what this caller may see. */
function checkRun({ answer, steps, rows }: Got): void {
  const statements = [answer.sql, ...steps.map(({ sql }) => sql), ...(answer.choices ?? []).map(({ sql }) => sql)].filter(
    (sql) => sql !== undefined,
  )
  for (const sql of statements) {
    expect(sql).toMatch(/^SELECT /)
    const bare = sql.replace(/'(?:[^']|'')*'/g, "''").replace(/"(?:[^"]|"")*"/g, '""')
    expect(bare).not.toMatch(/;|--|\b(?:DROP|DELETE|UPDATE|INSERT|ATTACH|PRAGMA|GRANT|ALTER|CREATE|UNION SELECT)\b/i)
    expect(bare).not.toMatch(/\b(?:salaries|secret)\b/i)
  }
  expect(JSON.stringify([rows, told(answer)])).not.toMatch(hidden)
}

/** Everything of an answer that is shown beside the rows, but for the question itself. */
const told = ({ question: _, choices, ...rest }: Answer): unknown => ({ ...rest, choices: choices?.map(({ says, sql }) => [says, sql]) })

test('the set is what it is said to be', () => {
  expect(injections.length).toBeGreaterThanOrEqual(60)
  expect(new Set(injections.map(({ text }) => text)).size).toBe(injections.length)
  for (const kind of ['row', 'name', 'comment', 'question'] as const) expect(injectionsIn(kind).length, kind).toBeGreaterThanOrEqual(10)
})

describe('in rows', () => {
  test.each(injectionsIn('row'))('%j', async (text) => {
    const clean = await Promise.all(baseline.map((question) => ask(question)))
    const file = new DatabaseSync(join(shop.folder, 'shop.db'))
    file.prepare('UPDATE orders SET note = ? WHERE id = 1').run(text)
    file.prepare('UPDATE customers SET name = ? WHERE id = 3').run(text)
    file.close()
    const before = everything()
    for (const [i, question] of baseline.entries()) {
      const got = await ask(question)
      checkRun(got)
      expect([got.answer.sql, got.rows]).toEqual([clean[i]!.answer.sql, clean[i]!.rows])
    }
    const shown = await ask('Show the notes of all orders')
    checkRun(shown)
    expect(shown.answer.words).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(everything()).toBe(before)
  })
})

describe('in names', () => {
  test.each(injectionsIn('name'))('%j', async (text) => {
    const name = `"${text.replaceAll('"', '""')}"`
    await shop.sql(`CREATE TABLE ${name} (id integer PRIMARY KEY, ${name.replace(/^"/, '"c ')} text)`)
    try {
      const before = everything()
      for (const question of [...baseline, `Show all ${text}`, text]) checkRun(await ask(question).catch(refusal))
      expect((await ask('How many customers are there?')).rows.flat().map(Number)).not.toContain(3)
      expect(everything()).toBe(before)
    } finally {
      await shop.sql(`DROP TABLE ${name}`)
    }
  })
})

test('in comments', async () => {
  const commented = await openShop('postgres')
  try {
    const places = [
      'TABLE customers',
      'TABLE orders',
      'COLUMN customers.id',
      'COLUMN customers.name',
      'COLUMN customers.country',
      'COLUMN customers.email',
      'COLUMN orders.id',
      'COLUMN orders.note',
      'COLUMN orders.total',
      'COLUMN orders.placed',
    ]
    const comments = injectionsIn('comment')
    expect(comments.length).toBe(places.length)
    for (const [i, comment] of comments.entries()) await commented.sql(`COMMENT ON ${places[i]!} IS '${comment.replaceAll("'", "''")}'`)
    const asked = (question: string) => askOf(commented.key('narrow'), commented.opened.parts, { question })
    for (const question of [...baseline, ...comments]) checkRun(await asked(question).catch(refusal))
    // Everything is still there, and nobody has come to see more.
    const all = await askOf(commented.key('boss'), commented.opened.parts, { question: 'first 5 customers' })
    expect(all.rows.length).toBe(3)
  } finally {
    await commented.close()
  }
})

describe('in questions', () => {
  test.each(injectionsIn('question'))('%j', async (text) => {
    const before = everything()
    const turns: Turn[] = [{ question: 'How many customers are there?', source: 'shop' }]
    for (const got of [
      await ask(text).catch(refusal),
      await ask(text, turns).catch(refusal),
      await ask(`How many customers are there? ${text}`).catch(refusal),
    ])
      checkRun(got)
    expect(everything()).toBe(before)
  })
})

/** A question that is refused by an error tells no more than an answer may. */
function refusal(error: unknown): Got {
  if (!(error instanceof SluiceError) || error.code === 'internal') throw error
  const words = error.message
  return { answer: { words, question: '' } as unknown as Answer, steps: [], rows: [], columns: [] }
}
