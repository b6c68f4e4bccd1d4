import { movedDate, spellingsOf } from '../phrase/phrase.ts'
import { kinds } from '../search/search.ts'
import { filtered, negated, timeConditions, widened, withTables } from './follow-edits.ts'
import { columnNamed, columnsIn, dateOf, isDate, isNumber, nameOf, type Sight, tableNamed, valueConditions } from './follow-link.ts'
import type { Rule, Turn } from './follow-rules.ts'
import { columnOf } from './joins.ts'
import type { Condition, Operator, Query } from './query.ts'

const everything =
  /^(?:(?:for|in|from|of|show|remove|drop|clear|without|no|reset|ignore|regardless of|give me|forget|all|now|any) )*(?:(?:the |any |all |that |this |these )*(?:filters?|conditions?|restrictions?)|everywhere|everything|all(?: of them)?|overall|in total|worldwide|all (?:the )?(.+)|regardless of (?:the )?(.+)|any (.+))$/i
const framing =
  /^(?:(?:only|just|but|for|those|the|ones?|that|which|who|whose|are|is|were|was|have|has|had|with|where|in|from|of|at|on|please|show|give|list|me|them|filter|filtered|restrict(?:ed)?|limited?|to|it|by|customers?|same|and|what about|how about|a|an|than|instead|then|too|as well|also|or|their|its|all|now|within|during|live|lives|living|come|comes|named|called|there|out|look|at|people|if|we|take|use|this|time) )+/i
const trailing = /(?:[ ,]+(?:ones?|only|instead|please|then|too|as well|also|now|there|alone|people|customers|orders))+$/i
const denying = /\b(?:not|except|excluding|without|but not|other than|aren'?t|isn'?t|no|exclude|all but|apart from)\b/i

/** `only the German ones`, `what about 2023`, `without the cancelled`, `more than 100`. Every word has to find its place, or it is none. */
export const filterRule: Rule = (turn) => {
  const { rest, led, sight } = turn
  const { before, scene } = sight
  if (everything.test(rest)) return unfiltered(rest, turn)
  const parts = conditionsIn(turn)
  if (!parts) return undefined
  const denied = denying.test(rest)
  const conditions = denied ? parts.map(negated) : parts
  const also = !denied && /\b(?:also|too|as well)\b/.test(`${led} ${rest}`)
  if (also) return widened(before, conditions, scene)
  return filtered(before, conditions, scene, denied)
}

/** All of it again: without conditions, or without those on what was named. */
function unfiltered(rest: string, { sight }: Turn): Query | undefined {
  const { before } = sight
  const match = everything.exec(rest)!
  const named = match[1] ?? match[2] ?? match[3]
  if (before.where.length === 0) return undefined
  if (named === undefined || /^(?:of them|rows|results)$/i.test(named)) return { ...before, where: [], whereAny: false }
  const column = columnNamed(named, sight)
  const table = column < 0 ? tableNamed(named, sight) : -1
  if (column < 0 && table < 0) return undefined
  if (table >= 0) return before.tables.includes(table) ? { ...before, where: [], whereAny: false } : undefined
  const where = before.where.filter(({ left }) => left.column !== column)
  return where.length === before.where.length ? undefined : { ...before, where }
}

/** The conditions that a turn is made of; undefined when a word is left over. */
function conditionsIn({ rest, phrase, sight }: Turn): readonly Condition[] | undefined {
  const { before, scene } = sight
  const at = phrase.gloss.indexOf(rest)
  const dates = phrase.dates.filter(({ from, to }) => at >= 0 && to > at && from < at + rest.length)
  let text = rest
  for (const date of [...dates].reverse()) text = `${text.slice(0, Math.max(0, date.from - at))} ${text.slice(Math.max(0, date.to - at))}`
  const times = timeConditions(dates, before, scene)
  if (times === undefined) return undefined
  const bare = stripped(text.replace(/(\bbetween -?[\d.]+) and (?=-?\d)/gi, '$1 to '))
  const found: Condition[] = [...times]
  if (bare !== '') {
    for (const part of bare.split(/ *(?:,| and | or |\/|&) */i)) {
      const one = stripped(part)
      if (one === '') continue
      const conditions = compared(one, sight) ?? presence(one, rest, sight) ?? flagged(one, sight) ?? valued(one, sight)
      if (!conditions) return undefined
      found.push(...conditions)
    }
  }
  return found.length === 0 ? undefined : merged(found)
}

function stripped(text: string): string {
  let now = text.trim()
  for (let last = ''; last !== now; ) {
    last = now
    now = `${now} `
      .replace(framing, '')
      .replace(new RegExp(`^(?:${denying.source})\\s+`, 'i'), '')
      .trim()
      .replace(trailing, '')
      .replace(/^[,.\s]+|[,.\s]+$/g, '')
  }
  return now
}

/** Several values of one column become a list. */
function merged(conditions: readonly Condition[]): readonly Condition[] {
  const out: Condition[] = []
  for (const condition of conditions) {
    const at = out.findIndex(
      ({ left, operator }) => left.column === condition.left.column && /^(?:=|in)$/.test(operator) && /^(?:=|in)$/.test(condition.operator),
    )
    const known = out[at]
    if (known && Array.isArray(known.right) && Array.isArray(condition.right))
      out[at] = { ...known, operator: 'in', right: [...known.right, ...condition.right] }
    else out.push(condition)
  }
  return out
}

const operators: readonly (readonly [Operator, RegExp])[] = [
  ['>=', /^(?:at least|no less than|from|minimum(?: of)?|>=)$/i],
  ['<=', /^(?:at most|no more than|up to|maximum(?: of)?|<=)$/i],
  ['<', /^(?:(?:less|fewer|lower|smaller|cheaper|younger|shorter|earlier) than|under|below|<)$/i],
  ['>', /^(?:(?:more|greater|higher|larger|bigger|older|longer|later|more expensive|better) than|over|above|exceeding|>)$/i],
  ['=', /^(?:exactly|equal to|equals|=|is)$/i],
]

/** `price over 100`, `cheaper than 20`, `more than 100`, `between 10 and 20`. */
function compared(text: string, sight: Sight): readonly Condition[] | undefined {
  const { scene, before } = sight
  const range = /^(?:(.+?) )?(?:is |are )?between (-?\d+(?:\.\d+)?) (?:and|to) (-?\d+(?:\.\d+)?)(?: (.+))?$/i.exec(text)
  const match =
    /^(?:(.+?) )??(?:is |are |of )?(at least|at most|no less than|no more than|up to|exactly|equal to|equals|(?:less|fewer|lower|smaller|cheaper|younger|shorter|earlier|more|greater|higher|larger|bigger|older|longer|later|better|more expensive) than|under|over|above|below|exceeding|[<>]=?|=) (-?\d+(?:\.\d+)?)(?: (.+))?$/i.exec(
      text,
    )
  if (!range && !match) return undefined
  const [name, behind] = range ? [range[1], range[4]] : [match![1], match![4]]
  const word = range ? '' : match![2]!
  const said = [name, behind]
    .filter((one) => one !== undefined && !/^(?:euros?|eur|dollars?|usd|cents?|pieces?|items?|units?|%|percent)$/i.test(one))
    .join(' ')
  const cue = /cheap|expensive/i.test(word) ? 'expensive' : /young|old/i.test(word) ? 'old' : undefined
  const measure = before.select.find(({ aggregate }) => aggregate !== undefined)
  const column =
    said !== '' || cue
      ? columnNamed(said === '' ? cue! : said, sight, (one) => isNumber(scene, one))
      : (before.select.find((item) => item.column >= 0 && isNumber(scene, item.column))?.column ??
        before.order.find(({ item }) => isNumber(scene, item.column))?.item.column ??
        -1)
  if (column < 0 || (measure && before.group.length > 0 && said === '')) return undefined
  const literal = (digits: string) => ({ kind: 'number' as const, text: inCents(digits, column, said + behind, scene) })
  if (range) return [{ left: { column }, operator: 'between', right: [literal(range[2]!), literal(range[3]!)] }]
  const operator = operators.find(([, shape]) => shape.test(word))?.[0]
  return operator && [{ left: { column }, operator, right: [literal(match![3]!)] }]
}

/** Euros are said, cents are kept. */
const inCents = (digits: string, column: number, said: string, scene: Sight['scene']): string =>
  /(?:^|_)cents?$/i.test(columnOf(scene.index, column).name) && /\b(?:euros?|eur|dollars?|usd|€|\$)/i.test(said)
    ? String(Math.round(Number(digits) * 100))
    : digits

/** `with a coupon` and `without a phone`: something is there, or nothing. */
function presence(text: string, rest: string, sight: Sight): readonly Condition[] | undefined {
  if (!/\b(?:with|without|have|has|no)\b/i.test(rest)) return undefined
  const column = columnNamed(
    text.replace(/^(?:an?|any|the|no|their) /i, ''),
    sight,
    (one) => columnOf(sight.scene.index, one).nullable && sight.scene.index.kind[one] !== kinds.bool,
  )
  return column < 0 || !sight.before.tables.includes(sight.scene.index.tableOf[column]!)
    ? undefined
    : [{ left: { column }, operator: 'is not null', right: [] }]
}

/** `only discontinued ones`: a column that is true or false. */
function flagged(text: string, sight: Sight): readonly Condition[] | undefined {
  const { scene } = sight
  const bare = text.replace(/\b(?:subscribers?|recipients?|people)$/i, '').trim()
  const column = columnNamed(bare || text, sight, (one) => isFlag(one, scene))
  if (column < 0) return undefined
  const yes = scene.index.kind[column] === kinds.bool ? { kind: 'text' as const, text: 'true' } : { kind: 'number' as const, text: '1' }
  return [{ left: { column }, operator: '=', right: [yes] }]
}

/** SQLite keeps what is true or false as numbers, and says so only in the name of the type. */
const isFlag = (column: number, { index }: Sight['scene']): boolean =>
  index.kind[column] === kinds.bool || (index.kind[column] === kinds.number && /^bool/i.test(columnOf(index, column).nativeType))

const BEYOND =
  /^(?:the|a|an|ones?|with|whose|of|is|are|in|from|by|to|status|country|city|category|segment|type|channel|priority|method|named|called)$/i

/** A value of some column, with all its words. */
function valued(text: string, sight: Sight): readonly Condition[] | undefined {
  const spellings =
    spellingsOf(text) ?? spellingsOf(text.replace(/s$/, '')) ?? spellingsOf(text.replace(/ (?:country|market|customers?|orders?)$/i, ''))
  const conditions = valueConditions(text, sight, spellings ? [spellings] : [])
  for (const condition of conditions) {
    const own = columnOf(sight.scene.index, condition.left.column).name.toLowerCase()
    const said = (condition.right as readonly { text: string }[]).map((literal) => literal.text.toLowerCase())
    const left = text
      .toLowerCase()
      .split(/[\s_-]+/)
      .filter((word) => !BEYOND.test(word) && !own.includes(word) && !said.some((value) => near(value, word)))
    if (left.length === 0 || spellings) return exact(condition, text, spellings)
  }
  return undefined
}

const near = (value: string, word: string): boolean => {
  const bare = word.replace(/(?:ed|es|s|d)$/, '')
  return (
    value.includes(bare.length >= 3 ? bare : word) || (value.length >= 4 && word.startsWith(value.slice(0, Math.max(4, value.length - 2))))
  )
}

/** Of several values of a column those that were said best. */
function exact(condition: Condition, text: string, spellings: readonly string[] | undefined): readonly Condition[] {
  const all = condition.right as readonly { kind: 'text'; text: string }[]
  const lower = text.toLowerCase()
  const best = all.filter(
    (one) => one.text.toLowerCase() === lower || spellings?.some((spelling) => spelling.toLowerCase() === one.text.toLowerCase()),
  )
  const right = best.length > 0 ? best : all.slice(0, 1)
  return [{ ...condition, operator: right.length > 1 ? 'in' : '=', right }]
}

/** Another thing in the place of the one that was asked for: `and orders?`, `their orders`. */
export const otherThing: Rule = ({ rest, led, sight }) => {
  const { before, scene } = sight
  const match =
    /^(?:(?:show|list|give|me|the same|same|for|what are|how many|count|with|and|also|in|of) )*(?:(their|its|his|her) )?(?:the )?(.+?)(?: (?:instead|then|too|are there|do we have|have they|do they have|did they (?:place|make|have|buy)))*$/i.exec(
      rest,
    )
  const table = match ? tableNamed(match[2]!, sight) : -1
  if (!match || table < 0 || before.combine) return undefined
  const own = before.tables[0]!
  const theirs = match[1] !== undefined || /\b(?:they|them)\b/i.test(rest)
  const alone =
    before.select.length === 1 && before.group.length === 0 && before.select[0]!.aggregate === 'count' && before.select[0]!.column < 0
  const counts = alone || /\bhow many|\bcount\b/i.test(rest)
  if (theirs) {
    const keys = columnsIn(scene, table)
    const select = counts ? [{ column: -1, aggregate: 'count' as const }] : keys.map((column) => ({ column }))
    const { limit: _, ...rest2 } = before
    const kept = before.limit !== undefined ? undefined : rest2
    return (
      kept && {
        ...kept,
        select,
        distinct: false,
        tables: [table, ...before.tables.filter((one) => one !== table)],
        group: [],
        having: [],
        order: [],
      }
    )
  }
  if (table === own || !(alone || led !== '')) return undefined
  const where = before.where.flatMap((condition) => moved(condition, table, sight) ?? [])
  const { limit: _, ...bare } = before
  const select = alone ? before.select : [{ column: nameOf(scene, table) }]
  if (!alone && before.group.length > 0) return undefined
  return withTables({ ...bare, select, distinct: false, tables: [table], where, group: [], having: [], order: [] }, scene)
}

/** The same condition on another table: on its column of the same name, or on its own date. */
function moved(condition: Condition, table: number, { scene }: Sight): Condition | undefined {
  const { column } = condition.left
  if (column < 0) return undefined
  const name = columnOf(scene.index, column).name.toLowerCase()
  const same = columnsIn(scene, table).find((one) => columnOf(scene.index, one).name.toLowerCase() === name)
  if (same !== undefined) return { ...condition, left: { ...condition.left, column: same } }
  const date = isDate(scene, column) ? dateOf(scene, [table]) : -1
  return date < 0 ? undefined : { ...condition, left: { ...condition.left, column: date } }
}

const unitWords = '(day|week|month|quarter|year)'
const shifts: readonly (readonly [RegExp, number])[] = [
  [
    new RegExp(
      `^(?:and |what about |in |for |the |same |one |a )*(?:${unitWords} (?:before|earlier|prior)(?: that)?|(?:previous|preceding|prior) ${unitWords})(?: of that)?$`,
      'i',
    ),
    -1,
  ],
  [
    new RegExp(
      `^(?:and |what about |in |for |the |same |one |a )*(?:${unitWords} (?:after|later)(?: that)?|(?:following|subsequent) ${unitWords})$`,
      'i',
    ),
    1,
  ],
]

/** `the month before`: the time that was asked for, moved by as much. */
export const shiftRule: Rule = ({ rest, sight }) => {
  const { before, scene } = sight
  for (const [shape, by] of shifts) {
    const match = shape.exec(rest)
    if (!match) continue
    const unit = (match[1] ?? match[2])!.toLowerCase() as 'month'
    let any = false
    const where = before.where.map((condition): Condition => {
      if (!isDate(scene, condition.left.column) || !Array.isArray(condition.right)) return condition
      const right = (condition.right as readonly { kind: 'date'; text: string }[]).map((one) => {
        if (!/^\d{4}-\d\d-\d\d$/.test(one.text)) return one
        any = true
        return { ...one, text: movedDate(one.text, unit, by) }
      })
      return { ...condition, right }
    })
    return any ? { ...before, where } : undefined
  }
  return undefined
}
