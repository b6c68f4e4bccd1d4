/** What a model has written that calls no tools: a statement in a block of code, or the reason why there is none. */
export function sqlIn(text: string): Readonly<{ sql?: string; cannot?: string }> {
  const block = /```(?:\w+)?[ \t]*\n?([\s\S]*?)```/.exec(text)?.[1]?.trim()
  if (block !== undefined && READS.test(block)) return { sql: withoutEnd(block) }
  const cannot = /^\s*CANNOT:\s*(\S.*)/im.exec(text)?.[1]
  if (cannot !== undefined) return { cannot: plain(cannot) }
  return READS.test(text.trim()) ? { sql: withoutEnd(text.trim()) } : {}
}

/** Only to tell SQL from prose; what runs is judged by the guard. */
const READS = /^(?:--[^\n]*\n\s*)*(?:\(\s*)*(?:SELECT|WITH|VALUES|FROM)\b/i
const withoutEnd = (sql: string) => sql.replace(/;\s*$/, '')

const CHARS_MAX = 1_000

/** A model's own words as they may be shown: no links, no pictures, no markup, which data could have put there; not long. */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    // Signs that nobody sees, but for those that join letters.
    .replaceAll(/(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\]\([^)]*\)?/g, '')
    .replaceAll(/<[^>]{0,200}>/g, '')
    .replaceAll(/\b(?:https?|ftp|data|javascript|file):\S+/gi, '')
    .replaceAll(/(?<!\w)[*_`#]{1,4}(?=\w)|(?<=\w)[*_`]{1,3}(?!\w)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, CHARS_MAX)
