/** A question as it is compared: its words as stems, values as slots. */
export type Read = Readonly<{
  /** The stems in order; equal for questions that differ only in values, filler words and endings. */
  normal: string
  words: readonly string[]
  /** The telling words as they were written, in small letters. */
  plain: readonly string[]
  /** Hashes of the threes of letters in `normal`, sorted, each once. */
  grams: Uint32Array
  /** What a word changes about the answer as a whole: most, least, not, average. Questions that differ in these ask for other things. */
  turns: string
  /** The values that stood where `normal` has slots, in order. */
  values: readonly string[]
}>

export const QUESTION_CHARS_MAX = 2_000

/** One line without what a terminal or a model could take for more than text; '' when nothing is left. */
export const cleanQuestion = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()

const TEXT = 'qtextq'
const NUMBER = 'qnumberq'
const WORDS_MAX = 200

/** Quoted texts, dates, e-mail addresses and numbers: what a statement has as literals. */
const value =
  /"([^"]{1,200})"|“([^”]{1,200})”|‘([^’]{1,200})’|(?<![\p{L}\p{N}])'([^']{1,200})'(?![\p{L}\p{N}])|\b([\w.+-]+@[\w-]+\.[\w.-]+)\b|(?<![\p{L}\p{N}.])([-+]?\d[\d.,:/-]*%?)/gu

export function readQuestion(question: string): Read {
  const values: string[] = []
  const slotted = cleanQuestion(question.slice(0, QUESTION_CHARS_MAX)).replace(
    value,
    (whole: string, ...groups: (string | undefined)[]) => {
      const found = groups.slice(0, 6).find((one) => one !== undefined) ?? whole
      const number = groups[5] !== undefined
      values.push(number ? found.replace(/[.,:/-]+$/, '') : found)
      return number ? ` ${NUMBER} ` : ` ${TEXT} `
    },
  )
  const words = slotted
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\b(how many|number of|count of|the count)\b/g, ' count ')
    .replace(/\b(at least|no less than)\b/g, ' minimally ')
    .replace(/\b(at most|no more than)\b/g, ' maximally ')
    .replace(/n['’]t\b/g, ' not')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && word !== 's')
    .slice(0, WORDS_MAX)
  const telling = words.filter((word) => !filler.has(word))
  const plain = telling.length > 0 ? telling : words
  const kept = plain.map(canonical)
  const normal = kept.join(' ')
  return {
    normal,
    words: [...new Set(kept)],
    plain,
    grams: gramsOf(normal),
    turns: [...new Set(kept.filter((word) => turning.has(word)))].sort().join(' '),
    values,
  }
}

/** True for what stands in the place of a value. */
export const isSlot = (word: string): boolean => word === TEXT || word === NUMBER

const filler = new Set(
  'a an the of please me us show list display give get find return tell what which who whose is are was were be been do does did have has had i we you can could would want need know see to in on at for from with and that there their its it all any our your my this these those as also ones one'.split(
    ' ',
  ),
)

/** Words that are said for each other, the first of a line in the place of all. */
const same = new Map(
  [
    'most highest largest biggest greatest maximum max top maximal',
    'least lowest smallest fewest minimum min minimal bottom',
    'newest latest recent',
    'oldest earliest',
    'average avg mean',
    'total sum altogether overall',
    'not without no never excluding except neither nor none',
    'per each every',
    'distinct unique different',
    'ascend ascending alphabetical alphabetically increasing',
    'descend descending decreasing',
    'more greater above over exceeding',
    'less fewer below under',
    'qnumberq two three four five six seven eight nine ten eleven twelve twenty fifty hundred',
  ].flatMap((line) => {
    const [first, ...rest] = line.split(' ') as [string, ...string[]]
    return [first, ...rest].map((word) => [word, first] as const)
  }),
)
const turning = new Set([
  'most',
  'least',
  'newest',
  'oldest',
  'average',
  'total',
  'not',
  'count',
  'distinct',
  'more',
  'less',
  'minimally',
  'maximally',
  'ascend',
  'descend',
  'or',
])

const canonical = (word: string): string => same.get(word) ?? stem(word)

/** The word without the endings of English; other languages keep theirs. */
function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word
  const one = word
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/([^su])s$/, '$1')
  const bare = one.replace(/(ing|ed|ly)$/, (ending) => (one.length - ending.length >= 4 ? '' : ending))
  return bare.length > 4 ? bare.replace(/e$/, '') : bare
}

function gramsOf(text: string): Uint32Array {
  const found = new Set<number>()
  const padded = ` ${text} `
  for (let i = 0; i + 2 < padded.length; i++) {
    const hash =
      Math.imul(padded.charCodeAt(i), 0x9e3779b1) ^
      Math.imul(padded.charCodeAt(i + 1), 0x85ebca6b) ^
      Math.imul(padded.charCodeAt(i + 2), 0xc2b2ae35)
    found.add(hash >>> 0)
  }
  return Uint32Array.from(found).sort()
}
