import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { inColumns } from './columns.ts'
import { type Command, exits } from './command.ts'
import { tellWarnings } from './reloading.ts'

const pingMsMax = 10_000

type State = Readonly<{
  name: string
  connector: string
  dialect: string
  description: string
  state: 'ok' | 'failed'
  version?: string
  ms: number
  code?: string
  message?: string
}>

export const sources: Command = {
  name: 'sources',
  doc: 'List the configured sources and whether they answer.',
  wordsMax: 0,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [['sluice sources --demo', 'The demo sources with their state']],
  async run(given, { config, withParts, terminal }) {
    const settings = await config()
    tellWarnings(settings, terminal)
    const states = await withParts(settings, (parts) =>
      Promise.all(parts.sources.names.map((name) => stateOf(name, parts, terminal.signal))),
    )
    if (given.on('json')) terminal.out.write(`${JSON.stringify(states, undefined, 2)}\n`)
    else if (states.length === 0) terminal.out.write('No sources are configured. `sluice init` writes a configuration.\n')
    else {
      const rows = states.map((one) => [
        one.name,
        one.connector,
        one.state === 'ok' ? `ok (${one.ms} ms)` : (one.code ?? 'failed'),
        one.version ?? '',
        one.state === 'ok' ? one.description : (one.message ?? ''),
      ])
      terminal.out.write(inColumns(['source', 'connector', 'state', 'version', 'about'], rows))
    }
    return states.some(({ state }) => state === 'failed') ? exits.unavailable.code : exits.ok.code
  },
}

async function stateOf(name: string, parts: Parts, signal: AbortSignal): Promise<State> {
  const { connector, dialect, description } = parts.sources.about(name)!
  const started = performance.now()
  const known = { name, connector, dialect, description }
  try {
    const { connection } = await parts.sources.get(name)
    await connection.ping(AbortSignal.any([signal, AbortSignal.timeout(pingMsMax)]))
    const version = connection.version
    return { ...known, state: 'ok', ms: since(started), ...(version === undefined ? {} : { version }) }
  } catch (error) {
    const { code, message } =
      error instanceof SluiceError ? error : { code: 'source_unavailable', message: `No answer within ${pingMsMax} ms.` }
    return { ...known, state: 'failed', ms: since(started), code, message }
  }
}

const since = (started: number): number => Math.round((performance.now() - started) * 10) / 10
