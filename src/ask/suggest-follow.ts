import { followUp, type Query, type Scene } from '../nl2sql/nl2sql.ts'
import { readPhrase } from '../phrase/phrase.ts'
import type { Thing } from './suggest-things.ts'
import { measureWords } from './suggest-things.ts'

/** What an answer came to, as far as what to ask next depends on it. */
export type Shape = Readonly<{ rows: number; truncated: boolean }>

const OFFERED_MAX = 4

/**
 * Turns that go on from a query, at most four, the most telling first. Each has been read as a turn already, so that none is offered that would
 * not be understood.
 */
export function followUps(query: Query, { rows, truncated }: Shape, scene: Scene, things: readonly Thing[]): readonly string[] {
  if (query.combine) return []
  const thing = things.find(({ table }) => table === query.tables[0])
  if (!thing) return []
  const measures = query.select.filter(({ aggregate }) => aggregate !== undefined)
  const grouped = query.group.length > 0
  const figure = measures.length === query.select.length && !grouped
  const used = new Set([
    ...query.group,
    ...query.where.map(({ left }) => left.column),
    ...query.select.filter(({ aggregate }) => !aggregate).map(({ column }) => column),
  ])
  const kinds = thing.kinds.filter(({ place }) => !used.has(place))
  const wishes: string[] = []
  if (figure) {
    if (kinds[0]) wishes.push(`and by ${kinds[0].words}`)
    if (thing.dates.length > 0) wishes.push('and by month')
    wishes.push(...values(query, scene).map((value) => `what about ${value}`))
    if (thing.name && measures.length === 1 && measures[0]!.aggregate === 'count' && query.where.length > 0)
      wishes.push('who are they?', 'show them')
    if (kinds[1]) wishes.push(`by ${kinds[1].words}`)
  } else if (grouped) {
    if (rows > 5 && measures.length > 0) wishes.push('only the top 5')
    if (query.order.length > 0 && rows > 1) wishes.push('the other way round')
    if (kinds[0]) wishes.push(`by ${kinds[0].words} instead`)
    if (thing.dates.length > 0 && !query.select.some(({ part }) => part)) wishes.push('by month instead')
    if (thing.dates.length > 0) wishes.push('only this year')
  } else {
    if (rows > 1 || truncated) wishes.push('how many are there?')
    if (kinds[0]) wishes.push(`by ${kinds[0].words}`)
    const number = thing.numbers.find(({ place }) => !query.order.some(({ item }) => item.column === place))
    if (number && rows > 1) wishes.push(`sort by ${measureWords(number)} descending`)
    if (query.order.length > 0 && rows > 1) wishes.push('the other way round')
    wishes.push(...values(query, scene).map((value) => `what about ${value}`))
    if (kinds[1]) wishes.push(`and their ${kinds[1].words}`)
  }
  const known = new Set<string>()
  return wishes
    .filter((wish) => {
      const followed = followUp(readPhrase(wish, scene.today), { ...scene, before: query })
      const said = followed && JSON.stringify(followed.query)
      if (said === undefined || known.has(said)) return false
      known.add(said)
      return true
    })
    .slice(0, OFFERED_MAX)
}

/** Another value of the column that is asked for. */
function values(query: Query, { values: index }: Scene): readonly string[] {
  const condition = query.where.find(({ operator, left, right }) => operator === '=' && left.column >= 0 && Array.isArray(right))
  if (!condition || !index) return []
  const own = (condition.right as readonly { text: string }[])[0]?.text.toLowerCase()
  const other = index.valuesOf(condition.left.column).find((value) => value.toLowerCase() !== own && /^\p{Lu}[\p{L} ]{2,24}$/u.test(value))
  return other === undefined ? [] : [other]
}
