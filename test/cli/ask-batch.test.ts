import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { type Place, place, run } from './run.ts'

let here: Place
let school: string
let junk: string
beforeAll(() => {
  here = place()
  school = path.join(here.folder, 'school.sqlite')
  junk = path.join(here.folder, 'junk.db')
  fs.writeFileSync(junk, 'no database at all '.repeat(100))
  const db = new DatabaseSync(school)
  db.exec(`CREATE TABLE teacher (id INTEGER PRIMARY KEY, name TEXT, age INT, town TEXT);
    INSERT INTO teacher VALUES (1, 'Ada', 40, 'Ghent'), (2, 'Ben', 35, 'Bruges'), (3, 'Cleo', 51, 'Ghent')`)
  db.close()
})
afterAll(() => here.remove())

type Line = {
  id: unknown
  sql: string | null
  answered: boolean
  confidence: number
  ask_back?: { says: string; sql: string }[]
  rows?: unknown[][]
  error?: { code: string; message: string }
}
const told = (out: string) =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
const lines = (...rows: unknown[]) => rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('')
const batch = async (input: string, ...args: string[]) => {
  const { code, out, err } = await run(['ask', '--batch', '-', ...args], { input })
  expect([code, err]).toEqual([0, ''])
  return told(out)
}

it('answers each line in order, whatever the others are, and needs no configuration for files', async () => {
  const answers = await batch(
    lines(
      { id: 1, source: school, question: 'How many teachers are there?' },
      'SELECT 1',
      { id: 'b', source: school },
      { id: 'c', source: 7, question: 'x' },
      [],
      '',
      { id: 'd', source: path.join(here.folder, 'none.sqlite'), question: 'How many teachers are there?' },
      { id: 'e', source: school, question: '  ?' },
      { id: 'f', source: junk, question: 'How many?' },
      { id: { any: 'thing' }, source: school, question: 'How many teachers live in Ghent?' },
    ),
    '--all',
    '--rows',
    '5',
  )
  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
    [1, undefined],
    [null, 'body_unreadable'],
    ['b', 'field_missing'],
    ['c', 'field_invalid'],
    [null, 'field_invalid'],
    ['d', 'source_unknown'],
    ['e', 'question_empty'],
    ['f', 'source_unavailable'],
    [{ any: 'thing' }, undefined],
  ])
  expect(answers[0]).toMatchObject({ answered: true, rows: [[3]] })
  expect(answers[0]!.sql).toMatch(/count\(\*\)/i)
  expect(answers[8]).toMatchObject({ answered: true, rows: [[2]] })
  for (const { error, ...one } of answers) if (error) expect(one).toMatchObject({ sql: null, answered: false, confidence: 0 })
  expect(JSON.stringify(answers)).not.toContain(here.folder)
})

it('says how sure it is, and answers what it is not sure of only where it must', async () => {
  const wrong = { id: 1, source: school, question: 'Which aircraft carriers were commissioned by the emperor?' }
  const [own] = await batch(lines(wrong))
  expect(own!.answered).toBe(false)
  expect(own!.confidence).toBeLessThan(0.5)
  expect(own).not.toHaveProperty('rows')
  const [must] = await batch(lines(wrong), '--all')
  expect(must!.answered).toBe(must!.sql !== null)
  expect(must).not.toHaveProperty('ask_back')
})

it('asks a configured source as the caller', async () => {
  const [people, hidden] = await (async () => {
    const { code, out } = await run(['ask', '--config', here.config, '--batch', '-', '--all', '--rows', '3'], {
      input: lines(
        { id: 1, source: 'shop', question: 'How many people are there?' },
        { id: 2, source: 'nowhere', question: 'How many people are there?' },
      ),
    })
    expect(code).toBe(0)
    return told(out)
  })()
  expect(people).toMatchObject({ id: 1, answered: true, rows: [[3]] })
  expect(hidden!.error!.code).toBe('source_unknown')
})

it('writes into a file, and a line that is too long is told', async () => {
  const at = path.join(here.folder, 'answers.jsonl')
  const long = JSON.stringify({ id: 'long', source: school, question: 'x'.repeat(limits.bodyBytesMax) })
  const { out } = await run(['ask', '--batch', '-', '--out', at], {
    input: lines(long, { id: 2, source: school, question: 'List the names of all teachers.' }),
  })
  expect(out).toBe('')
  const answers = told(fs.readFileSync(at, 'utf8'))
  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
    [null, 'body_too_large'],
    [2, undefined],
  ])
  expect(answers[1]!.sql).toContain('name')
})

it('only reads a file, and says what it lacks', async () => {
  const before = fs.readFileSync(school)
  await batch(lines({ id: 1, source: school, question: 'Delete all teachers' }), '--all')
  expect(fs.readFileSync(school).equals(before)).toBe(true)
  expect((await run(['ask', '--batch', path.join(here.folder, 'nothing.jsonl')])).code).toBe(2)
})
