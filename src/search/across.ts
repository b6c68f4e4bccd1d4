import type { Cut, Scope } from './evidence.ts'
import { columnsWith, hashOf, type SearchIndex } from './index.ts'
import { match } from './match.ts'
import { type Nearness, standsOut } from './nearness.ts'
import { readQuestion } from './question.ts'
import { judged, type Model, scopeFor } from './rank.ts'
import { type Looked, type Rarity, sourceSigns } from './source-signs.ts'

/** A source as one caller sees it. */
export type Within = Readonly<{ index: SearchIndex; cut?: Cut | undefined; near?: Nearness | undefined }>

/** The sources that are worth a closer look, by their place in the list, with what tells them apart. */
export type Across = Readonly<{ places: readonly number[]; looked: readonly Looked[]; signs: Float32Array }>

const CLOSELY_MAX = 8

/** What one source has of a question, cheaply: 1 for what it has by letters, less for what is near. `names` are of tables. */
type Glance = Readonly<{ terms: Float32Array; names: Float32Array; spans: Uint8Array }>

/** Looks for a question in several sources: a glance at each, and closely at the most promising. */
export function lookAcross(text: string, sources: readonly Within[], model: Omit<Model, 'sources'>): Across {
  const glances = sources.map(({ index, cut }) => glance(text, index, cut))
  const rarity = rarityOf(glances)
  const lexicon = sources[0]?.index.lexicon
  const question = lexicon && readQuestion(text, lexicon)
  const weights = question?.terms.map(({ weight }) => weight) ?? []
  const marked = question?.spans.map((span) => span.marked) ?? []
  const points = glances.map((one) => promise(one, rarity, weights, marked))
  const nearestOf = (place: number) => bestOf(sources[place]!.near)
  const places = [...points.keys()].sort((a, b) => points[b]! - points[a]! || nearestOf(b) - nearestOf(a) || a - b).slice(0, CLOSELY_MAX)
  const looked = places.map((place) => {
    const { index, cut, near } = sources[place]!
    return lookedAt(scopeFor(text, index, cut, near), model, near)
  })
  return { places, looked, signs: sourceSigns(looked, rarity) }
}

/** The nearest that a source has; 0 where nothing is known of nearness. */
export const bestOf = (near: Nearness | undefined): number => (near ? Math.max(0, ...near.tables.values(), ...near.columns.values()) : 0)

/** A scope with the odds of what is in it. */
export function lookedAt(scope: Scope, model: Omit<Model, 'sources'>, near?: Nearness): Looked {
  const odds = judged(scope, model)
  return near ? { scope, odds, near: { out: standsOut(scope, near), weight: near.weight } } : { scope, odds }
}

/** A first glance at one source, for which no table is looked at closely. */
function glance(text: string, index: SearchIndex, cut?: Cut): Glance {
  const question = readQuestion(text, index.lexicon)
  const matched = match(question, index)
  const terms = new Float32Array(question.terms.length)
  const names = new Float32Array(question.terms.length)
  const held = (starts: Uint32Array, word: number) => starts[word + 1]! > starts[word]!
  question.terms.forEach((_, q) => {
    for (const word of matched.touched[q]!) {
      const fit = matched.mix[q * matched.words + word]!
      if (fit > terms[q]! && wordSeen(index, word, cut)) terms[q] = fit
      if (fit > names[q]! && held(index.wordTables.starts, word) && tableSeen(index, word, cut)) names[q] = fit
    }
  })
  const spans = Uint8Array.from(question.spans, ({ key }) => {
    let found = 0
    columnsWith(index, hashOf(key), (column) => {
      if (!cut || (cut.columns[column] === 1 && cut.values[column] === 1)) found = 1
    })
    return found
  })
  return { terms, names, spans }
}

function tableSeen({ wordTables }: SearchIndex, word: number, cut: Cut | undefined): boolean {
  if (!cut) return true
  for (let i = wordTables.starts[word]!; i < wordTables.starts[word + 1]!; i++) if (cut.tables[wordTables.items[i]!] === 1) return true
  return false
}

function wordSeen(index: SearchIndex, word: number, cut: Cut | undefined): boolean {
  if (!cut || tableSeen(index, word, cut)) return true
  const { starts, items } = index.wordColumns
  for (let i = starts[word]!; i < starts[word + 1]!; i++) if (cut.columns[items[i]!] === 1) return true
  return false
}

/** How rare terms and spans are, from a glance at every source. */
function rarityOf(glances: readonly Glance[]): Rarity {
  const all = glances.length
  const rare = (count: number) => Math.log((all + 1) / (count + 0.5))
  const terms = Float32Array.from(glances[0]?.terms ?? [], (_, q) => rare(glances.filter((one) => one.terms[q]! >= 0.8).length))
  const spans = Float32Array.from(glances[0]?.spans ?? [], (_, s) => rare(glances.filter((one) => one.spans[s] === 1).length))
  return { terms, spans }
}

/** How promising a glance is: which sources are worth a closer look. */
function promise({ terms, names, spans }: Glance, rarity: Rarity, weights: readonly number[], marked: readonly number[]): number {
  let sum = 0
  terms.forEach((fit, q) => {
    sum += (0.2 + weights[q]!) * rarity.terms[q]! * (fit ** 2 + 0.5 * names[q]! ** 2)
  })
  spans.forEach((held, s) => {
    sum += held * rarity.spans[s]! * [0.15, 0.3, 0.7, 0.9][marked[s]!]!
  })
  return sum
}
