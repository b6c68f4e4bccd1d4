import { measureWords, singular, type Thing } from './suggest-things.ts'

/** A question that can be asked, and how likely somebody wants to; `about` is the place of its table. */
export type Suggested = Readonly<{ question: string; worth: number; about: number }>

/** Questions that the tables of a caller can answer, the usual ones first for each. */
export function questionsOf(things: readonly Thing[]): readonly Suggested[] {
  const byTable = new Map(things.map((thing) => [thing.table, thing]))
  return things.flatMap((thing, place) =>
    ofThing(thing, byTable).map((one) => ({ ...one, about: thing.table, worth: one.worth - 0.02 * Math.min(place, 20) })),
  )
}

type Plain = Omit<Suggested, 'about'>

function ofThing(thing: Thing, byTable: ReadonlyMap<number, Thing>): readonly Plain[] {
  const { many, kinds, dates, numbers, flags, name, under } = thing
  const out: Plain[] = [{ question: `How many ${many} are there?`, worth: 1 }]
  const add = (question: string, worth: number) => out.push({ question, worth })
  kinds.forEach(({ words }, i) => {
    const kind = ownKind(words, thing)
    add(`How many ${many} are there for each ${kind}?`, 0.98 - 0.04 * i)
    add(`Which ${kind} has the most ${many}?`, 0.8 - 0.04 * i)
  })
  if (dates.length > 0) {
    add(`How many ${many} by month?`, 0.95)
    add(`How many ${many} last month?`, 0.75)
    add(`How many ${many} this year?`, 0.7)
    add(`Show the 10 latest ${many}`, 0.6)
  }
  numbers.slice(0, 4).forEach((number, i) => {
    const measure = measureWords(number)
    if (name) add(`Show the 5 ${many} with the highest ${measure}`, 0.92 - 0.05 * i)
    add(`What is the average ${measure} of ${many}?`, 0.85 - 0.05 * i)
    if (/total|amount|price|cost|quantity|revenue|sales|salary|budget|stock|value/.test(number.words))
      add(`What is the total ${measure.replace(/^total /, '')} of ${many}?`.replace('total total', 'total'), 0.78 - 0.05 * i)
    const [kind] = kinds
    if (kind) add(`What is the average ${measure} of ${many} for each ${ownKind(kind.words, thing)}?`, 0.82 - 0.05 * i)
  })
  if (name) {
    for (const other of under.slice(0, 3)) {
      const others = byTable.get(other)
      if (!others) continue
      add(`Which ${thing.one} has the most ${others.many}?`, 0.9)
      add(`Which ${many} have no ${others.many}?`, 0.72)
      add(`Show the 5 ${many} with the most ${others.many}`, 0.74)
    }
  }
  for (const flag of flags.slice(0, 2)) add(`How many ${many} are ${flag.words.replace(/^is /, '')}?`, 0.55)
  add(`Show all ${many}`, 0.5)
  return out
}

/** `product category` of products is their category. */
const ownKind = (words: string, { one }: Thing): string => {
  const own = words.startsWith(`${one} `) ? words.slice(one.length + 1) : words
  return singular(own)
}

/** What kind of question it is: by what is asked of the rows. */
const shapeOf = (question: string): string =>
  /by month|last month|this year|for each|highest|average|total|the most|have no|latest|are there/.exec(question)?.[0] ?? ''

/** Questions to begin with: the most useful first, no two of a kind about one table next to each other, and of every table before a second of one. */
export function startingQuestions(all: readonly Suggested[], limit: number): readonly string[] {
  const left = [...all].sort((a, b) => b.worth - a.worth || (a.question < b.question ? -1 : 1))
  const asked = new Map<number, number>()
  const shapes = new Map<string, number>()
  const chosen: string[] = []
  while (chosen.length < limit && left.length > 0) {
    let best = 0
    let most = -Infinity
    left.forEach(({ question, worth, about }, i) => {
      const points = worth - 0.2 * (asked.get(about) ?? 0) - 0.4 * (shapes.get(shapeOf(question)) ?? 0)
      if (points > most) {
        most = points
        best = i
      }
    })
    const [one] = left.splice(best, 1)
    asked.set(one!.about, (asked.get(one!.about) ?? 0) + 1)
    shapes.set(shapeOf(one!.question), (shapes.get(shapeOf(one!.question)) ?? 0) + 1)
    chosen.push(one!.question)
  }
  return chosen
}
