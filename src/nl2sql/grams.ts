import { kinds } from '../search/search.ts'
import type { Linked, Mention } from './link.ts'

/** Runs of words are told by hashes of so many bits. */
export const GRAM_BITS = 15
const MASK = (1 << GRAM_BITS) - 1
const CLAIM_MIN = 0.62
const VALUE_MIN = 0.72

/** The question with names, values and rare words put away: `said` keeps common words though they name something, `plain` does not. */
export type Plain = Readonly<{ said: readonly string[]; plain: readonly string[]; covered: readonly (Mention | undefined)[] }>

/** `common` are the words that questions of many databases are made of. */
export function plainOf(linked: Linked, common: ReadonlySet<string>): Plain {
  const { tokens, mentions } = linked
  const covered: (Mention | undefined)[] = tokens.map(() => undefined)
  for (const mention of [...mentions].sort((a, b) => a.best - b.best)) {
    if (!marked(mention)) continue
    for (let i = mention.from; i < mention.to; i++) covered[i] = mention
  }
  const classes = tokens.map((_, i) => classOf(linked, i))
  const said: string[] = []
  const plain: string[] = []
  tokens.forEach(({ word, comma }, i) => {
    const mention = covered[i]
    if (comma && !(mention && covered[i - 1] === mention)) {
      said.push(',')
      plain.push(',')
    }
    if (mention) {
      if (i > 0 && covered[i - 1] === mention) return
      const mark = mention.kind === 'number' ? 'NUM' : mention.kind === 'date' ? 'DATE' : 'VAL'
      said.push(mention.best < 0.5 && common.has(word) ? word : mark)
      plain.push(mark)
      return
    }
    const name = classes[i]!
    said.push(common.has(word) ? word : name)
    plain.push(name !== '_' && !kept.has(word) ? name : common.has(word) ? word : '_')
  })
  return { said, plain, covered }
}

const marked = ({ kind, quoted, capital, best }: Mention): boolean => kind !== 'text' || quoted || best >= (capital ? 0.6 : VALUE_MIN)

/** These mean something whether or not a column is called so. */
const kept = new Set(
  (
    'number count total average maximum minimum most least name id order first last top date year age each all any more less not and or of in by for with that than ' +
    'highest lowest largest smallest oldest youngest longest shortest latest earliest newest cheapest best worst popular common who where when many much sum mean max min'
  ).split(' '),
)

function classOf({ claims, top, topTable, tokens, scope }: Linked, i: number): string {
  const column = top[i]!
  const table = topTable[i]!
  if (Math.max(column, table) < CLAIM_MIN) return '_'
  if (table >= column) return 'T'
  let best = -1
  for (let c = 0; c < scope.columns.length; c++) {
    if (
      claims[c * tokens.length + i]! >= column - 1e-6 &&
      (best < 0 || scope.index.kind[scope.columns[c]!]! > scope.index.kind[scope.columns[best]!]!)
    )
      best = c
  }
  const kind = scope.index.kind[scope.columns[best]!]!
  return kind === kinds.number ? 'Cn' : kind === kinds.date ? 'Cd' : 'Ct'
}

export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  return (hash >>> 0) & MASK
}

const some = (count: number): number => Math.min(4, count)

/** What the shape of the query is told by. */
export function questionGrams(linked: Linked, plain: Plain): Uint32Array {
  const found = new Set<number>()
  const add = (text: string) => found.add(hashText(text))
  runs(plain.said, 'a', 3, add)
  runs(plain.plain, 'b', 4, add)
  skips(plain.plain, add)
  const numbers = linked.mentions.filter(({ kind, best }) => kind === 'number' && best > 0.5).length
  const texts = new Set(plain.covered.filter((one) => one?.kind === 'text')).size
  add(`#n${some(numbers)}`)
  add(`#t${some(texts)}`)
  add(`#nt${some(numbers)}${some(texts)}`)
  add(`#len${Math.floor(linked.tokens.length / 4)}`)
  add(`#tables${some(linked.odds.tables.filter((one) => one > 0).length)}`)
  add(`#columns${Math.min(8, linked.odds.columns.filter((one) => one > 0).length)}`)
  add(`#first ${plain.said[0]} ${plain.said[1]}`)
  add(
    `#ask ${/^\s*(what|which|who|whose|where|when|how many|how much|how|list|show|find|give|return|count)/i.exec(linked.question)?.[1]?.toLowerCase()}`,
  )
  const list = plain.plain.findIndex((mark, i) => i > 2 && listEnds.test(mark))
  const head = plain.plain.slice(0, list < 0 ? undefined : list)
  add(`#list${some(head.filter((mark) => mark === ',').length)}${head.includes('and')}`)
  add(`#names${Math.min(6, head.filter((mark, i) => /^(C|T)/.test(mark) && mark !== head[i - 1]).length)}${head.includes('and')}`)
  for (const one of [',', 'and', 'VAL', 'NUM', 'T', 'Cn', 'Ct', 'Cd'])
    add(`#${one}${some(plain.plain.filter((mark) => mark === one).length)}`)
  return Uint32Array.from(found)
}

function runs(words: readonly string[], mark: string, most: number, add: (text: string) => void): void {
  for (let from = 0; from < words.length; from++) {
    let run = mark
    for (let length = 1; length <= most && from + length <= words.length; length++) {
      run += ` ${words[from + length - 1]}`
      if (length > 1 || words[from] !== '_') add(run)
    }
    if (from === 0) add(`${mark}^ ${words[0]} ${words[1]} ${words[2]}`)
  }
  add(`${mark}$ ${words.slice(-2).join(' ')}`)
}

/** Pairs of telling words with others between them. */
function skips(words: readonly string[], add: (text: string) => void): void {
  const telling = words.map((word, i) => [word, i] as const).filter(([word]) => !dull.has(word))
  telling.forEach(([word, i], k) => {
    for (const [other, j] of telling.slice(k + 1, k + 6)) if (j > i + 1) add(`~ ${word} ${other}`)
  })
}
const listEnds = /^(whose|with|that|which|who|where|have|has|having|in|from|for|of)$/
const dull = new Set('_ the a an of is are was were to do does did and in for please me us'.split(' '))

/** What is said around a value tells what it is for. */
export function mentionGrams(linked: Linked, plain: Plain, mention: Mention): Uint32Array {
  const found = new Set<number>()
  const add = (text: string) => found.add(hashText(text))
  const words = linked.tokens.map(({ word }, i) => (plain.covered[i] ? (plain.covered[i]!.kind === 'number' ? 'NUM' : 'VAL') : word))
  const name = (i: number) => (i < 0 ? '^' : i >= words.length ? '$' : words[i]!)
  const classed = (i: number) => (i < 0 ? '^' : i >= words.length ? '$' : plain.covered[i] ? 'V' : classOf(linked, i))
  const { from, to } = mention
  const kind = `${mention.kind}${mention.quoted ? 'q' : mention.capital ? 'c' : ''}`
  let before = ''
  for (let k = 1; k <= 4; k++) {
    before = `${name(from - k)} ${before}`
    add(`<${k} ${name(from - k)}`)
    add(`<< ${before}`)
    add(`<<${kind} ${before}`)
    add(`<c${k} ${classed(from - k)}`)
  }
  add(`<cc ${classed(from - 2)} ${classed(from - 1)}`)
  add(`> ${name(to)}`)
  add(`>> ${name(to)} ${name(to + 1)}`)
  add(`>c ${classed(to)} ${classed(to + 1)}`)
  add(`<> ${name(from - 1)} ${name(to)}`)
  add(`<c> ${name(from - 1)} ${classed(to)}`)
  add(`k ${kind}`)
  add(`w ${mention.kind === 'number' ? (mention.best < 0.5 ? mention.text : mention.text.length) : ''}`)
  const hit = [...mention.hits.values()].reduce<string>((best, { how, score }) => (score >= mention.best - 1e-6 ? how : best), 'none')
  add(`h ${kind} ${hit} ${Math.floor(mention.best * 8)}`)
  add(`l ${kind} ${mention.lives.size > 0}`)
  add(`y ${mention.kind === 'number' && /^(1[5-9]|20)\d\d$/.test(mention.text)}`)
  for (let i = 0; i < words.length; i++) {
    if (Math.abs(i - from) > 10) continue
    if (/^(most|least|top|first|between|or|not|no|without|both|than|order|sorted|only|except|never)$/.test(words[i]!))
      add(`near ${i < from ? '<' : '>'} ${words[i]}`)
  }
  const others = linked.mentions.filter((one) => one !== mention && one.kind === mention.kind).length
  add(`o ${kind} ${some(others)}`)
  add('bias')
  return Uint32Array.from(found)
}
