import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from './run.ts'

let folder: string
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-eval-'))
  fs.mkdirSync(path.join(folder, 'database'))
  const db = new DatabaseSync(path.join(folder, 'database', 'school.sqlite'))
  db.exec(`CREATE TABLE teacher (id INTEGER PRIMARY KEY, name TEXT, age INT);
    INSERT INTO teacher VALUES (1, 'Ada', 40), (2, 'Ben', 35), (3, 'Cleo', 51)`)
  db.close()
  const questions = [
    { id: 'count', source: 'school', question: 'How many teachers are there?', sql: 'SELECT count(*) FROM teacher' },
    { id: 'names', source: 'school', question: 'List the names of all teachers.', sql: 'SELECT name FROM teacher' },
  ]
  fs.writeFileSync(path.join(folder, 'mine.json'), JSON.stringify(questions))
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

const measured = async (...args: string[]) => {
  const { code, out, err } = await run(['eval', 'ask', '--data', folder, '--unanswerable', '0', ...args])
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as { questions: number; right: number; answered: { share: number }; oracle?: Record<string, number> }
}

it('measures the engine that is shipped', async () => {
  expect(await measured('--json', '--oracle')).toMatchObject({ questions: 2, right: 1, oracle: { 60: 1 } })
})

it('measures what another has written, and keeps what went wrong', async () => {
  const answers = path.join(folder, 'answers.txt')
  const errors = path.join(folder, 'errors.txt')
  fs.writeFileSync(answers, '{"id": "count", "sql": "SELECT 3"}\n{"id": "names", "sql": "SELECT age FROM teacher"}\n')
  expect(await measured('--json', '--answers', answers, '--errors', errors)).toMatchObject({
    questions: 2,
    right: 0.5,
    answered: { share: 1 },
  })
  const [line, ...rest] = fs.readFileSync(errors, 'utf8').trim().split('\n')
  expect(rest).toEqual([])
  expect(JSON.parse(line!)).toMatchObject({ id: 'names', gold: 'SELECT name FROM teacher', sql: 'SELECT age FROM teacher' })
})

it.each([
  [[], 'needs --data'],
  [['--data', '/nowhere'], 'no folder database'],
  [['--mode', 'client'], '--answers go together'],
  [['--mode', 'standalone', '--split', '2'], 'the only one that learns'],
])('%j is no measuring', async (args, said) => {
  const data = args.length === 0 || args.includes('--data') ? [] : ['--data', folder]
  const { code, err } = await run(['eval', 'ask', ...data, ...args])
  expect(code).toBe(2)
  expect(err).toContain(said)
})
