const CHARS_MAX = 40
const SHAPES_MAX = 5

/** A text with every capital as `A`, every other letter as `a` and every digit as `9`: what it looks like, and nothing of what it says. */
export function shapeOf(text: string): string {
  const cut = text.slice(0, CHARS_MAX)
  const shape = cut
    .replace(/\p{Lu}/gu, 'A')
    .replace(/[\p{Ll}\p{Lm}\p{Lo}]/gu, 'a')
    .replace(/\p{Nd}/gu, '9')
    // Runs of more than four say no more than that it is long.
    .replace(/a{5,}/g, 'aaaa+')
    .replace(/A{5,}/g, 'AAAA+')
    .replace(/9{9,}/g, '99999999+')
  return text.length > CHARS_MAX ? `${shape}…` : shape
}

/** The most frequent shapes with the share of texts that have them, from 0 to 1; those of a few texts only are left out. */
export function shapesOf(texts: readonly string[]): readonly Readonly<{ pattern: string; share: number }>[] {
  const counts = new Map<string, number>()
  for (const text of texts) {
    const shape = shapeOf(text)
    counts.set(shape, (counts.get(shape) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count / texts.length >= 0.05 && count > 1)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, SHAPES_MAX)
    .map(([pattern, count]) => ({ pattern, share: Math.round((count / texts.length) * 100) / 100 }))
}
