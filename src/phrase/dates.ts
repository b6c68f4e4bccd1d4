import { dateOf, dayOf, isDate, isoWeek, moved, partsOf, type Range, startOf, textOf, type Unit, whole } from './calendar.ts'

/**
 * A time that a question names. `from` and `to` are places in the gloss, and `text` what stands there, with the word that leads it in (`since`).
 * `range` is half-open; `unit` is how fine it was said. `year` alone may just as well be meant for a column that holds nothing but years.
 */
export type DateSpan = Readonly<{ text: string; from: number; to: number; unit: Unit; range: Range }>

/** A unit of time that a question groups by: `by month`, `per week`, `monthly`. */
export type Grain = Readonly<{ text: string; from: number; to: number; part: 'year' | 'quarter' | 'month' | 'week' | 'day' | 'weekday' }>

type Point = Readonly<{ days: readonly [number, number]; unit: Unit; end: number; needsLead?: boolean }>

const monthNames = 'january february march april may june july august september october november december'.split(' ')
const weekdays = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ')
const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const unit = '(days?|weeks?|months?|quarters?|half[- ]years?|years?)'
const year = '((?:1[5-9]|20|21)\\d\\d)'

const monthOf = (name: string): number => monthNames.findIndex((one) => one.startsWith(name.toLowerCase().replace('.', '').slice(0, 3))) + 1
const unitOf = (word: string): Unit => (/^half/i.test(word) ? 'half' : (word.toLowerCase().replace(/s$/, '') as Unit))
const ordinals: Readonly<Record<string, number>> = {
  first: 1,
  '1st': 1,
  second: 2,
  '2nd': 2,
  third: 3,
  '3rd': 3,
  fourth: 4,
  '4th': 4,
  last: 4,
}

type Reader = Readonly<{ shape: RegExp; read: (match: RegExpExecArray, today: number) => Omit<Point, 'end'> | undefined }>

const reader = (shape: string, read: Reader['read']): Reader => ({ shape: new RegExp(`(?:${shape})(?![\\p{L}\\p{N}])`, 'iuy'), read })
const one = (unit: Unit, day: number, away = 0) => ({ days: whole(unit, day, away), unit })
const theDay = (year: number, month: number, day: number) =>
  isDate(year, month, day) ? { days: whole('day', dateOf(year, month, day)), unit: 'day' as const } : undefined

/** The newest such month that has begun. */
const pastMonth = (month: number, today: number) => {
  const now = partsOf(today)
  return whole('month', dateOf(month <= now.month ? now.year : now.year - 1, month, 1))
}
const quarterOf = (quarter: number, year: number | undefined, today: number) => {
  const now = partsOf(today)
  const own = year ?? (dateOf(now.year, 3 * quarter - 2, 1) <= today ? now.year : now.year - 1)
  return { days: whole('quarter', dateOf(own, 3 * quarter - 2, 1)), unit: 'quarter' as const }
}
const halfOf = (half: number, year: number | undefined, today: number) => {
  const now = partsOf(today)
  const own = year ?? (dateOf(now.year, 6 * half - 5, 1) <= today ? now.year : now.year - 1)
  return { days: whole('half', dateOf(own, 6 * half - 5, 1)), unit: 'half' as const }
}
const maybe = (text: string | undefined) => (text === undefined ? undefined : Number(text))
/** `05/03/2024` is the month first, as in America, unless only the other way is a date. */
const slashed = (a: number, b: number, year: number) => theDay(year, a, b) ?? theDay(year, b, a)

const readers: readonly Reader[] = [
  reader('(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})(?:[T ]\\d\\d:\\d\\d(?::\\d\\d)?)?', (m) => theDay(Number(m[1]), Number(m[2]), Number(m[3]))),
  reader('(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})', (m) => theDay(Number(m[3]), Number(m[2]), Number(m[1]))),
  reader('(\\d{1,2})/(\\d{1,2})/(\\d{4})', (m) => slashed(Number(m[1]), Number(m[2]), Number(m[3]))),
  reader(`(?:the )?(${month}) (\\d{1,2})(?:st|nd|rd|th)?,? ${year}`, (m) => theDay(Number(m[3]), monthOf(m[1]!), Number(m[2]))),
  reader(`(?:the )?(\\d{1,2})(?:st|nd|rd|th|\\.)? (?:of )?(${month}),?(?: of)? ${year}`, (m) =>
    theDay(Number(m[3]), monthOf(m[2]!), Number(m[1])),
  ),
  reader(`(${month}),?(?: of)? ${year}`, (m) => one('month', dateOf(Number(m[2]), monthOf(m[1]!), 1))),
  reader(`${year}-(\\d\\d)(?!-)`, (m) =>
    Number(m[2]) >= 1 && Number(m[2]) <= 12 ? one('month', dateOf(Number(m[1]), Number(m[2]), 1)) : undefined,
  ),
  reader(`(?:the )?(${month}) (\\d{1,2})(?:st|nd|rd|th)?`, (m, today) => lastDay(monthOf(m[1]!), Number(m[2]), today)),
  reader(`(?:the )?(\\d{1,2})(?:st|nd|rd|th)?\\.? (?:of )?(${month})`, (m, today) => lastDay(monthOf(m[2]!), Number(m[1]), today)),
  reader(`q([1-4])(?:[ /-]*(?:of )?${year})?`, (m, today) => quarterOf(Number(m[1]), maybe(m[2]), today)),
  reader(`${year}[ /-]*q([1-4])`, (m, today) => quarterOf(Number(m[2]), Number(m[1]), today)),
  reader(`(?:the )?(first|second|third|fourth|last|1st|2nd|3rd|4th) quarter(?: of)? ${year}`, (m, today) =>
    quarterOf(ordinals[m[1]!.toLowerCase()]!, Number(m[2]), today),
  ),
  reader('(?:the )?(first|second|third|fourth|1st|2nd|3rd|4th) quarter(?: of (?:this|the) year)?', (m, today) =>
    quarterOf(ordinals[m[1]!.toLowerCase()]!, undefined, today),
  ),
  reader(`h([12])(?:[ /-]*(?:of )?${year})?`, (m, today) => halfOf(Number(m[1]), maybe(m[2]), today)),
  reader(`(?:the )?(first|second|1st|2nd) half(?:[- ]year)?(?: of)?(?: the year)? ${year}`, (m, today) =>
    halfOf(ordinals[m[1]!.toLowerCase()]!, Number(m[2]), today),
  ),
  reader('(?:the )?(first|second|1st|2nd) half(?:[- ]year| of (?:this|the) year)', (m, today) =>
    halfOf(ordinals[m[1]!.toLowerCase()]!, undefined, today),
  ),
  reader(`(?:calendar )?week (\\d{1,2})(?:,?(?: of)? ${year})?`, (m, today) => weekOf(Number(m[1]), maybe(m[2]), today)),
  reader(`(?:the )?year(?: of)? ${year}`, (m) => one('year', dateOf(Number(m[1]), 1, 1))),
  reader('(?:the )?((?:1[5-9]|20)\\d)0s', (m) => ({
    days: [dateOf(Number(m[1]) * 10, 1, 1), dateOf(Number(m[1]) * 10 + 10, 1, 1)],
    unit: 'year',
  })),
  reader('(?:the )?day before yesterday', (_, today) => one('day', today - 2)),
  reader('today', (_, today) => one('day', today)),
  reader('yesterday', (_, today) => one('day', today - 1)),
  reader('tomorrow', (_, today) => one('day', today + 1)),
  reader('(?:the )?(?:year to date|this year so far|so far this year)|ytd', (_, today) => ({
    days: [startOf('year', today), today + 1],
    unit: 'year',
  })),
  reader('(?:the )?(?:month to date|this month so far|so far this month)|mtd', (_, today) => ({
    days: [startOf('month', today), today + 1],
    unit: 'month',
  })),
  reader(`(?:the )?(?:last|past|previous) (\\d{1,4}) ${unit}`, (m, today) => rolling(unitOf(m[2]!), Number(m[1]), today)),
  reader(`(?:the )?next (\\d{1,4}) ${unit}`, (m, today) => ({ days: [today, moved(unitOf(m[2]!), today, Number(m[1]))], unit: 'day' })),
  reader(`(\\d{1,4}) ${unit} ago`, (m, today) => one(unitOf(m[2]!), moved(unitOf(m[2]!), today, -Number(m[1])))),
  reader(`(?:this|(?:the )?current) ${unit}`, (m, today) => one(unitOf(m[1]!), today)),
  reader(`(?:(?:the )?(?:last|previous)|the past|past) ${unit}`, (m, today) => one(unitOf(m[1]!), today, -1)),
  reader(`(?:the )?next ${unit}`, (m, today) => one(unitOf(m[1]!), today, 1)),
  reader(`(?:the )?(?:last|past) (${weekdays.join('|')})`, (m, today) => one('day', lastWeekday(m[1]!, today))),
  reader(`(?:the )?(?:last|past) (${month})`, (m, today) => ({
    days: pastMonth(monthOf(m[1]!), moved('month', today, -1)),
    unit: 'month',
  })),
  reader(`(${month})`, (m, today) => ({ days: pastMonth(monthOf(m[1]!), today), unit: 'month', needsLead: true })),
  reader(year, (m) => ({ ...one('year', dateOf(Number(m[1]), 1, 1)), needsLead: true })),
]

function lastDay(month: number, day: number, today: number) {
  const now = partsOf(today)
  return theDay(dateOf(now.year, month, day) <= today ? now.year : now.year - 1, month, day)
}
function weekOf(week: number, year: number | undefined, today: number) {
  const own = year ?? partsOf(today).year
  return week >= 1 && week <= 53 ? { days: isoWeek(own, week), unit: 'week' as const } : undefined
}
function lastWeekday(name: string, today: number): number {
  const day = startOf('week', today) + weekdays.indexOf(name.toLowerCase())
  return day < today ? day : day - 7
}
/** The last seven days are today and the six before it; the last three months begin on the same day three months ago. */
function rolling(unit: Unit, count: number, today: number) {
  const from = unit === 'day' ? today - count + 1 : moved(unit, today, -count)
  return { days: [from, today + 1] as const, unit: 'day' as const }
}

function pointAt(text: string, at: number, today: number): Point | undefined {
  for (const { shape, read } of readers) {
    shape.lastIndex = at
    const match = shape.exec(text)
    const point = match ? read(match, today) : undefined
    if (point) return { ...point, end: at + match![0].length }
  }
  return undefined
}

const lead =
  /\b(since|starting (?:in|on|from)|as of|from|later than|after|before|earlier than|prior to|until|till|up to|through|by|by the end of|in|on|of|at|during|within|over|for|throughout|between|to|and|about|only|just|except)(?: the)? $/iu

/** The times that an English text names, in order. `today` is `YYYY-MM-DD` where the asker is. */
export function datesIn(text: string, today: string): readonly DateSpan[] {
  const now = dayOf(today)
  const found: DateSpan[] = []
  const starts = /(?<![\p{L}\p{N}.,/-])[\p{L}\p{N}]/gu
  let free = 0
  for (const { index } of text.matchAll(starts)) {
    if (index < free) continue
    const point = pointAt(text, index, now)
    if (!point) continue
    const led = lead.exec(text.slice(Math.max(0, index - 20), index))
    const before = led && index - led[0].length >= free ? led : undefined
    if (point.needsLead && (!before || /^over$/i.test(before[1]!)) && !standsAlone(text, index, point)) continue
    if (point.unit === 'year' && point.needsLead && counts.test(text.slice(point.end))) continue
    const word = before?.[1]?.toLowerCase()
    const from = before && takes(word ?? '') ? index - before[0].length : index
    const second = word === 'between' || word === 'from' || !before ? throughTo(text, point, word, now) : undefined
    const end = second?.end ?? point.end
    const after = /^ (?:on(?:wards?)?|and (?:later|after|on))\b/i.exec(text.slice(end))
    const to = end + (after && word === 'from' ? after[0].length : 0)
    const range = second
      ? bounds(startBefore(point, second), second.days[1])
      : rangeOf(after && word === 'from' ? 'since' : word, point.days)
    found.push({ text: text.slice(from, to), from, to, unit: second?.unit ?? point.unit, range })
    free = to
  }
  return found
}

const counts =
  /^-\d\d?(?!\d)|^ (?:euros?|dollars?|pounds?|cents?|eur|usd|gbp|€|\$|%|percent|pieces?|units?|items?|people|persons?|km|kg|meters?|metres?|miles?|times|or (?:more|less|fewer))(?![\p{L}])/iu

/** A year or a month as all that was said, or where a list of times goes on. */
function standsAlone(text: string, at: number, point: Point): boolean {
  if (/^\W*$/.test(text.slice(0, at)) && /^\W*$/.test(text.slice(point.end))) return true
  // `2023 orders` and `orders 2023`: four digits that are a year, at an end of what was said, with nothing compared.
  return (
    point.unit === 'year' &&
    /^\W*$/.test(text.slice(point.end)) &&
    !/(?:than|least|most|exactly|over|under|above|below|=|<|>|is|id|number|code) $/i.test(text.slice(0, at))
  )
}

const takes = (word: string): boolean => !['and', 'about', 'only', 'just', 'except', 'of', 'for', 'by', 'to', 'at', 'over'].includes(word)

function throughTo(text: string, first: Point, word: string | undefined, today: number): Point | undefined {
  const joint = /^ ?(?:and|to|until|till|through|up to|-|–|—) ?/iu.exec(text.slice(first.end))
  if (!joint || (/and/.test(joint[0]) && word !== 'between')) return undefined
  const second = pointAt(text, first.end + joint[0].length, today)
  return second && (second.days[0] >= first.days[0] || isBareMonth(first)) ? second : undefined
}

const isBareMonth = (point: Point): boolean => point.unit === 'month' && point.needsLead === true

/** `January to March 2025` begins in the year of its end. */
function startBefore(first: Point, second: Point): number {
  if (!isBareMonth(first)) return first.days[0]
  const [last, month] = [partsOf(second.days[0]), partsOf(first.days[0]).month]
  return dateOf(month <= last.month ? last.year : last.year - 1, month, 1)
}

const bounds = (from: number | undefined, to: number | undefined): Range => ({
  ...(from === undefined ? {} : { from: textOf(from) }),
  ...(to === undefined ? {} : { to: textOf(to) }),
})

function rangeOf(word: string | undefined, [from, to]: readonly [number, number]): Range {
  if (word === undefined) return bounds(from, to)
  if (/^(since|starting|as of)/.test(word)) return bounds(from, undefined)
  if (/^(after|later)/.test(word)) return bounds(to, undefined)
  if (/^(before|earlier|prior)/.test(word)) return bounds(undefined, from)
  if (/^(until|till|up to|through$|by the end)/.test(word)) return bounds(undefined, to)
  return bounds(from, to)
}

const grain =
  /(?<![\p{L}\p{N}])(?:(?:(?:grouped |broken down |split |and |,)?\s*(?:by|per|for each|for every|in each|each|every|over the|across)) (?:the )?(?:calendar )?(day of the week|weekday|day|week|month|quarter|year)s?(?! ?\d)|(daily|weekly|monthly|quarterly|yearly|annually|annual)|(?:day|week|month|quarter|year) by (day|week|month|quarter|year))(?![\p{L}\p{N}])/giu
const ly: Readonly<Record<string, Grain['part']>> = {
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  quarterly: 'quarter',
  yearly: 'year',
  annually: 'year',
  annual: 'year',
  'day of the week': 'weekday',
}

/** The units of time that an English text groups by. */
export const grainsIn = (text: string): readonly Grain[] =>
  [...text.matchAll(grain)].map((match) => {
    const word = (match[1] ?? match[2] ?? match[3])!.toLowerCase()
    const from = match.index + (match[0].length - match[0].trimStart().length)
    return { text: match[0].trim(), from, to: match.index + match[0].length, part: ly[word] ?? (word as Grain['part']) }
  })
