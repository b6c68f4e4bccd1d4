import type { Parts } from '../gateway.ts'
import type { Read, Similarity } from '../pairs/pairs.ts'

const known = new WeakMap<object, Similarity>()

/**
 * How near two questions are in meaning: the cosine of the sums of their words' vectors. Undefined where the words are not at hand; then words that
 * are the same decide alone.
 */
export async function meaning({ finder }: Parts): Promise<Similarity | undefined> {
  try {
    const { lexicon } = await finder.data()
    const similarity = known.get(lexicon) ?? over(lexicon)
    known.set(lexicon, similarity)
    return similarity
  } catch {
    return undefined
  }
}

type Words = Awaited<ReturnType<Parts['finder']['data']>>['lexicon']

function over({ idOf, add, dimensions }: Words): Similarity {
  const vectors = new WeakMap<Read, Float32Array>()
  const vectorOf = (read: Read): Float32Array => {
    const made = vectors.get(read)
    if (made) return made
    const sum = new Float32Array(dimensions)
    for (const word of read.plain) {
      const id = idOf(word)
      if (id >= 0) add(id, sum, 1)
    }
    const length = Math.hypot(...sum) || 1
    const vector = sum.map((part) => part / length)
    vectors.set(read, vector)
    return vector
  }
  return (one, other) => {
    const [a, b] = [vectorOf(one), vectorOf(other)]
    let sum = 0
    for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
    return sum
  }
}
