import type { AskStep } from '../../src/answer.ts'
import { type Answered, type Asked, ask } from '../../src/ask.ts'
import type { Parts } from '../../src/gateway.ts'
import { type Batch, type Column, cells, type Sink } from '../../src/result.ts'
import { newCallId } from '../../src/tools/tools.ts'

export type Got = Answered & Readonly<{ steps: readonly AskStep[]; rows: readonly (readonly unknown[])[]; columns: readonly string[] }>

/** Asks a question as a door does, and keeps the steps and rows. */
export async function askOf(key: string, parts: Parts, asked: Pick<Asked, 'question'> & Partial<Asked>): Promise<Got> {
  const steps: AskStep[] = []
  const rows: unknown[][] = []
  let head: readonly Column[] = []
  const sink: Sink = {
    columns(columns) {
      head = columns
    },
    batch(batch: Batch) {
      rows.push(...cells(batch, head))
    },
  }
  const whole: Asked = {
    id: newCallId(),
    door: 'http',
    credential: { kind: 'bearer', token: key },
    signal: new AbortController().signal,
    source: 'shop',
    before: [],
    ...asked,
  }
  const answered = await ask(whole, { step: (step) => void steps.push(step), sink }, newCallId, parts)
  return { ...answered, steps, rows, columns: head.map(({ name }) => name) }
}
