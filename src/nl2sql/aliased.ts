import type { Alias } from '../phrase/phrase.ts'
import type { ValueHit, ValueIndex } from './values.ts'

/** A name that data spell otherwise is worth a little less than one that stands there. */
const WORTH = 0.9

/** Values that are found by other names of countries too: `Germany` and `German` where data say `DE`. */
export function aliased(values: ValueIndex | undefined, aliases: readonly Alias[]): ValueIndex | undefined {
  if (!values || aliases.length === 0) return values
  return {
    ...values,
    find(question) {
      const plain = values.find(question)
      const added = aliases.flatMap(({ text, spellings }) => {
        const start = question.indexOf(text)
        if (start < 0) return []
        const end = start + text.length
        const known = new Set(
          plain
            .filter((hit) => hit.start === start && hit.end === end && hit.how !== 'inside' && hit.how !== 'related')
            .map(({ column }) => column),
        )
        return hitsOf(values, spellings).flatMap((hit) =>
          known.has(hit.column) ? [] : [{ ...hit, start, end, quoted: false, score: WORTH * hit.score }],
        )
      })
      return added.length === 0 ? plain : [...plain, ...added].sort((a, b) => b.score - a.score)
    },
  }
}

/** The first spelling that a column holds as a whole, for each column. */
function hitsOf(values: ValueIndex, spellings: readonly string[]): readonly ValueHit[] {
  const found = new Map<number, ValueHit>()
  for (const spelling of spellings) {
    for (const hit of values.find(`"${spelling}"`)) {
      const whole = hit.start === 1 && hit.end === spelling.length + 1 && (hit.how === 'exact' || hit.how === 'case')
      if (whole && !found.has(hit.column)) found.set(hit.column, hit)
    }
  }
  return [...found.values()]
}
