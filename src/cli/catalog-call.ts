import type { Call } from '../call.ts'
import { type Context, type Given, UsageError } from './command.ts'
import { credentialOf } from './context.ts'

/** A question about the catalog as a recorded call, under the grant of the holder of SLUICE_API_KEY or of the person at this machine. */
export async function catalogCall({ terminal }: Context, source: string, text: string): Promise<Call> {
  const { newCallId } = await import('../tools/declared.ts')
  const credential = credentialOf(terminal)
  return {
    id: newCallId(),
    door: 'cli',
    credential,
    source,
    action: 'query',
    text: text.slice(0, 500),
    params: [],
    signal: terminal.signal,
  }
}

/** The source that was named as the first word. */
export function sourceWord(given: Given, command: string): string {
  const [source] = given.words
  if (source === undefined) throw new UsageError(`sluice ${command} needs the name of a source.`)
  return source
}
