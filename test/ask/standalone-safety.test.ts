import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openOffice, type Who } from '../tools/office.ts'
import { askOf } from './asking.ts'
import { answers, ask, calls, KEY, mock, offices, play, requests, type Script, says, seenText, useModels } from './scripted.ts'

/** What a model may do, what it is shown, and what is kept of it; and the tools that have a model behind them. */

useModels()

describe('what the caller may not see does not exist for their model', () => {
  test('it is not in the schema, not found, and not read by SQL', async () => {
    const { answer } = await ask(
      'What do people earn? salaries',
      [
        calls('find_tables', { words: 'salaries amount' }),
        calls('read_schema', { tables: ['salaries'] }),
        calls('run_sql', { sql: 'SELECT * FROM salaries' }),
        calls('run_sql', { sql: 'SELECT password FROM customers' }),
        calls('run_sql', { sql: 'SELECT sql FROM sqlite_master' }),
        calls('cannot_answer', { kind: 'no_data', reason: 'There is nothing like that.' }),
      ],
      'narrow',
    )
    expect(answer.status).toBe('refused')
    // The model itself wrote the word; nothing that we told it did.
    const toldToIt = requests.flatMap(({ messages }) =>
      messages.filter(({ role }) => role === 'tool' || role === 'system' || role === 'user'),
    )
    const text = JSON.stringify(toldToIt).replaceAll('What do people earn? salaries', '')
    expect(text).not.toMatch(/987654|sesame|CREATE TABLE/)
    expect(text).not.toMatch(/amount INTEGER|password TEXT/i)
  })

  test('masked values stay masked, on the way to the model and in the words', async () => {
    const { answer, rows } = await ask(
      'Whose e-mail is what?',
      [
        calls('run_sql', { sql: 'SELECT name, email FROM customers' }),
        answers('SELECT name, email FROM customers'),
        (request) => {
          expect(seenText(request)).toContain('***')
          return says('Ana and Bo are there.')
        },
      ],
      'narrow',
    )
    expect(JSON.stringify(rows)).not.toContain('ana@example.com')
    expect(JSON.stringify(requests)).not.toMatch(/ana@example|bo@example/)
    expect(answer.warnings.join()).toContain('email: masked for you.')
  })
})

test('nothing that a model says is run but reading statements through the guard', async () => {
  const attempts = [
    'DELETE FROM orders',
    'DROP TABLE orders',
    'SELECT 1; DELETE FROM orders',
    "ATTACH DATABASE '/tmp/x.db' AS x",
    "SELECT writefile('/tmp/x', 'y')",
    'PRAGMA writable_schema = 1',
    'WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone',
  ]
  const { answer } = await ask('Do it', [
    ...attempts.slice(0, 5).map((sql) => calls('run_sql', { sql })),
    ...attempts.slice(5).map((sql) => calls('check_sql', { sql })),
    calls('delete_rows', { table: 'orders' }),
    calls('execute_sql', 'SELECT 1'),
    calls('cannot_answer', { kind: 'change', reason: '' }),
  ])
  expect(answer).toMatchObject({ status: 'refused', code: 'question_writes', words: 'This asks for a change, and answers only read.' })
  const after = await ask('How many orders?', [answers('SELECT COUNT(*) AS n FROM orders'), says('3.')])
  expect(after.rows).toEqual([[3]])
})

test('where no rows may leave, none does', async () => {
  const office = await openOffice(
    `llm: { mode: standalone, provider: claude, api_key: ${KEY}, base_url: '${mock.url}', rows_shown: 0, advise: true }\n`,
  )
  try {
    play([
      calls('run_sql', { sql: 'SELECT name, note FROM customers, orders' }),
      (request) => {
        expect(seenText(request)).toContain('Use check_sql')
        return answers('SELECT * FROM customers')
      },
    ])
    const { answer, rows } = await askOf(office.key('reader'), office.opened.parts, { question: 'Who are the customers?' })
    expect(rows).toHaveLength(3)
    expect(answer.status).toBe('answered')
    expect(answer.warnings.join()).toContain('SELECT *')
    expect(requests).toHaveLength(2)
    expect(JSON.stringify(requests)).not.toMatch(/Ana|ana@example|2026-01-01/)
  } finally {
    await office.close()
  }
})

test('the conversation, the day and what the owner says of the source are in the prompt', async () => {
  await ask('and in France?', [answers("SELECT COUNT(*) AS n FROM customers WHERE country = 'FR'"), says('1.')], 'reader', 'claude', {
    today: '2026-11-20',
    before: [
      {
        question: 'How many customers are in Germany?',
        source: 'shop',
        sql: "SELECT COUNT(*) FROM customers WHERE country = 'DE'",
        words: 'There are 2.',
      },
      { question: 'Something of another source?', source: 'stock', sql: 'SELECT 1', words: 'One.' },
    ],
  })
  const text = seenText(requests[0])
  expect(text).toContain('Today is 2026-11-20, a Friday')
  expect(text).toContain('How many customers are in Germany?')
  expect(text).toContain("country = 'DE'")
  expect(text).not.toContain('Something of another source')
  const { parts } = offices.claude!.opened
  const prompted = { ...parts, ask: { ...parts.ask, prompts: { shop: 'A customer is called a guest here.' } } }
  play([answers('SELECT COUNT(*) AS n FROM customers'), says('3.')])
  await askOf(offices.claude!.key('reader'), prompted, { question: 'How many guests?' })
  expect(seenText(requests[2])).toContain('A customer is called a guest here.')
})

describe('tools with a model behind them', () => {
  const tool = async (name: string, fields: object, turns: Script, who: Who = 'reader') => {
    play(turns)
    return (await offices.claude!.ask(who, name, { source: 'shop', ...fields })).structured
  }

  test('what rules cannot mend the model does, and it would run', async () => {
    const broken = 'SELECT country HOW MANY FROM customers'
    const mended = await tool('fix_sql', { sql: broken }, [
      says('```sql\nSELECT land, COUNT(*) FROM customers GROUP BY land\n```'),
      (request) => {
        expect(seenText(request)).toContain('column_unknown')
        return says('```sql\nSELECT country, COUNT(*) FROM customers GROUP BY country\n```')
      },
    ])
    expect(mended).toMatchObject({
      fixed: true,
      made_by: 'model',
      sql: 'SELECT country, COUNT(*) FROM customers GROUP BY country',
      verdict: { valid: true },
    })
  })

  test('what rules mend does not go to a model', async () => {
    expect(await tool('fix_sql', { sql: 'SELCT name FRM customers' }, [])).toMatchObject({ fixed: true, made_by: 'rules' })
    expect(requests).toHaveLength(0)
  })

  test('a model that would mend by what the caller may not see, or by a change, does not', async () => {
    const secret = await tool(
      'fix_sql',
      { sql: 'SELECT HOW salaries' },
      [says('```sql\nSELECT amount FROM salaries\n```'), says('```sql\nDELETE FROM orders\n```')],
      'narrow',
    )
    expect(secret).toMatchObject({ fixed: false, made_by: 'rules' })
    expect(JSON.stringify(secret)).not.toContain('amount')
  })

  test('the statement that a model would write is suggested first; one that fails leaves the templates', async () => {
    const suggested = await tool('suggest_query', { question: 'customers by country' }, [
      answers('SELECT country, COUNT(*) AS n FROM customers GROUP BY country'),
    ])
    expect((suggested.suggestions as readonly object[])[0]).toMatchObject({
      sql: 'SELECT country, COUNT(*) AS n FROM customers GROUP BY country',
    })
    const plain = await tool('suggest_query', { question: 'customers by country' }, [
      { error: { message: 'x', type: 'authentication_error' }, status: 401 },
    ])
    expect(plain).toMatchObject({ made_by: 'templates over the schema, without a model' })
  })

  test('the mode says what is configured', async () => {
    expect((await offices.claude!.ask('reader', 'get_lightweight_mode_info')).structured).toMatchObject({
      mode: 'lightweight',
      configured: 'standalone',
      model: 'claude-sonnet-5-5',
    })
  })
})

test('a caller who leaves ends it, and the model is not asked again', async () => {
  const leaving = new AbortController()
  const asked = ask(
    'How many?',
    [
      () => {
        leaving.abort()
        return calls('find_tables', { words: 'orders' })
      },
      answers('SELECT 1'),
    ],
    'reader',
    'claude',
    { signal: leaving.signal },
  )
  await expect(asked).rejects.toMatchObject({ code: 'query_cancelled' })
  expect(requests).toHaveLength(1)
})

test('no key, prompt or row reaches the audit log or an error', async () => {
  const office = offices.claude!
  await ask('How many customers are in Germany?', [
    calls('run_sql', { sql: 'SELECT name FROM customers' }),
    answers('SELECT name FROM customers'),
    says('Ana, Bo and Cy.'),
  ])
  await expect(ask('Anything?', [{ error: { message: `bad key ${KEY}` }, status: 401 }])).rejects.toMatchObject({
    code: 'model_key_refused',
  })
  await office.opened.parts.trail.list({ last: 1 })
  const folder = join(office.folder, '.sluice', 'audit')
  const log = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  expect(log).toContain('How many customers are in Germany?')
  expect(log).not.toContain(KEY)
  expect(log).not.toMatch(/You write the SQL|comes from the database|\bAna\b|Ana, Bo/)
})
