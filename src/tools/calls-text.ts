import type { Logged, LoggedCall } from '../administer.ts'
import { limits } from '../limits.ts'

/** Calls of the audit log for a model, one a line. */
export function callsText(told: Readonly<Record<string, unknown>>): string {
  const { calls, complete } = told as unknown as Logged
  if (calls.length === 0) return complete ? 'No calls.' : 'No calls in the newest part of the log; `sluice audit list` looks at all of it.'
  const lines: string[] = []
  let room = limits.textBytesMax
  for (const call of calls) {
    const line = lineOf(call)
    room -= line.length + 1
    if (room < 0) {
      lines.push(`… ${calls.length - lines.length} older ones; ask for fewer.`)
      break
    }
    lines.push(line)
  }
  if (!complete) lines.push('Older parts of the log were not looked at; `sluice audit list` looks at all of it.')
  return lines.join('\n')
}

const SQL_CHARS_MAX = 400

function lineOf({ time, door, principal, source, code, rows, ms, sql, text, reason }: LoggedCall): string {
  const what = (sql || text || '').replaceAll(/\s+/g, ' ')
  const shown = what.length > SQL_CHARS_MAX ? `${what.slice(0, SQL_CHARS_MAX)}…` : what
  const came = [rows === undefined ? '' : `${rows} rows`, ms === undefined ? '' : `${ms} ms`].filter((one) => one !== '').join(', ')
  const failed = reason === undefined ? '' : ` (${reason.slice(0, SQL_CHARS_MAX)})`
  return `${time} ${principal ?? 'nobody known'} ${door}${source === '' ? '' : ` ${source}`} ${code}${failed}${came === '' ? '' : ` ${came}`}: ${shown}`
}
