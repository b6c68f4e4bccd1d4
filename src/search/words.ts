/** Beyond the letters of English. */
const FOREIGN = /[\u0080-\uffff]/
/** Writing without blanks between words. */
const RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{3,}/gu

/** True for what is written without blanks: its words are pairs of signs, and may lie across those that are meant. */
export const isRun = (text: string): boolean => FOREIGN.test(text) && text.search(RUN) >= 0

/** Each two signs that stand together, so that a name is found within a sentence. */
const paired = (text: string): string =>
  text.replace(RUN, (run) => {
    const signs = [...run]
    return ` ${signs
      .slice(1)
      .map((sign, i) => signs[i]! + sign)
      .join(' ')} `
  })

/** A name or a sentence as lower-case words: `OrderItems`, `order_items` and `order items` are the same. */
export function wordsOf(text: string): readonly string[] {
  const known = kept.get(text)
  if (known) return known
  const words = (FOREIGN.test(text) ? plain(text) : text)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  if (text.length > KEPT_CHARS_MAX) return words
  if (kept.size >= KEPT_MAX) kept.clear()
  kept.set(text, words)
  return words
}
/** Without accents, and `ß` as it is written where there is none. */
const plain = (text: string): string => paired(text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss'))

const KEPT_MAX = 50_000
/** Names are short; a question can be as long as a request. */
const KEPT_CHARS_MAX = 256
const kept = new Map<string, readonly string[]>()

/** Words that say nothing about which table is meant. */
const empty = new Set(
  'a an and any are as at be by count did do does each find for from get give has have how i in is it list many me most much of on or our per show sum table tables that the their there to top total was we were what when where which who whose with you your'.split(
    ' ',
  ),
)

/** The words of a question that can point at a name, each once. A question of empty words only keeps them. */
export function questionWords(question: string): readonly string[] {
  const all = [...new Set(wordsOf(question.slice(0, QUESTION_CHARS_MAX)))].slice(0, QUESTION_WORDS_MAX)
  const telling = all.filter((word) => !empty.has(word))
  return telling.length > 0 ? telling : all
}
const QUESTION_WORDS_MAX = 32
const QUESTION_CHARS_MAX = 2_000

/** The word without the endings that English adds: `categories`, `category` and `categorised` share a stem. */
export function stemOf(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word
  let stem = word
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/ies$/, 'y')
    .replace(/([^su])s$/, '$1')
  stem = stem.replace(/(ation|ment|ing|ed|er|ly)$/, (ending) => (stem.length - ending.length >= 4 ? '' : ending))
  return stem.replace(/(.)\1$/, '$1').replace(/[ey]$/, (ending) => (stem.length > 4 ? '' : ending))
}
