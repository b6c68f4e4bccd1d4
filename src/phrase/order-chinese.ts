import type { Piece } from './pieces.ts'
import { segmented } from './segment-chinese.ts'
import type { Word } from './translate.ts'

const compare = /^(?:greater than|less than|more than|at least|at most|higher than|lower than|equal to|not equal to|between)$/
const frame =
  /^(?:show|list|find|give me|tell me|show me|show only|only|delete|insert|update|change|truncate|what is|count|compute|i want|also|and|please|which|how many|how many different|by|sort|i want|of|all)$/
const measure = /^(?:number|total number|total|average|sum|maximum|minimum)$/

const made = (gloss: string, at: Word, kind: Word['kind'] = 'w'): Word => ({ gloss, kind, said: '', from: at.from, to: at.from })
const isHead = (word: Word | undefined): boolean => word?.kind === 'n' || word?.kind === 'name'

/** Chinese as English words in English order. What describes stands before what it describes there, times and groups at the beginning. */
export function chineseGloss(pieces: readonly Piece[]): readonly Word[] {
  const sentences: Word[][] = [[]]
  for (const word of segmented(pieces)) {
    sentences.at(-1)!.push(word)
    if (word.kind === 'mark' && /^[,.?!;:]$/.test(word.gloss)) sentences.push([])
  }
  return sentences.flatMap((words) => {
    const end = words.at(-1)?.kind === 'mark' ? [words.pop()!] : []
    if (words[0]?.gloss === 'we' && words.length > 2) words.shift()
    return [...clause(words.filter(({ gloss }) => gloss !== '')).filter(({ said }) => said !== '的'), ...end]
  })
}

function clause(words: readonly Word[]): readonly Word[] {
  return ends(toEnd(between(heads(comparisons(words)))))
}

/** `100以上` is at least 100; `价格在100到200` lies between. */
function comparisons(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const next = words[i + 1]
    if (word.kind === 'num' && /^(?:or more|or less)$/.test(next?.gloss ?? '')) {
      out.push(made(next!.gloss === 'or more' ? 'at least' : 'at most', word), word)
      i++
    } else if (
      /^(?:in|from|between)$/.test(word.gloss) &&
      next?.kind === 'num' &&
      /^(?:to|and)$/.test(words[i + 2]?.gloss ?? '') &&
      words[i + 3]?.kind === 'num'
    ) {
      out.push({ ...word, gloss: 'between' }, next, { ...words[i + 2]!, gloss: 'and' }, words[i + 3]!)
      i += 3
    } else if (word.gloss === 'since' && out.at(-1)?.kind === 'time') out.splice(-1, 0, word)
    else if (/^(?:before|after)$/.test(word.gloss) && out.at(-1)?.kind === 'time') out.splice(-1, 0, word)
    else out.push(word)
  }
  return out
}

/** What stands before 的 goes behind the noun that it describes. */
function heads(words: readonly Word[]): readonly Word[] {
  const at = words.findLastIndex(({ said }) => said === '的')
  if (at < 0) return compounds(words)
  const left = words.slice(0, at)
  let end = at + 1
  while (
    words[end]?.kind === 'num' ||
    words[end]?.kind === 's' ||
    words[end]?.kind === 'a' ||
    (words[end] && /^(?:top|last|average|total|sum)$/.test(words[end]!.gloss))
  )
    end++
  while (isHead(words[end]) || (words[end]?.gloss === 'and' && isHead(words[end + 1]) && end > at + 1)) end++
  const head = compounds(words.slice(at + 1, end))
  const tail = words.slice(end)
  let start = left.length
  const frames = (i: number) => frame.test(left[i]!.gloss) && !(left[i]!.gloss === 'and' && left[i + 1]?.kind === 'num')
  while (start > 0 && !frames(start - 1) && left[start - 1]!.gloss !== 'each') start--
  if (left[start - 1]?.gloss === 'all' || left[start - 1]?.gloss === 'which' || left[start - 1]?.gloss === 'each') start--
  const described = left.slice(start)
  const before = left.slice(0, start)
  if (head.length === 0 || described.length === 0) return compounds([...left, ...words.slice(at + 1)])
  if (described[0]!.gloss === 'each') return [...before, ...described, ...heads([...head, ...tail])]
  const most = tail.length === 1 && tail[0]!.kind === 's' && /^(?:which|all)$/.test(described[0]!.gloss)
  if (most) return [...before, ...described, made('has the', tail[0]!), tail[0]!, ...head]
  return [...before, ...joined(described, head), ...tail]
}

function joined(described: readonly Word[], head: readonly Word[]): readonly Word[] {
  const first = described[0]!
  const highest = described.findIndex(({ kind }) => kind === 's')
  if (highest === 0) return [made('the', first), ...numbersFirst(described, head)]
  if (described.every(({ kind }) => kind === 'a' || kind === 'num' || kind === 'c')) return [...described, ...head]
  if (highest > 0 && highest === described.length - 1) {
    // `订单最多` has the noun first, then what it is most of.
    return [...head, made('with the', first), described[highest]!, ...heads(described.slice(0, highest))]
  }
  const rest = heads(described)
  if (/^(?:come from|from|in|live in|located in|belong to|since|before|after)/.test(first.gloss)) return [...head, ...rest]
  if (first.gloss === 'without') return [...head, ...rest]
  const nested = described.some(({ said }) => said === '的')
  if (!nested && described.some(({ gloss }) => compare.test(gloss))) {
    const has = rest[0]!.gloss === 'have' ? rest.slice(1) : rest
    return [...head, made('with', first), ...has]
  }
  if (first.gloss.startsWith('each ')) return [...head, ...rest]
  if (!nested && described.some(({ kind }) => kind === 'v')) return [...head, made('that', first), ...rest]
  return [...head, made('of', first), ...rest]
}

/** `最贵的5个产品`: the 5 most expensive products. */
const numbersFirst = (described: readonly Word[], head: readonly Word[]): readonly Word[] => {
  const count = head.findIndex(({ kind }) => kind !== 'num')
  return [...head.slice(0, Math.max(0, count)), ...described, ...head.slice(Math.max(0, count))]
}

/** `订单数量` is the number of orders. */
function compounds(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (const word of words) {
    const last = out.at(-1)
    if (measure.test(word.gloss) && word.kind === 'n' && last?.kind === 'n' && !measure.test(last.gloss)) {
      out.pop()
      out.push(word, made('of', word), { ...last, plural: true })
    } else out.push(word)
  }
  return out
}

const between = (words: readonly Word[]): readonly Word[] =>
  words
    .map((word, i) => (word.gloss === 'have' && words[i + 1]?.gloss.startsWith('how many') ? { ...word, gloss: '' } : word))
    .filter(({ gloss }) => gloss !== '')

/** A time, a group (`每个国家`, `按国家`) or a place that a sentence begins with comes last in English. */
function toEnd(words: readonly Word[]): readonly Word[] {
  const last: Word[] = []
  let rest = [...words]
  for (let i = 0; i < rest.length; i++) {
    const [word, next] = [rest[i]!, rest[i + 1]]
    if (word.gloss === 'each' && isHead(next) && rest.length > 2) {
      last.push(made('for', word), word, next!)
      rest.splice(i, 2)
      i--
    } else if (/^each (?:year|month|week|day|quarter)$/.test(word.gloss) && rest.length > 1) {
      last.push(made('for', word), word)
      rest.splice(i, 1)
      i--
    } else if (word.gloss === 'by' && isHead(next) && rest.length > 2) {
      const way = rest[i + 2]?.gloss
      if (/^(?:sort|descending|ascending|most|highest|lowest)$/.test(way ?? '')) {
        const ways = rest.slice(i + 2).filter(({ gloss }) => /^(?:descending|ascending)$/.test(gloss))
        last.push({ ...word, gloss: rest.length > 3 ? 'sorted by' : 'sort by' }, next!, ...ways)
        rest = [...rest.slice(0, i), ...rest.slice(i + 2).filter(({ gloss }) => !/^(?:sort|descending|ascending)$/.test(gloss))]
      } else {
        last.push(word, next!)
        rest.splice(i, 2)
      }
      i--
    }
  }
  while (rest.length > 1 && rest[0]!.kind === 'time') {
    const [time] = rest.splice(0, 1)
    last.push(...(/^\d{4}$|^[A-Z]|quarter|half/.test(time!.gloss) ? [made('in', time!)] : []), time!)
  }
  const [first, second] = rest
  if (first?.gloss === 'in' && isHead(second) && rest.length > 2) last.push(...rest.splice(0, 2))
  else if (first?.kind === 'name' && /^(?:how many|have)/.test(second?.gloss ?? '')) last.push(made('in', first), ...rest.splice(0, 1))
  return [...rest.filter(({ gloss }, i) => !(gloss === 'have' && rest[i + 1]?.gloss.startsWith('how many'))), ...last]
}

/** `哪个产品最贵`: which product is the most expensive; `哪个国家客户最多`: which country has the most customers. */
function ends(words: readonly Word[]): readonly Word[] {
  const last = words.at(-1)
  if (last?.gloss === 'what is')
    return [last, ...(words[0]!.gloss === 'the' ? [] : [made('the', last)]), ...words.slice(0, -1)].filter(({ gloss }) => gloss !== 'is')
  if (words.length > 1 && /^(?:which|how many)$/.test(last?.gloss ?? ''))
    return [last!, ...words.slice(0, -1).map((word, i) => (i === 0 && word.kind === 'n' ? { ...word, plural: true } : word))]
  const highest = words.findIndex(({ kind }) => kind === 's')
  const which = words.findIndex(({ gloss }) => gloss === 'which')
  if (which < 0 || highest < which + 2) return words
  const things = words.slice(which + 1, highest)
  const tail = words.slice(highest + 1)
  if (things.length === 2 && things.every(isHead)) {
    return [...words.slice(0, which + 1), things[0]!, made('has the', last!), words[highest]!, { ...things[1]!, plural: true }, ...tail]
  }
  if (words[highest - 1]?.gloss === 'the' || tail.some(isHead)) return words
  return things.every((word) => isHead(word) || word.kind === 'a')
    ? [...words.slice(0, highest), made('is the', last!), words[highest]!, ...tail]
    : words
}
