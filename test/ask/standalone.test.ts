import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { answers, ask, calls, offices, requests, says, seenText, useModels } from './scripted.ts'

/** Questions that a model of a provider answers. */

useModels()

describe.each(['claude', 'openai'])('%s', (provider) => {
  test('from the question to rows, words and what it cost', async () => {
    const { answer, rows, steps } = await ask(
      'How many customers are in Germany?',
      [
        calls('run_sql', { sql: "SELECT COUNT(*) AS n FROM customers WHERE country = 'DE'" }),
        answers("SELECT COUNT(*) AS n FROM customers WHERE country = 'DE'", { tables: [{ table: 'customers', why: 'holds the country' }] }),
        says('There are 2 customers in Germany.'),
      ],
      'reader',
      provider,
    )
    expect(rows).toEqual([[2]])
    expect(answer).toMatchObject({
      status: 'answered',
      mode: 'standalone',
      words: 'There are 2 customers in Germany.',
      sql: "SELECT COUNT(*) AS n FROM customers WHERE country = 'DE'",
      rows: 1,
      used: [{ table: 'main.customers', why: 'holds the country' }],
      chart: { kind: 'number' },
      receipt: { source: 'shop' },
    })
    expect(answer.cost!.input_tokens).toBeGreaterThan(100)
    expect(answer.cost!.usd).toBeGreaterThan(0)
    expect(steps.map(({ step }) => step)).toEqual(['context', 'run', 'check', 'plan', 'run', 'answer'])
    // The rows of the try come back to the model as data.
    expect(seenText(requests[1])).toMatch(/<data-[0-9a-f]{24}>[^<]*\[2\]/)
  })

  test('a statement that fails is mended by the model from the error', async () => {
    const { answer, steps } = await ask(
      'Customers from each country?',
      [
        answers('SELECT land, COUNT(*) FROM customers GROUP BY land'),
        (request) => {
          expect(seenText(request)).toContain('column_unknown')
          return answers('SELECT country, COUNT(*) AS n FROM customers GROUP BY country')
        },
        says('DE has 2 and FR has 1.'),
      ],
      'reader',
      provider,
    )
    expect(answer).toMatchObject({ status: 'answered', rows: 2, words: 'DE has 2 and FR has 1.' })
    expect(steps.some(({ step }) => step === 'repair')).toBe(true)
    expect(answer.confidence).toBeLessThan(0.85)
  })

  test('tables are looked for and read', async () => {
    const { answer } = await ask(
      'What is the largest order?',
      [
        calls('find_tables', { words: 'orders' }),
        (request) => {
          expect(seenText(request)).toContain('orders (')
          return calls('read_schema', { tables: ['orders'] })
        },
        (request) => {
          expect(seenText(request)).toContain('customer_id')
          return calls('check_sql', { sql: 'SELECT MAX(total) FROM orders' })
        },
        answers('SELECT MAX(total) AS largest FROM orders'),
        says('The largest order is 30.'),
      ],
      'reader',
      provider,
    )
    expect(answer).toMatchObject({ status: 'answered', words: 'The largest order is 30.' })
  })
})

test('a question that is written down instead of a tool is taken as well', async () => {
  const { rows } = await ask('How many orders?', [says('Here it is:\n```sql\nSELECT COUNT(*) FROM orders;\n```'), says('3 orders.')])
  expect(rows).toEqual([[3]])
})

test.each([
  ['change', 'question_writes'],
  ['several', 'question_many'],
  ['no_data', 'question_unclear'],
  ['no_question', 'question_unclear'],
])('a question that gets no answer: %s', async (kind, code) => {
  const { answer, rows } = await ask('Delete all customers', [
    calls('cannot_answer', { kind, reason: 'It asks for [too](http://evil.example) much.' }),
  ])
  expect(answer).toMatchObject({ status: 'refused', code, words: 'It asks for too much.' })
  expect(rows).toEqual([])
})

test('two readings that come to different rows are put to the asker; two that come to the same are not', async () => {
  const two = await ask('best customer', [
    answers('SELECT name FROM customers WHERE id = 3', {
      other_sql: 'SELECT name FROM customers WHERE id = 1',
      other_says: 'the first one',
    }),
  ])
  expect(two.answer).toMatchObject({
    status: 'ask_back',
    choices: [{ says: 'the reading' }, { says: 'the first one', question: 'best customer (the first one)' }],
  })
  expect(two.rows).toEqual([])
  const one = await ask('best customer', [
    answers('SELECT name FROM customers WHERE id = 3', {
      other_sql: "SELECT name FROM customers WHERE name = 'Cy'",
      other_says: 'by name',
    }),
    says('It is Cy.'),
  ])
  expect(one.answer).toMatchObject({ status: 'answered', words: 'It is Cy.' })
})

test('a model that goes on and on is stopped after ten turns', async () => {
  const { answer } = await ask(
    'How many?',
    Array.from({ length: 30 }, () => calls('find_tables', { words: 'orders' })),
  )
  expect(answer).toMatchObject({ status: 'refused', code: 'question_unclear' })
  expect(requests).toHaveLength(10)
  expect(seenText(requests[9])).toContain('last but one turn')
})

test('a model that only talks is reminded, then given up', async () => {
  await expect(ask('How many?', [says('Let me think.'), says('Still thinking.')])).rejects.toMatchObject({ code: 'model_unreadable' })
})

test('a statement that never runs ends with its error', async () => {
  const wrong = answers('SELECT planet FROM customers')
  await expect(ask('What?', [wrong, wrong, wrong, wrong, wrong])).rejects.toMatchObject({ code: 'column_unknown' })
})

test('figures that are not in the rows are not told', async () => {
  const { answer } = await ask('How many orders?', [answers('SELECT COUNT(*) AS n FROM orders'), says('There are 4711 orders.')])
  expect(answer.words).not.toContain('4711')
  expect(answer.words).toContain('3')
})

test('a model that fails after the rows have gone out does not spoil the answer', async () => {
  const { answer, rows } = await ask('How many orders?', [
    answers('SELECT COUNT(*) AS n FROM orders'),
    { error: { message: 'no', type: 'authentication_error' }, status: 401 },
  ])
  expect(rows).toEqual([[3]])
  expect(answer).toMatchObject({ status: 'answered', warnings: [expect.stringContaining('model_key_refused')] })
})

test('without execute the statement is only written', async () => {
  const { answer, rows } = await ask('How many orders?', [answers('SELECT COUNT(*) AS n FROM orders')], 'reader', 'claude', {
    execute: false,
  })
  expect(answer).toMatchObject({ status: 'answered', sql: 'SELECT COUNT(*) AS n FROM orders', words: 'the reading', rows: 0 })
  expect(rows).toEqual([])
})

test('the built-in engine is asked for a second opinion: that both come to the same rows makes sure', async () => {
  const same = await ask('How many orders?', [answers('SELECT COUNT(id) AS n FROM orders'), says('3 orders.')])
  expect(same.answer).toMatchObject({ confidence: 0.95, words: '3 orders.' })
  expect(same.query).toBeDefined()
  expect(same.steps.find(({ step }) => step === 'compare')?.says).toContain('comes to the same rows')
  const other = await ask('How many orders?', [answers('SELECT COUNT(*) AS n FROM customers WHERE id > 1'), says('2.')])
  expect(other.answer.confidence).toBe(0.85)
  expect(other.query).toBeUndefined()
})

test('where words of the question stand as values, the model is told; nothing of what is masked or hidden', async () => {
  await ask('How many customers are called Ana?', [answers("SELECT COUNT(*) AS n FROM customers WHERE name = 'Ana'"), says('1.')])
  expect(seenText(requests[0])).toMatch(/customers\.name = .{1,3}Ana/)
  await ask('Who has the password sesame, or ana@example.com?', [calls('cannot_answer', { kind: 'no_data', reason: '' })], 'narrow')
  expect(seenText(requests[2])?.replaceAll('Who has the password sesame, or ana@example.com?', '')).not.toMatch(/sesame|ana@example/)
})

test('a question that people have verified needs no model', async () => {
  const { ask: tool } = offices.openai!
  const fields = {
    source: 'shop',
    question: 'Which countries do our customers live in?',
    sql: 'SELECT DISTINCT country FROM customers ORDER BY 1',
  }
  const { structured } = await tool('boss', 'store_query', fields)
  await tool('boss', 'review_query', { id: (structured.pair as { id: string }).id, verdict: 'verify', source: 'shop' })
  const { answer, rows } = await ask('Which countries do our customers live in?', [], 'reader', 'openai')
  expect(rows).toEqual([['DE'], ['FR']])
  expect(answer).toMatchObject({ status: 'answered', mode: 'standalone', sql: fields.sql })
  expect(answer.cost).toBeUndefined()
  expect(requests).toHaveLength(0)
  // Who asks for something like it gets the model, which is shown the pair.
  await ask('How many customers live in each of our countries?', [answers(fields.sql), says('DE and FR.')], 'reader', 'openai')
  expect(seenText(requests[0])).toContain('SELECT DISTINCT country')
})

test('joins that no key tells are told, where names and types do', async () => {
  const { folder } = offices.openai!
  const file = new DatabaseSync(join(folder, 'shop.db'))
  file.exec('CREATE TABLE visits (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, page TEXT)')
  file.close()
  // What was read a moment ago is fresh enough even for who clears it.
  const tables = async () => (await offices.openai!.ask('reader', 'clear_schema_cache', { source: 'shop' })).structured?.tables
  await expect.poll(tables, { timeout: 10_000, interval: 300 }).toBe(4)
  await ask('Which customers had visits?', [calls('cannot_answer', { kind: 'no_data', reason: '' })], 'reader', 'openai')
  expect(seenText(requests[0])).toContain('visits (customer_id) = customers (id)')
})
