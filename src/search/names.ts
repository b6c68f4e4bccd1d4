import { unshort } from './forms.ts'
import type { Lexicon } from './lexicon.ts'
import { wordsOf } from './words.ts'

const SPLIT_CHARS_MAX = 30
/** Common enough to stand by itself inside a name that is written together. */
const COMMON_RANK = 25_000
const little = new Set(['id', 'of', 'by'])
const PARTS_MAX = 3

/** The words of a name: `StuID`, `stu_id` and `stuid` are `student id` (each word once). */
export function nameWords(text: string, lexicon: Lexicon, most = 64): readonly string[] {
  const words: string[] = []
  for (const word of wordsOf(text.replace(/^([LF])Name$/, '$1name'))) {
    for (const part of word.split(/(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u)) {
      const whole = unshort(part)
      const parts = whole ?? (known(part, lexicon) ? [part] : (together(part, lexicon) ?? prefixed(part)))
      for (const one of parts) if (!words.includes(one)) words.push(one)
      if (words.length >= most) return words
    }
  }
  return words
}

/** `bname` and `pid`: a letter or two for the table, then what the column is. */
function prefixed(word: string): readonly string[] {
  const found = /^[a-z]{1,2}(name|title|date|time|type|code|phone|email|address|number|price|status)$/.exec(word)
  return found ? [found[1]!] : [word]
}

const known = (word: string, lexicon: Lexicon): boolean => {
  const id = lexicon.idOf(word)
  return id >= 0 && (id < COMMON_RANK || isRelated(id, lexicon))
}

/** WordNet knows it, so it is a word however rare. */
function isRelated(word: number, lexicon: Lexicon): boolean {
  let any = false
  lexicon.related(word, () => {
    any = true
  })
  return any
}

/** Splits a name that is written together into as few and as common words as there can be; undefined when it does not come out. */
function together(word: string, lexicon: Lexicon): readonly string[] | undefined {
  if (word.length < 4 || word.length > SPLIT_CHARS_MAX || !/^[a-z]+$/.test(word)) return undefined
  const rare = lexicon.idOf(word)
  const best: ({ cost: number; parts: readonly string[] } | undefined)[] = [{ cost: 0, parts: [] }]
  for (let end = 1; end <= word.length; end++) {
    for (let from = Math.max(0, end - 16); from < end; from++) {
      const before = best[from]
      if (!before || before.parts.length >= PARTS_MAX) continue
      const piece = word.slice(from, end)
      const cost = costOf(piece, from === 0, lexicon)
      if (cost === undefined) continue
      const whole = before.cost + cost
      const now = best[end]
      if (!now || whole < now.cost) best[end] = { cost: whole, parts: [...before.parts, ...(unshort(piece) ?? [piece])] }
    }
  }
  const found = best[word.length]
  if (!found || found.parts.length < 2) return undefined
  // A word that is known though rare stays whole unless its parts are much commoner.
  if (rare >= 0 && found.cost > Math.log(rare + 50) + 9) return undefined
  return found.parts
}

function costOf(piece: string, first: boolean, lexicon: Lexicon): number | undefined {
  if (little.has(piece)) return 7
  if (piece.length < 3) return undefined
  if (unshort(piece)) return first ? 11 : undefined
  const id = lexicon.idOf(piece)
  if (id < 0 || id >= COMMON_RANK) return undefined
  return Math.log(id + 50) + (piece.length === 3 ? 7 : 4)
}
