/** A renaming is told from here on; below it somebody has removed one thing and made another. */
const LIKENESS_MIN = 0.6
/** Beyond this many on both sides every pair is too many to look at. */
const PAIRS_MAX = 250_000

/** The most alike pairs of what went and what came, each used once, best first. Ties go to who comes first, so that two runs agree. */
export function paired<T>(
  gone: readonly T[],
  come: readonly T[],
  likeness: (one: T, other: T) => number,
): ReadonlyMap<T, Readonly<{ other: T; likeness: number }>> {
  const found = new Map<T, Readonly<{ other: T; likeness: number }>>()
  if (gone.length * come.length > PAIRS_MAX) return found
  const pairs = gone.flatMap((one) => come.map((other) => ({ one, other, likeness: Math.round(likeness(one, other) * 100) / 100 })))
  const taken = new Set<T>()
  for (const pair of pairs.filter((pair) => pair.likeness >= LIKENESS_MIN).sort((a, b) => b.likeness - a.likeness)) {
    if (found.has(pair.one) || taken.has(pair.other)) continue
    found.set(pair.one, { other: pair.other, likeness: pair.likeness })
    taken.add(pair.other)
  }
  return found
}

/** How alike two names are, from 0 to 1: the share of their pairs of letters that both have (Sorensen and Dice). */
export function nameLikeness(one: string, other: string): number {
  const [a, b] = [pairsOf(one), pairsOf(other)]
  if (a.length === 0 || b.length === 0) return one.toLowerCase() === other.toLowerCase() ? 1 : 0
  const left = [...b]
  let shared = 0
  for (const pair of a) {
    const at = left.indexOf(pair)
    if (at < 0) continue
    shared++
    left.splice(at, 1)
  }
  return (2 * shared) / (a.length + b.length)
}

function pairsOf(name: string): string[] {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  return Array.from({ length: Math.max(0, plain.length - 1) }, (_, i) => plain.slice(i, i + 2))
}
