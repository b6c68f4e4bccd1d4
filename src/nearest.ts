/** Damerau-Levenshtein distance (neighbouring letters may swap), or `max + 1` as soon as it is known to be more than `max`. */
export function distance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
      if (cost < least) least = cost
    }
    if (least > max) return max + 1
    before = last
    last = row
  }
  return last[b.length]!
}

/** The names that a person may have meant by `name`, nearest first, at most `count`; none when nothing is near. */
export function nearest(name: string, names: Iterable<string>, count = 3): string[] {
  const wanted = name.toLowerCase().slice(0, NAME_MAX)
  const max = wanted.length < 3 ? 0 : Math.max(1, Math.floor(wanted.length / 3))
  const near: { name: string; far: number }[] = []
  for (const candidate of new Set(names)) {
    const lower = candidate.toLowerCase().slice(0, NAME_MAX)
    const last = lower.slice(lower.lastIndexOf('.') + 1)
    const far = Math.min(distance(wanted, lower, max), distance(wanted, last, max))
    if (far <= max) near.push({ name: candidate, far })
    else if (wanted.length >= 3 && lower.length >= 3 && (lower.includes(wanted) || wanted.includes(last)))
      near.push({ name: candidate, far: max + 1 })
  }
  return near
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map((one) => one.name)
}
const NAME_MAX = 128

/** ` Did you mean a, b or c?`, or nothing when no name is near. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const near = nearest(name, names)
  if (near.length === 0) return ''
  const last = near.pop()!
  return ` Did you mean ${near.length > 0 ? `${near.join(', ')} or ${last}` : last}?`
}
