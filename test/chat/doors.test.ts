import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Door, openDoor } from './door.ts'

/** The routes of conversations, as clients of the chat application and the page use them. */

let door: Door
beforeAll(async () => {
  door = await openDoor('bank: { learn: ask }\n')
})
afterAll(() => door.close())

test('a message is answered in the exact form that chat clients know', async () => {
  const { status, body } = await door.json('ana', 'POST', '/api/chat/message', { message: 'list customers', datasource: 'shop' })
  expect(status).toBe(200)
  expect(Object.keys(body).sort()).toEqual(['datasource', 'message', 'session_id', 'tool_calls'])
  expect(body).toMatchObject({
    session_id: expect.stringMatching(/^[\da-f-]{36}$/),
    datasource: 'shop',
    tool_calls: [{ name: 'execute_sql', arguments: { source: 'shop', query: 'SELECT name FROM customers ORDER BY id' } }],
  })
  expect(body.message).toBe('There are 3 customers: Ana, Bo and Cy.\n\n| name |\n| --- |\n| Ana |\n| Bo |\n| Cy |')
})

test('a stream tells the session, the content and that it is done, and nothing else', async () => {
  const events = await door.stream('ana', { message: 'How many customers?', datasource: 'shop' })
  expect(events).toEqual([
    { type: 'session', session_id: expect.any(String), datasource: 'shop' },
    { type: 'content', content: 'There are 3 customers.' },
    { type: 'done' },
  ])
  const response = await door.send('ana', 'POST', '/api/chat/message/stream', { message: 'How many customers?', datasource: 'shop' })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  await response.text()
})

test('all events: steps as they happen, columns, rows, the whole answer', async () => {
  const events = await door.stream('ana', { message: 'customers by country', datasource: 'shop', events: 'all' })
  const types = events.map(({ type }) => type)
  expect(types.filter((type) => type !== 'step')).toEqual(['session', 'columns', 'rows', 'answer', 'content', 'done'])
  expect(types.indexOf('step')).toBe(1)
  expect(events.find(({ type }) => type === 'rows')!.rows).toEqual([
    ['France', 1],
    ['Germany', 2],
  ])
  const { answer, message } = events.find(({ type }) => type === 'answer')!
  expect(answer).toMatchObject({ status: 'answered', rows: 2, chart: { kind: 'bar' }, words: expect.stringContaining('For each country') })
  expect(message).toBe(2)
})

test('failures of a stream are one event, with the whole error for who wants all', async () => {
  const events = await door.stream('ana', { message: 'How many customers?', datasource: 'nowhere' })
  expect(events).toEqual([{ type: 'error', error: expect.stringContaining('nowhere') }])
  const all = await door.stream('ana', { message: 'How many customers?', datasource: 'nowhere', events: 'all' })
  expect(all[0]).toMatchObject({ type: 'error', details: { code: 'source_unknown', status: 404, hint: expect.any(String) } })
  const wrong = await door.json('ana', 'POST', '/api/chat/message/stream', { message: 5 })
  expect([wrong.status, wrong.body.error!.code]).toEqual([400, 'field_invalid'])
})

test('a conversation carries on, changes its source, and is there again', async () => {
  const first = await door.json('ana', 'POST', '/api/chat/message', { message: 'How many customers?', datasource: 'shop' })
  const session_id = first.body.session_id as string
  const next = await door.json('ana', 'POST', '/api/chat/message', { message: 'in stock: how many parts?', session_id, datasource: 'shop' })
  expect(next.body).toMatchObject({ session_id, datasource: 'stock', message: 'There are 2 parts.' })
  const again = await door.json('ana', 'POST', '/api/chat/message', { message: 'list parts', session_id })
  expect(again.body.datasource).toBe('stock')
  const { body } = await door.json<{ messages: { role: string; content: string; answer?: { rows: unknown } }[] }>(
    'ana',
    'GET',
    `/api/chat/sessions/${session_id}`,
  )
  expect(body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user', 'assistant'])
  expect(body.messages[1]).toMatchObject({ content: 'There are 3 customers.', answer: { sql: 'SELECT count(*) FROM customers', rows: 1 } })
  expect(body).toMatchObject({ name: 'How many customers?', datasource: 'stock' })
})

test('a reading is chosen by its number or its words', async () => {
  const asked = await door.json('ana', 'POST', '/api/chat/message', { message: 'best customers', datasource: 'shop' })
  expect(asked.body.message).toContain('2 ways')
  expect(asked.body.tool_calls).toEqual([])
  const chosen = await door.json('ana', 'POST', '/api/chat/message', { message: '2', session_id: asked.body.session_id })
  expect(chosen.body.message).toContain('Cy')
  expect(chosen.body.message).not.toContain('Ana')
})

test('conversations are made, listed, searched, renamed and forgotten by their owner alone', async () => {
  const made = await door.json('ben', 'POST', '/api/chat/sessions', { datasource: 'shop', name: '  Quarter \n figures ' })
  expect(made.status).toBe(201)
  const id = made.body.session_id as string
  expect(made.body).toMatchObject({ id, name: 'Quarter figures', datasource: 'shop', messages: 0, shared: false })
  await door.json('ben', 'POST', '/api/chat/message', { message: 'How many customers in Germany?', session_id: id })
  const list = async (who: 'ana' | 'ben', query = '') =>
    (await door.json<{ id: string }[]>(who, 'GET', `/api/chat/sessions${query}`)).body.map(({ id }) => id)
  expect(await list('ben')).toEqual([id])
  expect(await list('ben', '?q=GERMANY')).toEqual([id])
  expect(await list('ben', '?q=quarter')).toEqual([id])
  expect(await list('ben', '?q=%25')).toEqual([])
  expect(await list('ana')).not.toContain(id)
  for (const [method, path, body] of [
    ['GET', `/api/chat/sessions/${id}`, undefined],
    ['PATCH', `/api/chat/sessions/${id}`, { name: 'mine' }],
    ['DELETE', `/api/chat/sessions/${id}`, undefined],
    ['POST', `/api/chat/sessions/${id}/share`, undefined],
    ['POST', '/api/chat/message', { message: 'How many customers?', session_id: id }],
    ['POST', '/api/ask/feedback', { session: id, message: 2, good: true }],
  ] as const) {
    const foreign = await door.json('ana', method, path, body)
    expect([method, path, foreign.status, foreign.body.error!.code]).toEqual([method, path, 404, 'session_unknown'])
  }
  expect((await door.json('ben', 'PATCH', `/api/chat/sessions/${id}`, { name: 'Better' })).body).toMatchObject({
    name: 'Better',
    messages: 2,
  })
  expect((await door.json('ben', 'PATCH', `/api/chat/sessions/${id}`, { name: ' ' })).body.error!.code).toBe('field_invalid')
  expect((await door.json('ben', 'DELETE', `/api/chat/sessions/${id}`)).body).toEqual({ deleted: true, session_id: id })
  expect((await door.json('ben', 'GET', `/api/chat/sessions/${id}`)).status).toBe(404)
  expect(await list('ben')).toEqual([])
})

test('a shared conversation shows its reader only what they may see themselves', async () => {
  const first = await door.json('ana', 'POST', '/api/chat/message', { message: 'How many salaries?', datasource: 'shop' })
  const session_id = first.body.session_id as string
  await door.json('ana', 'POST', '/api/chat/message', { message: 'How many orders?', session_id })
  const { share } = (await door.json('ana', 'POST', `/api/chat/sessions/${session_id}/share`)).body
  expect((await door.json('ana', 'POST', `/api/chat/sessions/${session_id}/share`)).body.share).toBe(share)
  const read = (who: 'ben' | 'narrow' | 'nobody') =>
    door.json('' as never, 'GET', `/api/chat/shared/${share}`).then(() => door.json(who, 'GET', `/api/chat/shared/${share}`))
  expect((await read('ben')).body.turns).toMatchObject([
    { question: 'how many salaries' },
    { question: 'how many orders', sql: 'SELECT count(*) FROM orders' },
  ])
  const narrow = await read('narrow')
  expect(narrow.body.turns).toMatchObject([{ question: 'how many orders' }])
  expect(JSON.stringify(narrow.body)).not.toMatch(/There (is|are)/)
  expect((await read('nobody')).body.error!.code).toBe('session_unknown')
  await door.json('ana', 'DELETE', `/api/chat/sessions/${session_id}/share`)
  expect((await read('ben')).body.error!.code).toBe('session_unknown')
})

test('what its reader thinks of an answer goes to the query bank, where that learns', async () => {
  const { body } = await door.json('ana', 'POST', '/api/chat/message', { message: 'How many orders?', datasource: 'shop' })
  const session = body.session_id as string
  const fed = await door.json('ana', 'POST', '/api/ask/feedback', { session, message: 2, good: true })
  expect(fed.body).toMatchObject({ kept: true, pair: expect.any(String) })
  const { pairs } = (
    await door.json<{ pairs: { id: string; question: string; state: string }[] }>('ana', 'GET', '/api/bank/pairs?source=shop')
  ).body
  expect(pairs).toMatchObject([{ id: fed.body.pair, question: 'how many orders', state: 'proposed' }])
  const bad = await door.json('ana', 'POST', '/api/ask/feedback', { session, message: 2, good: false })
  expect(bad.body).toMatchObject({ kept: true, pair: fed.body.pair })
  expect((await door.json('ana', 'POST', '/api/ask/feedback', { session, message: 1, good: true })).body.error!.code).toBe(
    'session_unknown',
  )
  const whole = await door.json<{ messages: { good?: boolean }[] }>('ana', 'GET', `/api/chat/sessions/${session}`)
  expect(whole.body.messages.map(({ good }) => good)).toEqual([undefined, false])
})

test('a key for other groups of tools, a stranger, and nobody’s role get nowhere', async () => {
  const message = { message: 'How many customers?', datasource: 'shop' }
  expect((await door.json('plain', 'POST', '/api/chat/message', message)).body.error!.code).toBe('tool_refused')
  expect((await door.json('plain', 'GET', '/api/chat/sessions')).body.error!.code).toBe('tool_refused')
  expect((await door.json('stranger', 'POST', '/api/chat/message', message)).status).toBe(401)
  expect((await door.json('stranger', 'GET', '/api/chat/sessions')).status).toBe(401)
  expect((await door.json('nobody', 'POST', '/api/chat/message', message)).body.error!.code).toBe('source_unknown')
})

test('the routes of the predecessor: one document, or events with names', async () => {
  const { body } = await door.json('ana', 'POST', '/database/question', {
    question: 'list customers',
    source: 'shop',
    user_context: { department: 'x' },
  })
  expect(body).toMatchObject({
    status: 'answered',
    words: expect.any(String),
    rows: [['Ana'], ['Bo'], ['Cy']],
    row_count: 3,
    receipt: { source: 'shop' },
  })
  expect(
    (await door.json('ana', 'POST', '/query/intelligent', { question: 'list customers', source: 'shop', limit: 1 })).body,
  ).toMatchObject({
    rows: [['Ana']],
    truncated: true,
  })
  const text = await (await door.send('ana', 'POST', '/database/question/stream', { question: 'list customers', source: 'shop' })).text()
  const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
  expect(names.filter((name) => name !== 'step')).toEqual(['columns', 'rows', 'answer', 'done'])
  expect(text).toContain('data: [["Ana"],["Bo"],["Cy"]]')
  const failed = await (await door.send('ana', 'POST', '/database/question/stream', { question: 'list customers', source: 'x' })).text()
  expect(failed).toMatch(/^event: error\ndata: \{"code":"source_unknown"/)
})

test('a client that leaves ends the query in its source; the question stays', async () => {
  for (let i = 0; i < 60; i++) await door.shop.sql(`INSERT INTO orders (id, note) VALUES (${1000 + i}, 'x')`)
  const leaving = new AbortController()
  const response = await fetch(`${door.server.url}/api/chat/message/stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${door.shop.key('ben')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'slow orders', datasource: 'shop', events: 'all' }),
    signal: leaving.signal,
  })
  const reader = response.body!.getReader()
  let text = ''
  while (!text.includes('"step":"candidates"')) text += Buffer.from((await reader.read()).value!).toString()
  const { session_id } = JSON.parse(text.slice('data: '.length, text.indexOf('\n'))) as { session_id: string }
  leaving.abort()
  const cancelled = async () =>
    (await door.shop.opened.parts.trail.list({ last: 50, principal: 'ben' })).calls
      .filter(({ code }) => code === 'query_cancelled')
      .map(({ kind }) => kind)
  await expect.poll(cancelled, { timeout: 20_000 }).toContain('read')
  const { body } = await door.json<{ messages: { content: string }[] }>('ben', 'GET', `/api/chat/sessions/${session_id}`)
  expect(body.messages.map(({ content }) => content)).toEqual(['slow orders'])
})

test('an old answer is not shown to who may not see any more what it tells', async () => {
  const { body } = await door.json('ben', 'POST', '/api/chat/message', { message: 'How many salaries?', datasource: 'shop' })
  const session_id = body.session_id as string
  for (const message of ['How many customers?', 'customers by email', 'best salaries', 'average id of orders', 'hello'])
    await door.json('ben', 'POST', '/api/chat/message', { message, session_id })
  const { chats } = await door.shop.parts.store()
  const read = async () =>
    (await door.json<{ messages: { content: string; answer?: unknown }[] }>('narrow', 'GET', `/api/chat/sessions/${session_id}`)).body
      .messages
  // As if the owner had lost their role: the conversation is theirs, the rights are those of today.
  await (await door.shop.parts.store()).db.updateTable('sessions').set({ owner: 'narrow' }).where('id', '=', session_id).execute()
  expect(await chats.find('narrow', session_id)).toBeDefined()
  const messages = await read()
  expect(messages[1]).toEqual({ ...messages[1], content: expect.stringContaining('rights have changed') })
  expect(messages[1]!.answer).toBeUndefined()
  expect(JSON.stringify(messages)).not.toContain('There is 1 salary')
  // A count of rows that are hidden now, values that are masked now, readings of a table that is hidden now.
  for (const number of [3, 5, 7, 11])
    expect([number, messages[number]!.content]).toEqual([number, expect.stringContaining('rights have changed')])
  expect(JSON.stringify(messages)).not.toMatch(/3 customers|@example\.com|FROM salaries/)
  expect(messages[9]!.answer).toMatchObject({ status: 'answered' })
  const found = async (q: string) =>
    (await door.json<{ id: string }[]>('narrow', 'GET', `/api/chat/sessions?q=${q}`)).body.map(({ id }) => id)
  expect(await found('by%20email')).toEqual([session_id])
  for (const told of ['There%20are%203', '%40example.com', 'There%20is%201']) expect(await found(told)).toEqual([])
})

test('what a row holds is text in a message, never a link, a picture or a tag', async () => {
  await door.shop.sql(`INSERT INTO customers (id, name) VALUES (50, '![x](http://evil.example/p.png) <img src=x> [y](javascript:1)')`)
  const { body } = await door.json('ben', 'POST', '/api/chat/message', { message: 'list customers', datasource: 'shop' })
  expect(body.message).toContain('evil.example')
  expect(body.message).not.toMatch(/(?<!\\)\]\(|(?<!\\)<img/)
  const events = await door.stream('ben', { message: 'list customers', datasource: 'shop', events: 'all' })
  expect(events.find(({ type }) => type === 'content')!.content).not.toMatch(/(?<!\\)\]\(|(?<!\\)<img/)
  await door.shop.sql('DELETE FROM customers WHERE id = 50')
})
