import { limits } from '../limits.ts'
import type { Checked } from '../prepare.ts'
import { batchLines, tooLong } from './batch-lines.ts'
import type { Checker } from './check.ts'
import { exits, type Terminal } from './command.ts'
import { put } from './rows-out.ts'

/** Verdicts are gathered to about this much before they are written. */
const writeBytes = 64 * 1024

/**
 * Reads `{id, sql}` lines and writes a verdict line for each, in order. A line that cannot be understood is refused like a statement that
 * cannot; nothing in the file ends the run. Holds one line and one piece of the file at a time.
 */
export async function checkBatch(file: string, judge: Checker, { in: input, out, signal }: Terminal): Promise<number> {
  let ready: string[] = []
  let bytes = 0
  for await (const line of batchLines(file, input, '{"id": …, "sql": "…"}')) {
    signal.throwIfAborted()
    const verdict = await verdictOn(line, judge)
    if (verdict === undefined) continue
    ready.push(verdict)
    bytes += verdict.length
    if (bytes < writeBytes) continue
    await put(out, ready.join(''))
    ready = []
    bytes = 0
  }
  await put(out, ready.join(''))
  return exits.ok.code
}

type Verdict = Omit<Checked, 'hint'>

async function verdictOn(line: string | typeof tooLong, judge: Checker): Promise<string | undefined> {
  if (line === tooLong) return written(null, refusal('body_too_large', `The line is longer than ${limits.bodyBytesMax} bytes.`))
  if (line.trim() === '') return undefined
  const { id, sql, wrong } = requestOf(line)
  if (sql === undefined) return written(id, wrong!)
  try {
    return written(id, await judge(sql))
  } catch {
    return written(id, refusal('internal', 'The statement could not be judged.'))
  }
}

const refusal = (code: string, reason: string): Verdict => ({ verdict: 'refuse', kind: 'unknown', code, reason, tables: [] })

function requestOf(line: string): { id: unknown; sql?: string; wrong?: Verdict } {
  let request: unknown
  try {
    request = JSON.parse(line)
  } catch {
    return { id: null, wrong: refusal('body_unreadable', 'The line is not JSON.') }
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return { id: null, wrong: refusal('field_invalid', 'The line is not a JSON object.') }
  }
  const { id = null, sql } = request as Record<string, unknown>
  if (sql === undefined) return { id, wrong: refusal('field_missing', 'The line has no field sql.') }
  return typeof sql === 'string' ? { id, sql } : { id, wrong: refusal('field_invalid', 'The field sql is not a string.') }
}

const written = (id: unknown, { verdict, kind, code, reason, tables }: Verdict): string =>
  `${JSON.stringify({ id, verdict, kind, code, reason, tables })}\n`
