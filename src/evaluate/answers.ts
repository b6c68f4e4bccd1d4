import { readFileSync } from 'node:fs'
import type { Given } from './ask.ts'

type Line = Readonly<{ id?: unknown; sql?: unknown; answered?: unknown; confidence?: unknown; ask_back?: unknown }>

/**
 * What a client's own model has written, by the question's id: JSON lines of `{id, sql, answered?, confidence?}`, as `sluice ask --batch` writes
 * them. Where nothing else is said, a statement is an answer that its writer is sure of. Throws an Error on a line that is none.
 */
export function readAnswers(file: string): ReadonlyMap<string, Given> {
  const answers = new Map<string, Given>()
  for (const [i, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (text.trim() === '') continue
    let line: Line | null
    try {
      line = JSON.parse(text) as Line | null
    } catch (cause) {
      throw new Error(`Line ${i + 1} of ${file} is not JSON.`, { cause })
    }
    if (line === null || typeof line !== 'object' || line.id === undefined) throw new Error(`Line ${i + 1} of ${file} has no id.`)
    const { sql, answered, confidence } = line
    const written = typeof sql === 'string' && sql !== ''
    answers.set(String(line.id), {
      ...(written ? { sql } : {}),
      answered: typeof answered === 'boolean' ? answered : written,
      confidence: typeof confidence === 'number' ? confidence : written ? 1 : 0,
      askedBack: Boolean(line.ask_back),
    })
  }
  return answers
}
