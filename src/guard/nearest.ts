const NAMES_MAX = 3
/** Longer names are compared by their beginnings: a hint is not worth quadratic time on what a caller sends. */
const LETTERS_MAX = 64

/** At most three of the candidates that a person may have meant, nearest first; none when nothing is near. */
export function nearest(name: string, candidates: Iterable<string>): readonly string[] {
  const wanted = name.toLowerCase().slice(0, LETTERS_MAX)
  const far = wanted.length < 3 ? 0 : Math.max(1, Math.floor(wanted.length / 3))
  const near: { candidate: string; distance: number }[] = []
  for (const candidate of new Set(candidates)) {
    const known = candidate.toLowerCase().slice(0, LETTERS_MAX)
    const last = known.slice(known.lastIndexOf('.') + 1)
    const distance = Math.min(edits(wanted, known, far), edits(wanted, last, far))
    if (distance <= far) near.push({ candidate, distance })
  }
  return near
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, NAMES_MAX)
    .map(({ candidate }) => candidate)
}

/** A sentence for a hint, or nothing. */
export const didYouMean = (name: string, candidates: Iterable<string>): string | undefined => {
  const found = nearest(name, candidates)
  return found.length === 0 ? undefined : `Did you mean ${found.join(' or ')}?`
}

/** Levenshtein's distance with neighbours swapped as one edit; anything above `far` may be answered as `far + 1`. */
function edits(a: string, b: string, far: number): number {
  if (Math.abs(a.length - b.length) > far) return far + 1
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1)
      row.push(best)
    }
    if (Math.min(...row) > far) return far + 1
    before = above
    above = row
  }
  return above[b.length]!
}
