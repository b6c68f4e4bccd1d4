import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Office, openOffice, type Who } from '../tools/office.ts'
import { askOf, type Got } from './asking.ts'

/** Questions that a model of a provider answers: its API is a double, everything else is real. */

const KEY = 'sk-ant-secret-000111222'
type Turn = Readonly<Record<string, unknown>>
type Request = Readonly<{ messages: readonly Readonly<{ role: string; content: unknown }>[]; tools?: readonly unknown[] }>

const mock = new LLMock({ port: 0, host: '127.0.0.1' })
let script: (Turn | ((request: Request) => Turn))[] = []
const requests: Request[] = []
const seenText = (request: Request | undefined) => JSON.stringify(request?.messages)
const offices: Record<string, Office> = {}

const says = (content: string): Turn => ({ content })
const calls = (name: string, fields: unknown): Turn => ({ toolCalls: [{ name, arguments: JSON.stringify(fields) }] })
const answers = (sql: string, more: Record<string, unknown> = {}) => calls('answer', { sql, says: 'the reading', ...more })

beforeAll(async () => {
  await mock.start()
  for (const provider of ['claude', 'openai'] as const) {
    const url = provider === 'claude' ? mock.url : `${mock.url}/v1`
    offices[provider] = await openOffice(
      `llm: { mode: standalone, provider: ${provider}, api_key: ${KEY}, base_url: '${url}', timeout_s: 20 }\n`,
    )
  }
})
afterAll(async () => {
  for (const office of Object.values(offices)) await office.close()
  await mock.stop()
})
beforeEach(() => {
  mock.reset()
  requests.length = 0
  script = []
  mock.on({ predicate: () => true }, (request) => {
    requests.push(structuredClone(request) as unknown as Request)
    const next = script.shift()
    if (!next) return { error: { message: 'the script is over' }, status: 400 }
    return (typeof next === 'function' ? next(request as unknown as Request) : next) as never
  })
})

const ask = (question: string, turns: typeof script, who: Who = 'reader', provider = 'claude', more: object = {}): Promise<Got> => {
  script = turns
  return askOf(offices[provider]!.key(who), offices[provider]!.opened.parts, { question, ...more })
}

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
      'customers by country',
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
    script = [
      calls('run_sql', { sql: 'SELECT name, note FROM customers, orders' }),
      (request) => {
        expect(seenText(request)).toContain('Use check_sql')
        return answers('SELECT * FROM customers')
      },
    ]
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
  const office = await openOffice(`llm: { mode: standalone, provider: claude, api_key: ${KEY}, base_url: '${mock.url}' }\n`)
  await office.close()
  await ask('and in France?', [answers("SELECT COUNT(*) AS n FROM customers WHERE country = 'FR'"), says('1.')], 'reader', 'claude', {
    today: '2026-11-20',
    before: [
      {
        question: 'How many customers are in Germany?',
        source: 'shop',
        sql: "SELECT COUNT(*) FROM customers WHERE country = 'DE'",
        words: 'There are 2.',
      },
    ],
  })
  expect(seenText(requests[0])).toContain('Today is 2026-11-20, a Friday')
  expect(seenText(requests[0])).toContain('How many customers are in Germany?')
  expect(seenText(requests[0])).toContain("country = 'DE'")
})

describe('tools with a model behind them', () => {
  const tool = async (name: string, fields: object, turns: typeof script, who: Who = 'reader') => {
    script = turns
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
