import { hash } from 'node:crypto'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Table } from '../schema.ts'
import type { Nearness } from '../search/search.ts'
import type { Store } from '../store/store.ts'
import type { Searchable } from './rank.ts'
import { fullName } from './visible.ts'

type Index = Searchable['index']
type Embedding = NonNullable<Parts['embedding']>

/** A question waits so long for its vector, and for the first vectors of a source; what comes later is there for the next question. */
const ASK_MS_MAX = 3_000
const FIRST_MS_MAX = 2_000
/** A provider that fails is left alone for so long: no question waits for it. */
const PAUSE_MS = 30_000
const TEXT_CHARS_MAX = 500
/** Of one source: its tables first. */
const TEXTS_MAX = 20_000
const AT_ONCE = 256
const QUESTIONS_MAX = 500

/**
 * How near a question is to the names of a source, where the configuration names a provider of vectors; undefined where it does not, or the
 * provider does not answer: search works without. Sent to the provider are the question and names, comments and descriptions, never values.
 */
export async function nearnessTo(question: string, source: string, seen: Searchable, parts: Parts): Promise<Nearness | undefined> {
  const { embedding } = parts
  if (!embedding || question.trim() === '' || performance.now() < (pauses.get(embedding) ?? 0)) return undefined
  try {
    const store = await parts.store()
    const vector = await vectorOf(question, embedding)
    // Vectors of another length are those of another model, whatever its name.
    const model = `${embedding.embedder.model} ${vector.length}`
    const texts = textsOf(seen)
    await Promise.race([filled(source, seen.index, texts, model, embedding, store, parts), waited(FIRST_MS_MAX)])
    return await nearness(seen, texts, model, vector, embedding, store)
  } catch (error) {
    pauses.set(embedding, performance.now() + PAUSE_MS)
    parts.log.failed(undefined, source, error)
    return undefined
  }
}
const pauses = new WeakMap<Embedding, number>()

const questions = new WeakMap<Embedding, Map<string, Promise<Float32Array>>>()

function vectorOf(question: string, embedding: Embedding): Promise<Float32Array> {
  const known = questions.get(embedding) ?? new Map<string, Promise<Float32Array>>()
  questions.set(embedding, known)
  const text = question.slice(0, TEXT_CHARS_MAX)
  const made = known.get(text) ?? embedding.embedder.embed([text], AbortSignal.timeout(ASK_MS_MAX)).then(([vector]) => vector!)
  known.delete(text)
  if (known.size >= QUESTIONS_MAX) known.delete(known.keys().next().value!)
  known.set(text, made)
  made.catch(() => known.delete(text))
  return made
}

/** What is said of tables and columns, by the hash of the text: a column is told without its table, so that the same name is the same text everywhere. */
type Texts = Readonly<{ tables: readonly string[]; columns: readonly string[]; byHash: ReadonlyMap<string, string> }>
const madeTexts = new WeakMap<Index, Texts>()

function textsOf({ index, notes }: Searchable): Texts {
  const known = madeTexts.get(index)
  if (known) return known
  const byHash = new Map<string, string>()
  const hashed = (words: readonly (string | undefined)[]): string => {
    const text = words
      .filter((one) => one)
      .join(': ')
      .slice(0, TEXT_CHARS_MAX)
    const key = hash('sha256', text, 'hex').slice(0, 20)
    if (byHash.has(key)) return key
    if (byHash.size >= TEXTS_MAX) return ''
    byHash.set(key, text)
    return key
  }
  const note = (table: Table, column: string) => notes.get(fullName(table))?.get(column)
  const tables = index.tables.map((table) => hashed([spoken(table.name), table.comment, note(table, '')]))
  const columns = index.tables.flatMap((table) =>
    table.columns.map((column) => hashed([spoken(column.name), column.comment, note(table, column.name)])),
  )
  const made = { tables, columns, byHash }
  madeTexts.set(index, made)
  return made
}

/** A name as one would say it: `orderLines` and `order_lines` are `order lines`. */
const spoken = (name: string): string =>
  name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/[_.\-\s]+/g, ' ')
    .trim()

const fillings = new WeakMap<Index, Map<string, Promise<void>>>()

/** Makes the vectors that are missing, once for each index and model; one that fails is begun anew by a later question. */
function filled(
  source: string,
  index: Index,
  { byHash }: Texts,
  model: string,
  embedding: Embedding,
  store: Store,
  parts: Parts,
): Promise<void> {
  const known = fillings.get(index) ?? new Map<string, Promise<void>>()
  fillings.set(index, known)
  const running = known.get(model)
  if (running) return running
  const work = async () => {
    const missing = await store.vectors.missing(model, [...byHash.keys()])
    for (let at = 0; at < missing.length; at += AT_ONCE) {
      const some = missing.slice(at, at + AT_ONCE)
      const vectors = await embedding.embedder.embed(
        some.map((key) => byHash.get(key)!),
        AbortSignal.timeout(FILL_MS_MAX),
      )
      await store.vectors.put(
        model,
        some.map((key, i) => ({ hash: key, vector: vectors[i]! })),
      )
    }
  }
  const made = work().catch((error: unknown) => {
    known.delete(model)
    pauses.set(embedding, performance.now() + PAUSE_MS)
    parts.log.failed(undefined, source, error)
    if (!(error instanceof SluiceError)) throw error
  })
  // Nobody may be left who waits for it.
  made.catch(() => undefined)
  known.set(model, made)
  return made
}
const FILL_MS_MAX = 120_000

/** Of what the caller sees: a name that is hidden from them brings nothing near, not even its table. */
async function nearness(
  { cut }: Searchable,
  texts: Texts,
  model: string,
  vector: Float32Array,
  { weight }: Embedding,
  store: Store,
): Promise<Nearness> {
  const places = new Map<string, { tables: number[]; columns: number[] }>()
  const at = (key: string) => {
    const one = places.get(key) ?? { tables: [], columns: [] }
    places.set(key, one)
    return one
  }
  texts.tables.forEach((key, table) => {
    if (key !== '' && (!cut || cut.tables[table] === 1)) at(key).tables.push(table)
  })
  texts.columns.forEach((key, column) => {
    if (key !== '' && (!cut || cut.columns[column] === 1)) at(key).columns.push(column)
  })
  const { best, mean } = await store.vectors.nearest(model, vector, [...places.keys()])
  const tables = new Map<number, number>()
  const columns = new Map<number, number>()
  for (const [key, cosine] of best) {
    const one = places.get(key)!
    for (const table of one.tables) tables.set(table, cosine)
    // A name that every table has tells none from another.
    if (one.columns.length <= NAMESAKES_MAX) for (const column of one.columns) columns.set(column, cosine)
  }
  return { tables, columns, mean, weight }
}
const NAMESAKES_MAX = 50

const waited = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref())
