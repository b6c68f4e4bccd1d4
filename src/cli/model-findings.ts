import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Finding } from './findings.ts'

/** Whether the configured model answers: a question of two words, which costs next to nothing and shows key, name and address to be right. */
export async function modelFindings({ llm, ask }: Parts, signal: AbortSignal): Promise<Finding[]> {
  if (!llm) {
    if (ask.mode !== 'standalone') return [{ level: 'ok', what: 'model', text: 'none is configured; questions are answered without' }]
    return [
      {
        level: 'problem',
        what: 'model',
        text: 'llm.mode is standalone, and no provider is named.',
        mend: 'Set llm.provider (LLM_PROVIDER).',
      },
    ]
  }
  const configured = llm.model
  const name = `${configured} of ${llm.provider}`
  try {
    await llm.converse({
      principal: 'sluice doctor',
      system: 'Answer with the word ok.',
      messages: [{ role: 'user', text: 'ok?' }],
      signal,
    })
    if (llm.model === configured) return [{ level: 'ok', what: 'model', text: `${name} answers` }]
    const mend = `Set llm.model (LLM_MODEL) to ${llm.model}, or to another that is there.`
    return [{ level: 'warning', what: 'model', text: `${name} is not there any more; ${llm.model} answers in its place.`, mend }]
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return [{ level: 'problem', what: 'model', text: `${name}: ${error.message} (${error.code})`, mend: error.hint }]
  }
}
