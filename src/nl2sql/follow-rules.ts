import type { Phrase } from '../phrase/phrase.ts'
import { counted, groupedBy, hiding, limited, listed, measured, reversed, showing, sorted, withTables } from './follow-edits.ts'
import { filterRule, otherThing, shiftRule } from './follow-filters.ts'
import { columnNamed, columnsIn, dateOf, isDate, isNumber, nameOf, type Sight, tableNamed } from './follow-link.ts'
import type { Item, Query } from './query.ts'

/** A short turn: `led` is what it begins with (`and`, `what about`), `rest` what follows, without its question mark. */
export type Turn = Readonly<{ rest: string; led: string; phrase: Phrase; sight: Sight }>
export type Rule = (turn: Turn) => Query | undefined

const reverseRule: Rule = ({ rest, sight: { before } }) => {
  if (/\b(?:other way (?:round|around)|reversed?|opposite|upside down|inverted?|flip)\b/i.test(rest)) return reversed(before)
  const way =
    /^(?:(?:sort(?:ed)?|order(?:ed)?|now|in|the|it|them) )*(ascending|descending|increasing|decreasing|asc|desc)(?: order)?(?: instead| please)?$/i.exec(
      rest,
    )
  if (!way) return undefined
  const descending = /^de/i.test(way[1]!)
  const whole = before.order.length > 0 ? before : reversed(before)
  return whole && { ...whole, order: whole.order.map(({ item }) => ({ item, descending })) }
}

const countRule: Rule = (turn) => {
  const { rest, sight } = turn
  const match =
    /^(?:how many(?: of (?:them|those|these|it))?(?: (?:are (?:there|they|those|these|that|it)|is (?:that|it)|in total|rows?|results?|do we have|there are|of them))?(?: in total| altogether)?|count (?:them|those|these|it)(?: all)?|the number of (?:them|those)|how many (?:are|of (?:them|those) are)|what'?s the (?:count|total number)|the count)\b(.*)$/i.exec(
      rest,
    )
  if (!match) return undefined
  const more = match[1]!.replace(/^[ ,]+/, '').replace(/^(?:there|then)\b ?/i, '')
  const base = counted(sight.before)
  if (more === '' || /^(?:then|now|please|overall|altogether|in total)$/i.test(more)) return base
  return filterRule({ ...turn, rest: more, led: '', sight: { ...sight, before: base } })
}

const limitRule: Rule = ({ rest, sight, phrase }) => {
  const { before } = sight
  if (phrase.dates.length > 0) return undefined
  if (
    /^(?:show |give me |list )?(?:(?:all|everything)(?: of (?:them|those|it))?|all (?:rows|results)|no limit|remove the limit|without (?:a |the )?limit)$/i.test(
      rest,
    ) &&
    before.limit !== undefined
  ) {
    const { limit: _, ...all } = before
    return all
  }
  const match =
    /^(?:(?:only|just|show|give|list|me|limit|limited|to|it|them|reduce|make|the|but|of|please|see|restrict) )*(top|first|best|biggest|highest|last|bottom|worst|lowest|smallest)?(?: ?(\d+))?(?: (?:of (?:them|those|these)|rows?|results?|only|please|instead|more|entries|lines|ones?))*$/i.exec(
      rest,
    )
  if (!match || (match[1] === undefined && match[2] === undefined)) return undefined
  if (
    match[1] === undefined &&
    !/^(?:only|just|show|give|list|limit|make|reduce|see|restrict|\d+ (?:rows|results|only|instead|of))/i.test(rest)
  )
    return undefined
  const limit = match[2] === undefined ? 1 : Number(match[2])
  const figure = before.group.length === 0 && before.select.every(({ aggregate }) => aggregate !== undefined)
  if (limit < 1 || limit > 100_000 || figure) return undefined
  return limited(before, limit, /last|bottom|worst|lowest|smallest/i.test(match[1] ?? ''))
}

const sortRule: Rule = ({ rest, sight }) => {
  const match =
    /^(?:(?:please|can you|now|but|show|list|them|it|the|list|results?) )*(?:sort|order|rank|arrange)(?:ed|ing)?(?: (?:them|it|this|that|these|those|the (?:list|results?|rows)))?(?: (?:by|on|after|according to))? (?:the |their |its )?(.+?)$/i.exec(
      rest,
    )
  if (!match) return undefined
  const said = match[1]!.replace(/\b(?:instead|please|first|too|in|order)\b/gi, ' ').replace(/ {2,}/g, ' ')
  const downwards = /\b(?:descending|desc|decreasing|highest|most|largest|biggest|newest|latest|down|reverse(?:d)?)\b/i
  const upwards = /\b(?:ascending|asc|increasing|lowest|least|smallest|oldest|earliest|cheapest|alphabetical(?:ly)?|up)\b/i
  const descending = downwards.test(match[1]!)
  const name = said.replace(downwards, ' ').replace(upwards, ' ').trim()
  const item = name === '' ? undefined : itemNamed(name, sight)
  if (item) {
    // What is best is first: the newest, the most; names begin with A.
    const down = descending || (!upwards.test(match[1]!) && (item.aggregate === 'count' || item.aggregate === 'sum'))
    return sorted(sight.before, item, down, sight.scene)
  }
  if (/^alphabetical/i.test(match[1]!.trim()))
    return sorted(sight.before, { column: nameOf(sight.scene, sight.before.tables[0]!) }, false, sight.scene)
  return undefined
}

/** What the query before shows under this name, or a column of its tables, or the number of things of a table. */
function itemNamed(name: string, sight: Sight): Item | undefined {
  const { before } = sight
  const measures = before.select.filter(({ aggregate }) => aggregate !== undefined)
  const count = /^(?:number|count|how many|amount|quantity)(?: of (.+))?$/i.exec(name)
  if (count) return measures.find(({ aggregate }) => aggregate === 'count') ?? measures[0]
  const word = /^(total|sum|average|mean|maximum|minimum)\b ?(?:of )?(.*)$/i.exec(name)
  if (word && measures.length > 0) return measures.find(({ aggregate }) => aggregate === aggregates[word[1]!.toLowerCase()]) ?? measures[0]
  const shown = before.select.find(
    ({ column, aggregate }) => column >= 0 && aggregate === undefined && columnNamed(name, sight, (one) => one === column) === column,
  )
  if (shown) return shown
  const measure = measures.find(({ column }) => column >= 0 && columnNamed(name, sight, (one) => one === column) === column)
  if (measure) return measure
  const table = tableNamed(name, sight)
  if (table >= 0 && measures.some(({ aggregate }) => aggregate === 'count')) return measures.find(({ aggregate }) => aggregate === 'count')
  const column = columnNamed(name, sight)
  if (column < 0) return undefined
  // Beside groups only what is the same in a group can be sorted by; other columns are summed up first.
  return before.group.length > 0 && !before.group.includes(column)
    ? { column, aggregate: isNumber(sight.scene, column) ? 'sum' : 'max' }
    : { column }
}

const aggregates: Readonly<Record<string, NonNullable<Item['aggregate']>>> = {
  average: 'avg',
  mean: 'avg',
  avg: 'avg',
  total: 'sum',
  sum: 'sum',
  maximum: 'max',
  max: 'max',
  highest: 'max',
  largest: 'max',
  minimum: 'min',
  min: 'min',
  lowest: 'min',
  smallest: 'min',
  number: 'count',
  count: 'count',
}

const groupRule: Rule = ({ rest, led, phrase, sight }) => {
  const match =
    /^(?:(?:now|also|additionally|show|give|list|me|it|this|that|them|the same|same|and|do|see|please|grouped?|group(?:ed)?|broken?|break|down|split|split up|divided|further|count|as well|in) )*(?:by|per|for each|for every|in each|each|every) (.+)$/i.exec(
      rest,
    )
  const bare = match ? match[1]! : /^(?:daily|weekly|monthly|quarterly|yearly|annually)$/i.test(rest) ? rest : undefined
  if (bare === undefined || /^(?:default|mistake|itself|far|chance)\b/i.test(bare)) return undefined
  if (/\bsort|\border\b/i.test(rest.slice(0, rest.length - bare.length))) return undefined
  const also = /\balso\b/.test(led) || /\b(?:also|additionally|too|as well|further)\b/i.test(rest)
  const items: Item[] = []
  const words = bare
    .replace(/\binstead of .*$/i, '')
    .replace(/\b(?:instead|too|as well|also|please|then|only|now)\b/gi, ' ')
    .trim()
  for (const part of words.split(/ *(?:,|\band\b|\bthen\b|\bby\b|\bper\b) */i)) {
    if (part.trim() === '') continue
    const item = groupItem(part.trim(), sight)
    if (!item) return undefined
    items.push(...item)
  }
  return items.length === 0 || phrase.dates.length > 0 ? undefined : groupedBy(sight.before, items, sight.scene, also)
}

const parts: Readonly<Record<string, NonNullable<Item['part']>>> = {
  day: 'day',
  daily: 'day',
  week: 'week',
  weekly: 'week',
  month: 'month',
  monthly: 'month',
  quarter: 'quarter',
  quarterly: 'quarter',
  year: 'year',
  yearly: 'year',
  annually: 'year',
  weekday: 'weekday',
  'day of the week': 'weekday',
  'calendar week': 'week',
  'calendar month': 'month',
}

function groupItem(said: string, sight: Sight): readonly Item[] | undefined {
  const { scene, before } = sight
  const unit =
    parts[
      said
        .toLowerCase()
        .replace(/^(?:the|a) /, '')
        .replace(/s$/, '')
    ] ?? parts[said.toLowerCase()]
  const dated = /^(day|week|month|quarter|year|weekday)s? of (?:the |their )?(.+)$/i.exec(said)
  if (dated) {
    const column = columnNamed(dated[2]!, sight, (one) => isDate(scene, one))
    return column < 0 ? undefined : [{ column, part: parts[dated[1]!.toLowerCase()]! }]
  }
  if (unit) {
    const own = columnNamed(said, sight, (column) => !isDate(scene, column) && before.tables.includes(scene.index.tableOf[column]!))
    if (own >= 0) return [{ column: own }]
    const used = [...before.where, ...before.order.map(({ item }) => ({ left: item }))].map(({ left }) => left.column)
    const column = dateOf(scene, before.tables, [...used, ...before.group])
    return column < 0 ? undefined : [{ column, part: unit }]
  }
  const column = columnNamed(said, sight)
  if (column >= 0) return [isDate(scene, column) ? { column, part: 'day' } : { column }]
  const table = tableNamed(said, sight)
  if (table < 0) return undefined
  const key = columnsIn(scene, table).find((one) => (scene.index.flags[one]! & 1) === 1)
  const name = nameOf(scene, table)
  return key === undefined || key === name ? [{ column: name }] : [{ column: name }]
}

const measureRule: Rule = ({ rest, led, sight }) => {
  const match =
    /^(?:what(?:'s| is| are| was)? |show |give me |tell me |compute |use |take |(?:and|also) )*(?:the |their |its |an? )?(average|mean|avg|total|sum|maximum|max|minimum|min|highest|lowest|largest|smallest)(?: (?:of (?:them|it|that|those|these|all)|(?:of )?(?:the |their |its )?(.+?)))?(?: (?:instead|then|too|as well|please))*$/i.exec(
      rest,
    )
  if (!match) return undefined
  const { scene, before } = sight
  const aggregate = aggregates[match[1]!.toLowerCase()]!
  const said = match[2]?.replace(/\b(?:instead|of (?:them|those|these|it))\b/gi, '').trim()
  if (said && /\b(?:one|ones|of the|each)\b/i.test(said)) return undefined
  const column = said ? columnNamed(said, sight, (one) => isNumber(scene, one)) : undefined
  if (column !== undefined && column < 0) return undefined
  // `and the average price`, of a group that shows something else, is one thing more to show.
  const adds =
    /\b(?:too|as well|also)\b/i.test(`${led} ${rest}`) || (column !== undefined && before.group.length > 0 && /\band\b/.test(led))
  if (adds && column !== undefined) return showing(before, [{ column, aggregate }], scene)
  return measured(before, aggregate, column, scene)
}

const listRule: Rule = ({ rest, sight }) => {
  const { before, scene } = sight
  const asked =
    /^(?:who (?:are|were) (?:they|those|these)|which (?:ones?|are (?:they|those|these))|what are (?:they|those|these|their names)|(?:show|list|name|give|display)(?: me)? (?:them|those|these|it|the (?:list|names|rows|details))(?: all)?|(?:show|list)(?: me)? (?:their )?names|their names|the list|which|who)$/i
  if (!asked.test(rest) || before.group.length > 0) return undefined
  return before.select.some(({ aggregate }) => aggregate !== undefined) ? listed(before, scene) : undefined
}

const superlatives: readonly (readonly [RegExp, boolean])[] = [
  [
    /^(?:most expensive|priciest|dearest|costliest|highest|largest|biggest|newest|latest|most recent|youngest|longest|heaviest|greatest|best|most|tallest|last)$/i,
    true,
  ],
  [/^(?:cheapest|lowest|smallest|least expensive|oldest|earliest|shortest|lightest|fewest|worst|least|first)$/i, false],
]

const superlativeRule: Rule = ({ rest, sight }) => {
  const { scene, before } = sight
  const match =
    /^(?:which|who|what|show|give|me|only|just|list|of (?:them|those|these)|ones?|is|are|was|has|have|had|the|customer|product|please)(?: (?:which|who|what|show|give|list|one|ones|of (?:them|those|these)|is|are|was|has|have|had|the|me|only|just))* (?:the )?(most expensive|least expensive|most recent|most|least|fewest|\p{L}+est|best|worst)(?: (?:(?:ones?)\b ?|of (?:them|those|these|all)\b ?)?(.*))?$/iu.exec(
      `which ${rest}`,
    )
  if (!match) return undefined
  const word = match[1]!
  const descending = superlatives.find(([shape]) => shape.test(word))?.[1]
  if (descending === undefined) return undefined
  const said = (match[2] ?? '').replace(/^(?:of (?:them|those|these|all)|ones?)\b/i, '').trim()
  if (said === '' && /^(?:most|least|fewest|highest|lowest|best|worst)$/i.test(word)) {
    const measure = before.select.find(({ aggregate }) => aggregate !== undefined)
    return measure && before.group.length > 0 ? { ...before, order: [{ item: measure, descending }], limit: 1 } : undefined
  }
  const table = said === '' ? -1 : tableNamed(said, sight)
  if (table >= 0 && /^(?:most|least|fewest)$/i.test(word)) return mostOf(table, descending, sight)
  const column = columnNamed(
    said === '' ? word.replace(/^(?:most|least) /i, '') : said,
    sight,
    (one) => !before.group.length || before.select.some((item) => item.column === one) || isNumber(scene, one) || isDate(scene, one),
  )
  if (column < 0) return undefined
  const measure = before.select.find((item) => item.column === column && item.aggregate !== undefined)
  const base = before.select.every(({ aggregate }) => aggregate !== undefined) && before.group.length === 0 ? listed(before, scene) : before
  const down = /^(?:oldest|youngest)$/i.test(word) && isNumber(scene, column) ? !descending : descending
  return withTables({ ...base, order: [{ item: measure ?? { column }, descending: down }], limit: 1 }, scene)
}

/** The one with the most of another table's rows. */
function mostOf(table: number, descending: boolean, { scene, before }: Sight): Query {
  const own = before.tables[0]!
  const key = columnsIn(scene, own).find((one) => (scene.index.flags[one]! & 1) === 1)
  const name = nameOf(scene, own)
  const plain = before.select.filter(({ aggregate, column }) => aggregate === undefined && column >= 0)
  const select = plain.length > 0 ? plain : [{ column: name }]
  const group = key === undefined ? select.map(({ column }) => column) : [key]
  return {
    ...before,
    select,
    distinct: false,
    tables: [...new Set([own, table, ...before.tables])],
    group,
    having: [],
    order: [{ item: { column: -1, aggregate: 'count' }, descending }],
    limit: 1,
  }
}

const addRule: Rule = ({ rest, led, sight }) => {
  const { scene, before } = sight
  const hide = /^(?:(?:but|please) )*(?:without|remove|hide|drop|leave out|omit|not) (?:the |their |its )?(.+?)(?: columns?)?$/i.exec(rest)
  if (hide) {
    const columns = hide[1]!
      .split(/ *(?:,|\band\b) */i)
      .map((part) => columnNamed(part, sight, (one) => before.select.some(({ column }) => column === one)))
    return columns.every((column) => column >= 0) ? hiding(before, columns) : undefined
  }
  const match =
    /^(?:(?:with|plus|including|include|add|show|give|list|me|also|display|i|need|want|see|tell|what(?: are| is)?|where(?: are| is)?|as well as) )*(?:(their|its|his|her|the|a|an) )?(.+?)(?: (?:columns?|too|as well|also|please|with it))*$/i.exec(
      rest,
    )
  if (!match || before.combine) return undefined
  const added =
    /\b(?:and|also|plus|with|add|include|including|show|too|as well|display|what about|how about)\b/i.test(`${led} ${rest}`) ||
    match[1] !== undefined
  if (!added || /\b(?:in|from|than|since|before|after|only|between|not|over|under|above|below)\b/i.test(match[2]!)) return undefined
  if (tableNamed(match[2]!, sight) >= 0) return undefined
  const columns: number[] = []
  for (const part of match[2]!.split(/ *(?:,|\band\b|\bas well as\b) */i)) {
    const said = part.replace(/^(?:the|their|its|his|her|an?) /i, '').trim()
    if (said === '') continue
    const column = columnNamed(said, sight)
    if (column < 0) return undefined
    columns.push(column)
  }
  const single = before.select.every(({ aggregate }) => aggregate !== undefined) && before.group.length === 0
  if (columns.length === 0) return undefined
  // Beside one figure nothing can stand: the things are listed then.
  return single
    ? { ...listed(before, scene), select: [{ column: nameOf(scene, before.tables[0]!) }, ...columns.map((column) => ({ column }))] }
    : showing(
        before,
        columns.map((column) => ({ column })),
        scene,
      )
}

/** The first that fits says what was meant; those that need the clearest words stand first. */
export const rules: readonly Rule[] = [
  reverseRule,
  shiftRule,
  countRule,
  limitRule,
  sortRule,
  groupRule,
  measureRule,
  listRule,
  superlativeRule,
  (turn) => filterRule(turn),
  addRule,
  otherThing,
]
