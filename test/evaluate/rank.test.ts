import { beforeAll, expect, test } from 'vitest'
import type { Group } from '../../src/evaluate/ask-groups.ts'
import { curveOf, trainRanking } from '../../src/evaluate/ask-rank.ts'
import { randomOf } from '../../src/evaluate/fit.ts'
import { DOUBTS } from '../../src/nl2sql/doubts.ts'
import {
  type Candidate,
  judgeWith,
  type Outcome,
  orderCandidates,
  packRanking,
  type Ranking,
  type Reading,
  unpackRanking,
} from '../../src/nl2sql/nl2sql.ts'
import { chanceAt } from '../../src/nl2sql/rank.ts'

const query = { select: [], distinct: false, tables: [0], where: [], whereAny: false, group: [], having: [], order: [] }

const candidate = (sql: string, signs: readonly number[]): Candidate => ({
  query,
  sql,
  says: '',
  score: 0,
  used: [],
  signs: Float32Array.from(signs),
})
const outcome = (digest: string, rows = 1): Outcome => ({ columns: 1, rows, digest, allNull: false })
const failed: Outcome = { columns: 0, rows: 0, digest: '', allNull: false, failed: 'source_failed' }
const reading = (candidates: readonly Candidate[], doubt = 0, intent: Reading['intent'] = 'read'): Reading => ({
  language: 'en',
  intent,
  understood: 'what is asked',
  unlinked: [],
  doubts: new Float32Array(DOUBTS).fill(doubt),
  candidates,
})

/** The first sign tells the right one of five; where there is doubt none is right. */
function made(seed: number): Group {
  const random = randomOf(seed)
  const answerable = seed % 3 !== 0
  const place = Math.floor(random() * 5)
  const candidates = [0, 1, 2, 3, 4].map((i) => candidate(`SELECT ${i}`, [answerable && i === place ? 1 : 0, random(), random()]))
  return {
    asked: { id: `${seed}`, database: `db${seed % 8}`, question: '', sql: '', synonyms: false },
    reading: reading(candidates, answerable ? 0 : 1),
    outcomes: candidates.map(({ sql }) => outcome(sql)),
    right: Uint8Array.from(candidates, (_, i) => (answerable && i === place ? 1 : 0)),
    answerable,
  }
}

let ranking: Ranking
beforeAll(() => {
  ranking = trainRanking(
    Array.from({ length: 480 }, (_, i) => made(i + 1)),
    new Set(['please', 'together']),
  )
})

test('what tells the right one is learnt, and survives being written', () => {
  const candidates = [candidate('a', [0, 0.9, 0.1]), candidate('b', [1, 0.1, 0.9]), candidate('c', [0, 0.5, 0.5])]
  // As it is read from a file: a part of a greater piece of memory.
  const read = unpackRanking(Buffer.concat([Buffer.alloc(12), packRanking(ranking)]).subarray(12))
  for (const one of [ranking, read]) expect(orderCandidates(candidates, one)[0]!.sql).toBe('b')
  expect([...read.harmless]).toEqual(['please', 'together'])
  expect(read.curve).toEqual(ranking.curve)
  const outcomes = candidates.map(({ sql }) => outcome(sql))
  expect(judgeWith(reading(candidates), outcomes, read)).toEqual(judgeWith(reading(candidates), outcomes, ranking))
})

test('a clear reading is an answer; where there is doubt it is none', () => {
  const candidates = [
    candidate('b', [1, 0.1, 0.9]),
    candidate('a', [0, 0.9, 0.1]),
    candidate('c', [0, 0.5, 0.5]),
    candidate('d', [0, 0.5, 0.5]),
    candidate('e', [0, 0.2, 0.5]),
  ]
  const outcomes = candidates.map(({ sql }) => outcome(sql))
  const sure = judgeWith(reading(candidates), outcomes, ranking)
  expect(sure).toMatchObject({ status: 'answered', best: { sql: 'b' } })
  expect(sure.confidence).toBeGreaterThan(0.8)
  const doubtful = judgeWith(
    reading(
      candidates.map(({ sql }) => candidate(sql, [0, 0.5, 0.5])),
      1,
    ),
    outcomes,
    ranking,
  )
  expect(doubtful.status).not.toBe('answered')
  expect(doubtful.confidence).toBeLessThan(0.3)
})

test('what failed is never chosen, and what is no question is not answered', () => {
  const candidates = [candidate('b', [1, 0.1, 0.9]), candidate('a', [0, 0.9, 0.1])]
  expect(judgeWith(reading(candidates), [failed, outcome('x')], ranking).best!.sql).toBe('a')
  expect(judgeWith(reading(candidates), [failed, failed], ranking)).toMatchObject({ status: 'refused', confidence: 0 })
  expect(judgeWith(reading([]), [], ranking)).toMatchObject({ status: 'refused', confidence: 0, choices: [] })
  expect(judgeWith(reading(candidates, 0, 'write'), [outcome('x'), outcome('y')], ranking).status).toBe('refused')
})

test('without a ranking, and before anything is run, the likeliest is proposed', () => {
  const candidates = [candidate('a', [0, 0, 0]), { ...candidate('b', [0, 0, 0]), score: 2 }]
  expect(orderCandidates(candidates, undefined)[0]!.sql).toBe('b')
  expect(judgeWith(reading(orderCandidates(candidates, undefined)), [], undefined).best!.sql).toBe('b')
  expect(judgeWith(reading(candidates), [], ranking).status).not.toBe('answered')
})

test('bytes of another kind are refused', () => {
  expect(() => unpackRanking(new Uint8Array(8))).toThrow('version')
  expect(() => unpackRanking(packRanking(ranking).subarray(0, 400))).toThrow()
  const other = packRanking(ranking)
  other[0]! ^= 1
  expect(() => unpackRanking(other)).toThrow('version')
})

test('confidence rises with the odds and is what was so often right', () => {
  const random = randomOf(5)
  const judged = Array.from({ length: 4_000 }, () => {
    const odds = 8 * random() - 4
    return { odds, right: random() < 1 / (1 + Math.exp(-odds)) ? 1 : 0, answerable: true }
  })
  const curve = curveOf(judged)
  const points = [-9, -3, -1, 0, 1, 3, 9].map((odds) => chanceAt(curve, odds))
  expect(points).toEqual([...points].sort((a, b) => a - b))
  expect(chanceAt(curve, 0)).toBeGreaterThan(0.4)
  expect(chanceAt(curve, 0)).toBeLessThan(0.6)
  expect(chanceAt(curve, 3)).toBeGreaterThan(0.88)
  expect(chanceAt(curve, -3)).toBeLessThan(0.12)
})
