import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import { schemaForModel, type Verdict, verdict } from '../guide.ts'
import type { Message } from '../llm/llm.ts'
import { fence } from './prompts/fence.ts'
import { mendPrompt } from './prompts/mend.ts'
import { sqlIn } from './standalone-text.ts'

/** A statement that a model has mended; it would run. */
export type MendedByModel = Readonly<{ sql: string; verdict: Verdict; cost: Readonly<{ tokens: number; usd?: number }> }>

const TOKENS = 3_000
const ROUNDS_MAX = 2

/**
 * Lets the configured model mend the text of a call that does not run, for `reason`. Undefined where there is no model or it cannot. What it writes
 * is judged as any statement of the caller's, and not run.
 */
export async function mendWithModel(call: Call, reason: string, newId: () => string, parts: Parts): Promise<MendedByModel | undefined> {
  const { llm } = parts
  if (!llm) return undefined
  const { via, name } = await parts.auth.identify(call.credential)
  const marks = fence()
  const { rules, schema, dialect } = await schemaForModel(
    { ...call, id: newId(), text: 'schema for a model' },
    { question: call.text, tokens: TOKENS },
    parts,
  )
  const broken = (sql: string, why: string) => marks.around('data', `${sql}\n\n${why}`)
  const messages: Message[] = [
    { role: 'user', text: `${broken(call.text, reason)}\n\nThe tables that seem to be meant:\n${marks.around('data', schema)}` },
  ]
  const system = mendPrompt(dialect, rules, marks.name)
  const cost: { tokens: number; usd?: number } = { tokens: 0, usd: 0 }
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const said = await llm.converse({ principal: `${via} ${name}`, system, messages, signal: call.signal })
    cost.tokens += said.cost.tokens
    if (said.cost.usd === undefined) delete cost.usd
    else if (cost.usd !== undefined) cost.usd += said.cost.usd
    const { sql } = sqlIn(said.text)
    if (sql === undefined) return undefined
    const judged = await verdict({ ...call, id: newId(), text: sql }, newId, parts)
    if (judged.valid) return { sql, verdict: judged, cost }
    const { text, toolCalls, echo } = said
    messages.push({ role: 'assistant', text, toolCalls, ...(echo === undefined ? {} : { echo }) })
    messages.push({ role: 'user', text: broken(sql, `${judged.code}: ${judged.reason}`) })
  }
  return undefined
}
