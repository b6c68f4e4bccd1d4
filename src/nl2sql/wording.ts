import { kinds, stemOf, wordsOf } from '../search/search.ts'
import { columnsIn, tableNamed } from './follow-link.ts'
import { columnOf } from './joins.ts'
import type { Scene } from './nl2sql.ts'

/** Words that say nothing of what is asked for, in any source: nothing need answer to them. */
export const idleWords: readonly string[] = 'anything something anyone anybody someone somebody ever whatsoever please actually'.split(' ')

/**
 * A question as the engine has learnt to read it: `per country` is `for each country`, and things that are asked for without saying what of them
 * (`customers from Germany`, `the cheapest product`) are asked for by their names, or whole where they have none. What has quotation marks stays.
 */
export const inLearntWords = (question: string, scene: Scene): string =>
  quote.test(question) || question.length > CHARS_MAX ? question : byName(ranked(byEach(forEach(question, scene), scene)), scene)

/** What is longer has a wording of its own. */
const CHARS_MAX = 400
const quote = /["“”‘`]/

function forEach(question: string, scene: Scene): string {
  if (!/\bper\b/i.test(question)) return question
  // `the price per night` may be what a column is called.
  return anyColumn(scene, (words) => words.includes('per'))
    ? question
    : question.replace(/(?<=\p{L}.*)\bper (?!cent\b|se\b|capita\b|annum\b)(?=\p{L})/giu, 'for each ')
}

/** `How many customers by country` counts for each country; `sorted by` does not. */
function byEach(question: string, scene: Scene): string {
  const [, start, by] =
    /^((?:how many|(?:the )?(?:number|count|total|sum|average)) .+) by (?:the )?(\p{L}+(?: \p{L}+)?)[\s?!.]*$/iu.exec(question) ?? []
  if (start === undefined || by === undefined || /\b(?:\p{L}+(?:ed|wn|de|ld)|rank|sort|order)$/iu.test(start)) return question
  const wanted = wordsOf(by).map(stemOf).join(' ')
  return anyColumn(scene, (words) => words.map(stemOf).join(' ') === wanted) ? `${start} for each ${by}?` : question
}

const top =
  /^(?:(?:list|show|give|get|find)(?: me)? |what are |which are )?(?:the )?(top|bottom) (\d+) (\p{L}[^,]*?) by (?:the |their )?((?:number|count) of )?((?:(?!\b(?:asc|desc|and|per|each|for)).)+)$/iu

/** `The top 3 countries by number of orders` are those with the most orders. */
const ranked = (question: string): string =>
  question
    .replace(/[\s?!.]+$/u, (end) => (top.test(question.slice(0, -end.length)) ? '' : end))
    .replace(top, (_, which: string, number: string, things: string, counted: string | undefined, by: string) => {
      const [high, low] = counted ? ['most', 'fewest'] : ['highest', 'lowest']
      return `What are the ${number} ${things} with the ${/^top$/i.test(which) ? high : low} ${by}?`
    })

const anyColumn = (scene: Scene, fits: (words: readonly string[]) => boolean): boolean =>
  scene.index.tables.some((_, table) => columnsIn(scene, table).some((column) => fits(wordsOf(columnOf(scene.index, column).name))))

const lead =
  /^(?:please )?(?:(?:list|show|display|give|get|find)(?: me| us)?|what are|what is|who are|who is)? ?(?:all )?(?:of )?(?:the |our )?/i
const superlative = '(?:most|least) \\p{L}+|\\p{L}{3,}est'
const kind = new RegExp(`^((?:\\d+ )?)((?:(?:${superlative}) )?)(.+)$`, 'iu')
/** What is asked for with `which`, and the same without. */
const asked: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`^which ((?:\\d+ )?)(.+?) (?:is|are) the (${superlative})$`, 'iu'), 'the $1$3 $2'],
  [/^which (.+?) (?:has|have) no (.+)$/iu, 'the $1 without $2'],
  [/^which (.+?) (?:has|have) (the (?:most|fewest|least|\p{L}{3,}est) .+)$/iu, 'the $1 with $2'],
  [/^which (.+?) ((?:have |has )?never \p{L}+(?: anything)?)$/iu, 'the $1 who $2'],
]
const never = /^(?:who|that|which) (?:(?:have |has )?never|did not|didn't|have not|haven't) (\p{L}+)(?: anything)?$/iu
const after =
  /^(?:$|(?:from|in|of|with|without|who|whose|that|which|more|less|cheaper|dearer|older|younger|over|under|above|below|costing|living|based|located)\b(?!.*\b(?:per|each|every)\b))/i

/** `What are the names of` what was asked for; as it is where something else is asked for. */
function byName(question: string, scene: Scene): string {
  const bare = question.replace(/[\s?!.]+$/u, '')
  const [form, plain] = asked.find(([form]) => form.test(bare)) ?? []
  const said = form ? bare.replace(form, plain!) : bare
  const rest = said.slice(lead.exec(said)?.[0].length ?? 0)
  const [, number = '', most = '', whole] = kind.exec(rest) ?? []
  // What is newest is so by a date, which is no matter of names.
  const words = /^(?:new|lat|old|young|earli)est /i.test(most) || whole === undefined ? [] : whole.split(' ')
  for (let many = 1; many <= Math.min(3, words.length); many++) {
    const thing = words.slice(0, many).join(' ')
    const then = words.slice(many).join(' ')
    if (!/^[\p{L} _-]+$/u.test(thing) || !after.test(then)) continue
    const table = tableNamed(thing, { scene, near: [] })
    if (table < 0) continue
    const things = thingsOf({ number, most, thing, then }, table, scene)
    const name = nameOf(table, scene)
    if (name === undefined)
      return most !== '' || /^with the \p{L}*(?:est|most)\b/iu.test(then) ? question : `Show all information about the ${things}.`
    return `${/s$/i.test(thing) ? `What are the ${name}s` : `What is the ${name}`} of the ${things}?`
  }
  return question
}

type Things = Readonly<{ number: string; most: string; thing: string; then: string }>

/** What is dear or cheap is so by its price, where it has one, and not by what it costs its seller. */
function thingsOf({ number, most, thing, then }: Things, table: number, scene: Scene): string {
  const none = tableNamed(never.exec(then)?.[1] ?? '', { scene, near: [] })
  if (none >= 0) return `${number}${most}${thing} without ${wordsOf(scene.index.tables[none]!.name).join(' ')}`
  const end = then === '' ? '' : ` ${then.replace(/^with (?=(?:more|less|fewer) than \d)/i, 'that have ')}`
  const price = /^(?:most expensive|dearest|priciest) $/i.test(most)
    ? 'highest'
    : /^(?:cheapest|least expensive) $/i.test(most)
      ? 'lowest'
      : ''
  const priced = price !== '' && columnsIn(scene, table).some((column) => wordsOf(columnOf(scene.index, column).name).includes('price'))
  return priced ? `${number}${thing} with the ${price} price${end}` : `${number}${most}${thing}${end}`
}

/** What people call the things of a table by: `name` or `title`, also `club_name` of `clubs`. */
function nameOf(table: number, scene: Scene): string | undefined {
  const own = wordsOf(scene.index.tables[table]!.name).map(stemOf)
  const called = columnsIn(scene, table).flatMap((column) => {
    if (scene.index.kind[column] !== kinds.text) return []
    const words = wordsOf(columnOf(scene.index, column).name)
    const last = words.at(-1)
    return (last === 'name' || last === 'title') && words.slice(0, -1).every((word) => own.includes(stemOf(word))) ? [last] : []
  })
  return called[0]
}
