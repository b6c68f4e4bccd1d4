import type { Linked } from './link.ts'

/** How many figures a question as a whole gives to those who ask whether it can be answered here. */
export const DOUBTS = 20

/** What of a question the source does not answer to: figures of doubt, and the words themselves. */
export type Doubts = Readonly<{ figures: Float32Array; unlinked: readonly string[] }>

/** A word that something in the source answers to at least so well is linked. */
const LINKED_MIN = 0.45
const UNLINKED_MAX = 8

/**
 * Holds every telling word of a question against the source. `harmless` are words that questions are made of: they point at nothing in any source
 * (`please`, `together`) and cast no doubt.
 */
export function doubtsOf(linked: Linked, harmless: ReadonlySet<string>): Doubts {
  const { tokens, mentions, odds, scope } = linked
  const telling = tellingOf(linked).filter(({ word }) => !harmless.has(word))
  const lost = telling.filter(({ best }) => best < LINKED_MIN)
  const lack = telling.map(({ best, weight }) => weight * (1 - best))
  const sum = (some: readonly number[]) => some.reduce((a, b) => a + b, 0)
  const most = (some: readonly number[]) => some.reduce((a, b) => Math.max(a, b), 0)
  const tables = [...odds.tables].sort((a, b) => b - a)
  const columns = [...odds.columns].sort((a, b) => b - a)
  const [head, next] = telling
  const quoted = mentions.filter(({ quoted, capital, kind }) => kind === 'text' && (quoted || capital))
  const named = [...linked.topTable].reduce((a, b) => Math.max(a, b), 0)
  const figures = [
    telling.length,
    lost.length,
    lost.length / Math.max(1, telling.length),
    sum(lack),
    most(lack),
    sum(lack) / Math.max(1e-6, sum(telling.map(({ weight }) => weight))),
    head ? head.best : 1,
    head ? head.weight * (1 - head.best) : 0,
    next ? next.best : 1,
    most(lost.map(({ weight }) => weight)),
    named,
    head ? head.bestTable : 1,
    tables[0] ?? -9,
    tables[1] ?? -9,
    columns[0] ?? -9,
    columns[1] ?? -9,
    columns[2] ?? -9,
    quoted.filter(({ hits }) => hits.size === 0).length,
    quoted.filter(({ hits }) => hits.size > 0).length,
    scope.tables.length / Math.max(1, tokens.length),
  ]
  const unlinked = [...new Set(lost.sort((a, b) => b.weight - a.weight).map(({ raw }) => raw))].slice(0, UNLINKED_MAX)
  return { figures: Float32Array.from(figures), unlinked }
}

/** Words that nothing in the source answers to, in lower case. What is unlinked in the questions of many sources is harmless. */
export const unlinkedWords = (linked: Linked): readonly string[] =>
  tellingOf(linked)
    .filter(({ best }) => best < LINKED_MIN)
    .map(({ word }) => word)

type Telling = Readonly<{ word: string; raw: string; best: number; bestTable: number; weight: number }>

function tellingOf({ tokens, top, topTable, mentions, scope }: Linked): readonly Telling[] {
  return tokens.flatMap(({ word, raw, terms }, i): Telling[] => {
    if (terms.length === 0 || /^\d/.test(word)) return []
    if (mentions.some(({ from, to, kind, best, hits }) => i >= from && i < to && (kind !== 'text' || (hits.size > 0 && best >= 0.5))))
      return []
    const weight = terms.reduce((most, q) => Math.max(most, scope.question.terms[q]!.weight), 0)
    return weight === 0 ? [] : [{ word, raw, best: Math.max(top[i]!, topTable[i]!), bestTable: topTable[i]!, weight }]
  })
}
