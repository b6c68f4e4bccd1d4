import type { Call } from '../call.ts'
import { type Code, publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { storePair } from './add.ts'
import { listPairs } from './find.ts'
import { reviewPair } from './review.ts'
import { newId } from './scene.ts'

/** A pair as a line of JSON. */
export type Carried = Readonly<{ source: string; question: string; sql: string; state: string }>

const PAGE = 500

/** The pairs of a source that exist for the caller, as lines to be imported elsewhere. */
export async function exportPairs(call: Call, write: (line: string) => void | Promise<void>, parts: Parts): Promise<number> {
  let count = 0
  for (;;) {
    const { pairs, more } = await listPairs({ ...call, id: newId() }, { limit: PAGE, offset: count }, parts)
    for (const { source, question, sql, state } of pairs)
      await write(`${JSON.stringify({ source, question, sql, state } satisfies Carried)}\n`)
    count += pairs.length
    if (!more) return count
  }
}

export type Imported = Readonly<{
  added: number
  known: number
  refused: readonly Readonly<{ line: number; code: Code; reason: string }>[]
}>

const REFUSED_MAX = 1_000

/**
 * Stores each line's pair as the caller would: as proposed, or verified where that is wanted and theirs to say. A line that is refused is
 * told and holds no other up.
 */
export async function importPairs(call: Call, lines: AsyncIterable<string>, verify: boolean, parts: Parts): Promise<Imported> {
  const refused: { line: number; code: Code; reason: string }[] = []
  let [line, added, known] = [0, 0, 0]
  for await (const text of lines) {
    line++
    if (text.trim() === '') continue
    call.signal.throwIfAborted()
    try {
      const { source, question, sql } = carried(text)
      const target = { ...call, source: call.source === '' ? source : call.source }
      const stored = await storePair(
        { ...target, id: newId(), text: `import ${question.slice(0, 200)}` },
        { question, statement: sql },
        parts,
      )
      if (stored.known) known++
      else added++
      if (verify && stored.pair.state !== 'verified')
        await reviewPair({ ...target, id: newId(), text: `verify ${stored.pair.id}` }, stored.pair.id, 'verify', undefined, parts)
    } catch (error) {
      if (!(error instanceof SluiceError) || ENDS.has(error.code)) throw error
      const { code, message } = publicError(error)
      if (refused.length < REFUSED_MAX) refused.push({ line, code, reason: message })
    }
  }
  return { added, known, refused }
}

/** What would fail for every line. */
const ENDS: ReadonlySet<Code> = new Set([
  'query_cancelled',
  'audit_unavailable',
  'registry_unavailable',
  'config_invalid',
  'stopping',
  'credential_missing',
  'credential_unknown',
])

function carried(text: string): Omit<Carried, 'state'> {
  try {
    const { source = '', question, sql } = JSON.parse(text) as Readonly<Record<string, unknown>>
    if (typeof source === 'string' && typeof question === 'string' && typeof sql === 'string') return { source, question, sql }
  } catch {
    // Told below, with what a line must be.
  }
  throw new SluiceError('field_invalid', 'A line must be a JSON object with question and sql, and source where none is named.')
}
