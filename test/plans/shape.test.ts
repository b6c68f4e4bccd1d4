import { expect, test } from 'vitest'
import { plans } from '../../src/plans.ts'
import type { Prepared } from '../../src/prepare.ts'
import { shapeOf } from '../../src/shape.ts'

const made: string[] = []
/** Stands for reading and printing: keeps the text, or does to it what a case asks for. */
const make =
  (change: (text: string) => string) =>
  async (text: string): Promise<Prepared> => {
    made.push(text)
    const sql = change(text)
    return { kind: 'read', sql, shown: sql, tables: [], policies: [], masked: [], params: 0, secrets: [] }
  }
const run = async (texts: readonly string[], change: (text: string) => string = (text) => text) => {
  made.length = 0
  const memory = plans()
  const answers: string[] = []
  for (const text of texts) answers.push((await memory.through('c', text, make(change))).sql)
  return answers
}

test('statements that differ in compared numbers are prepared once and run with their own', async () => {
  const texts = ['SELECT a FROM t WHERE id = 7', 'SELECT a FROM t WHERE id = 12', 'SELECT a FROM t WHERE id = 999999999']
  expect(await run(texts)).toEqual(texts)
  expect(made).toHaveLength(1)
})

test.each([
  ['SELECT a FROM t LIMIT 7', 'a limit'],
  ['SELECT a FROM t ORDER BY 2', 'a position'],
  ['SELECT f(a => 7)', 'a named argument'],
  ["SELECT a FROM t WHERE b = '= 7'", 'a string'],
  ['SELECT a FROM t WHERE b = "= 7"', 'a quoted name'],
  ['SELECT a FROM t WHERE b = 7.5', 'a decimal'],
  ['SELECT a FROM t WHERE b = 7e3', 'a float'],
  ['SELECT a FROM t WHERE b = 007', 'a number with leading zeros'],
  ['SELECT a FROM t WHERE b = 10000000000', 'a number of another type'],
  ['SELECT [a = 7] FROM t WHERE b = 7', 'a bracketed name'],
  ['SELECT a FROM t WHERE b = 7 -- x', 'a comment'],
  ['SELECT a FROM t WHERE b = 7 /* x */', 'a comment of the other kind'],
  ['SELECT a FROM t WHERE b = $1 AND c = 7', 'a placeholder'],
  ["SELECT a FROM t WHERE b = E'\\'' AND c = 7", 'a backslash'],
])('%s has no shape: %s', (text) => expect(shapeOf(text)).toBeUndefined())

test('a print that changes, loses or repeats a number is not filled', async () => {
  const texts = ['SELECT a FROM t WHERE id = 7', 'SELECT a FROM t WHERE id = 8']
  for (const change of [
    (text: string) => text.replace(/= (\d+)/, '= -$1.0'),
    (text: string) => text.replace(/= \d+/, 'IS NULL'),
    (text: string) => text.replace(/= (\d+)/, '= $1 OR b = $1'),
    (text: string) => text.replace(/= (\d+)/, '= 1$1'),
  ]) {
    expect(await run(texts, change)).toEqual(texts.map(change))
    expect(made.slice(1)).toEqual(texts)
  }
})

test('a refusal names the caller\u2019s own text', async () => {
  const memory = plans()
  const refuse = async (text: string): Promise<Prepared> => {
    throw new Error(text)
  }
  await expect(memory.through('c', 'SELECT a FROM t WHERE id = 7', refuse)).rejects.toThrow('id = 7')
})

test('contexts do not share plans', async () => {
  const memory = plans()
  const text = 'SELECT a FROM t WHERE id = 7'
  expect(
    (
      await memory.through(
        'one',
        text,
        make((sql) => `${sql} /* one */`),
      )
    ).sql,
  ).toContain('one')
  expect(
    (
      await memory.through(
        'two',
        text,
        make((sql) => `${sql} /* two */`),
      )
    ).sql,
  ).toContain('two')
})
