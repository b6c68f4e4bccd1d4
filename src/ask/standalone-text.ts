/** What a model has written that calls no tools: a statement in a block of code, or the reason why there is none. */
export function sqlIn(text: string): Readonly<{ sql?: string; cannot?: string }> {
  const block = blockIn(text)
  if (block !== undefined && READS.test(block)) return { sql: withoutEnd(block) }
  const cannot = /^[ \t]*CANNOT:\s*(\S.*)/im.exec(text)?.[1]
  if (cannot !== undefined) return { cannot: plain(cannot) }
  return READS.test(text.trim()) ? { sql: withoutEnd(text.trim()) } : {}
}

const FENCE = '```'

/** What stands between the first two fences, without the name of a language. A lent model may send anything, so no pattern looks for it. */
function blockIn(text: string): string | undefined {
  const from = text.indexOf(FENCE)
  const to = from < 0 ? -1 : text.indexOf(FENCE, from + FENCE.length)
  if (to < 0) return undefined
  return text
    .slice(from + FENCE.length, to)
    .replace(/^\w*[ \t]*\n?/, '')
    .trim()
}

/** Only to tell SQL from prose; what runs is judged by the guard. */
const READS = /^(?:--[^\n]*\n\s*)*(?:\(\s*)*(?:SELECT|WITH|VALUES|FROM)\b/i
const withoutEnd = (sql: string) => sql.replace(/;\s*$/, '')

const CHARS_MAX = 1_000
/** What is longer is not even looked at. */
const LOOKED_AT_MAX = 10_000
const LABEL_MAX = 300

const LINK = new RegExp(`!?\\[([^\\]]{0,${LABEL_MAX}})\\]\\([^)]*\\)`, 'g')

/** A model's own words as they may be shown: no links, no pictures, no markup, which data could have put there; not long. */
export const plain = (text: string): string =>
  text
    .slice(0, LOOKED_AT_MAX)
    .toWellFormed()
    // Signs that nobody sees, but for those that join letters.
    .replaceAll(/(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(LINK, '$1')
    .replaceAll(/\]\([^)]*\)?/g, '')
    .replaceAll(/<[^>]{0,200}>/g, '')
    .replaceAll(/\b(?:https?|ftp|data|javascript|file):\S+/gi, '')
    .replaceAll(/(?<!\w)[*_`#]{1,4}(?=\w)|(?<=\w)[*_`]{1,3}(?!\w)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, CHARS_MAX)
