import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { type Look, recorded } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { readQuestion, readStatement } from '../pairs/pairs.ts'
import type { Pair, PairPatch } from '../store/store.ts'
import { addPair } from './add.ts'
import { mayFind } from './may-find.ts'
import { lookAt, newId, type Scene } from './scene.ts'
import { shelfOf } from './shelf.ts'

/** Whether the bank learns from questions whose statement has run: never, where the caller asks for it, or always. */
export type Learn = 'off' | 'ask' | 'on'

/** A statement that was run for a question, and how that ended. `remember` is what the caller says. */
export type Ran = Readonly<{ question: string; failed: unknown; remember: boolean }>

/** A pair that failed so often in a row is no more told of. */
const FAILURES_MAX = 3

/**
 * Keeps in mind what came of a question: a pair of the bank that was used, or failed, ranks by it; a question that is new is kept as proposed
 * where the configuration lets the bank learn. Never throws: the answer has been given already.
 */
export async function learnFrom(ran: Call, { question, failed, remember }: Ran, learn: Learn, parts: Parts): Promise<void> {
  const keeps = failed === undefined && ran.params.length === 0 && (learn === 'on' || (learn === 'ask' && remember))
  if (learn === 'off') return
  const call: Call = { ...ran, id: newId(), text: `learn from ${ran.id}`, params: [], signal: AbortSignal.timeout(LEARN_MS_MAX) }
  try {
    await recorded(
      call,
      parts,
      () => 0,
      async (entry, principal) => {
        entry.identified(principal)
        const store = await parts.store()
        const scene: Scene = { call, parts, principal, entry, store, book: store.pairs }
        await entry.intend(principal, { sql: '', kind: 'bank', tables: [], policies: [], params: 0 })
        const look = await lookAt(scene, call.source)
        const pair = await usedPair(scene, look, question, ran.text)
        if (pair) await scene.book.change(pair.source, pair.id, (now) => outcomeOf(now, failed))
        else if (keeps) await addPair(scene, { question, statement: ran.text }, 'ran')
      },
    )
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
  }
}
const LEARN_MS_MAX = 30_000

/** The pair that the caller has run: the same statement for a question that is the same but for values and filler words. */
async function usedPair(
  { book, principal, parts, call }: Scene,
  look: Look,
  question: string,
  statement: string,
): Promise<Pair | undefined> {
  const dialect = await parts.dialects(look.source.dialect)
  const { exact } = readStatement(dialect.tokens(statement))
  const { normal } = readQuestion(question)
  for (const pair of (await shelfOf(book, call.source)).entries()) {
    if (pair.state === 'rejected' || readQuestion(pair.question).normal !== normal) continue
    if (readStatement(dialect.tokens(pair.statement)).exact !== exact) continue
    if (await mayFind(pair, look, principal, parts)) return pair
  }
  return undefined
}

/** Failures that speak against the statement, not against the moment. */
const AGAINST: ReadonlySet<string> = new Set([
  'table_unknown',
  'column_unknown',
  'function_unknown',
  'value_invalid',
  'source_failed',
  'sql_syntax',
])

function outcomeOf(pair: Pair, failed: unknown): PairPatch | undefined {
  if (failed === undefined) return { uses: pair.uses + 1, failuresInRow: 0 }
  if (!(failed instanceof SluiceError) || !AGAINST.has(failed.code)) return undefined
  const failuresInRow = pair.failuresInRow + 1
  const over = failuresInRow >= FAILURES_MAX && (pair.state === 'verified' || pair.state === 'proposed')
  return {
    failures: pair.failures + 1,
    failuresInRow,
    ...(over ? { state: 'stale', reason: `It failed ${failuresInRow} times in a row.` } : {}),
  }
}
