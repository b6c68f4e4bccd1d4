import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AskStep } from '../../../src/answer.ts'
import { type Answered, type Asked, ask } from '../../../src/ask.ts'
import type { Call } from '../../../src/call.ts'
import { configOf } from '../../../src/config/config.ts'
import { demoText } from '../../../src/demo/demo.ts'
import { makeDemo } from '../../../src/demo/make.ts'
import { SluiceError } from '../../../src/error.ts'
import { run } from '../../../src/gateway.ts'
import { openParts } from '../../../src/main.ts'
import { type Column, cells, type Sink } from '../../../src/result.ts'
import { newCallId } from '../../../src/tools/tools.ts'
import { TODAY } from './dialogues.ts'

export type Rows = readonly (readonly unknown[])[]
export type Heard = Answered & Readonly<{ rows: Rows; steps: readonly AskStep[] }>

/** The demo as somebody at home has it, made as of one day, with the engine and models that ship. */
export type Demo = Readonly<{
  parts: ReturnType<typeof openParts>['parts']
  ask(question: string, source: string, before: Asked['before'], more?: Partial<Asked>): Promise<Heard>
  sql(text: string, source: string): Promise<Rows>
  close(): Promise<void>
}>

/** `more` is added to the configuration of the demo. */
export async function openDemo(more = ''): Promise<Demo> {
  const base = mkdtempSync(join(tmpdir(), 'sluice-dialogues-'))
  const folder = join(base, 'demo')
  await makeDemo(folder, new Date(`${TODAY}T09:00:00Z`), () => {})
  const opened = openParts(await configOf(join(folder, 'sluice.yaml'), demoText() + more, {}))
  const { parts } = opened
  const caller = { door: 'cli', credential: { kind: 'local' }, signal: new AbortController().signal } as const
  return {
    parts,
    ask: (question, source, before, more = {}) =>
      again(async () => {
        const steps: AskStep[] = []
        const { sink, rows } = collecting()
        const asked: Asked = { ...caller, id: newCallId(), question, source, before, today: TODAY, ...more }
        const answered = await ask(asked, { step: (step) => void steps.push(step), sink }, newCallId, parts)
        return { ...answered, rows, steps }
      }),
    sql: (text, source) =>
      again(async () => {
        const { sink, rows } = collecting()
        const call: Call = { ...caller, id: newCallId(), source, action: 'query', text, params: [] }
        await run(call, sink, parts)
        return rows
      }),
    async close() {
      await opened.close()
      rmSync(base, { recursive: true, force: true })
    },
  }
}

/**
 * A statement that was stopped ends its engine's process, and what stands behind it in line with it; and a machine that does much else may not come
 * to the end of one in time. Both are to be asked again.
 */
async function again<T>(once: () => Promise<T>): Promise<T> {
  for (let left = 3; ; left--) {
    try {
      return await once()
    } catch (error) {
      if (left === 0 || !(error instanceof SluiceError) || !['source_unavailable', 'query_timeout', 'source_busy'].includes(error.code))
        throw error
    }
  }
}

function collecting(): Readonly<{ sink: Sink; rows: unknown[][] }> {
  const rows: unknown[][] = []
  let head: readonly Column[] = []
  const sink: Sink = {
    columns(columns) {
      head = columns
    },
    batch: (batch) => void rows.push(...cells(batch, head)),
  }
  return { sink, rows }
}

/** Rows in a form that is the same for the same answer: the order of columns does not matter, and that of rows only where it was asked for. */
export function comparable(rows: Rows, ordered: boolean): readonly string[] {
  const texts = rows.map((row) =>
    row
      .map((cell) =>
        typeof cell === 'number' || (typeof cell === 'string' && /^-?\d+\.\d+$/.test(cell))
          ? String(Number(Number(cell).toPrecision(10)))
          : String(cell),
      )
      .sort()
      .join(' | '),
  )
  return ordered ? texts : texts.sort()
}
