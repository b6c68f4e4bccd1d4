import type { PairTold } from '../bank.ts'
import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import { onOneLine } from './catalog-words.ts'
import type { Context, Flag, Given } from './command.ts'
import { credentialOf } from './context.ts'

export const sourceFlag: Flag = { doc: 'The source. Not needed where there is only one.', value: 'NAME', short: 's' }
export const jsonFlag: Flag = { doc: 'Print JSON.' }

/** A question about the bank as a recorded call, under the grant of the holder of SLUICE_API_KEY or of the person at this machine. */
export async function bankCall({ terminal }: Context, given: Given, text: string, parts: Parts): Promise<Call> {
  const { newCallId, sourceOf } = await import('../tools/tools.ts')
  const caller = { id: newCallId(), door: 'cli', credential: credentialOf(terminal), signal: terminal.signal } as const
  const source = await sourceOf({ source: given.text('source') }, caller, parts)
  return { ...caller, source, action: 'query', text: text.slice(0, 500), params: [] }
}

export const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

/** A pair in a few lines, without what a terminal would obey. */
export function pairText({ id, state, question, sql, reason, mend, up, down, uses }: PairTold, more = ''): string {
  const lines = [
    `${onOneLine(question)}${more}`,
    `  ${onOneLine(sql)}`,
    `  ${state}, used ${uses} times, ${up} up, ${down} down, ${id}`,
    ...(reason === undefined ? [] : [`  ${onOneLine(reason)}`]),
    ...(mend === undefined ? [] : [`  suggested: ${onOneLine(mend)}`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}
