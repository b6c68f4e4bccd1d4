import { checkedSettings } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import { type ConnectorName, connectors } from '../source/manifest.ts'
import type { Step, Told } from '../source/source.ts'
import { openSources } from '../source/sources.ts'
import type { Keyring, SourcesTable } from '../store/store.ts'
import { plainOf, unsealed } from './sealed.ts'

/** How a source was reached; the first step that fails is the last. */
export type Tried = Readonly<{ source: string; ok: boolean; steps: readonly Step[] }>

const SCHEMA_TTL_MS = 1_000

/** Goes the way to a registered source step by step, with a connection of its own, whether it is in use or not. Tells no secret and never rejects. */
export async function trySource(row: SourcesTable, keyring: Keyring, signal: AbortSignal, told: Told = () => undefined): Promise<Tried> {
  const steps: Step[] = []
  const step = async <T>(name: string, text: string, work: () => Promise<T>): Promise<T | undefined> => {
    const from = performance.now()
    const done = (ok: boolean, found: Readonly<{ text: string; mend?: string }>) => {
      const one = { step: name, ok, ms: Math.round((performance.now() - from) * 10) / 10, ...found }
      steps.push(one)
      told(one)
    }
    try {
      const value = await work()
      done(true, { text })
      return value
    } catch (error) {
      const known = error instanceof SluiceError ? error : new SluiceError('internal', 'It failed for a reason that only the log tells.')
      done(false, { text: known.message, mend: known.hint })
      return undefined
    }
  }
  const settings = await settingsOf(row, keyring, step)
  if (settings) steps.push(...(await reach(row, settings, signal, told)))
  return { source: row.name, ok: steps.every(({ ok }) => ok), steps }
}

type Go = <T>(name: string, text: string, work: () => Promise<T>) => Promise<T | undefined>

async function settingsOf(row: SourcesTable, keyring: Keyring, step: Go): Promise<Readonly<Record<string, unknown>> | undefined> {
  const known = await step('find the connector', `There is a connector of the kind ${row.connector}.`, async () => {
    if (Object.hasOwn(connectors, row.connector)) return true
    throw new SluiceError('not_supported', `This version has no connector of the kind ${row.connector}.`, {
      hint: 'The source is kept for a version that has one.',
    })
  })
  if (!known) return undefined
  const none = row.secrets === null
  const secrets = await step('read the secrets', none ? 'It has none.' : 'The key of this gateway opens them.', async () =>
    unsealed(row, keyring),
  )
  if (!secrets) return undefined
  return step('check the settings', 'They are those of this connector.', async () => {
    const { settings, wrong } = await checkedSettings(row.connector, { ...plainOf(row), ...secrets }, { folder: '/' })
    if (wrong.length === 0) return settings
    throw new SluiceError('config_invalid', wrong.map(({ key, text }) => `${key}: ${text}`).join('; '), { hint: 'Change these settings.' })
  })
}

/** With a house of its own, so that what runs in the gateway neither waits for it nor notices. */
async function reach(
  { name, connector: kind, description }: SourcesTable,
  settings: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  told: Told,
): Promise<readonly Step[]> {
  const connector = kind as ConnectorName
  const { dialect } = await connectors[connector]()
  const { cache_ttl_ms: _cache, schema_ttl_ms: _schema, ...own } = settings
  const sources = openSources({ [name]: { connector, dialect, description, schemaTtlMs: SCHEMA_TTL_MS, settings: own } }, 0)
  const from = performance.now()
  try {
    const { connection } = await sources.get(name)
    if (connection.diagnose) return await connection.diagnose(signal, told)
    await connection.ping(signal)
    return heard({ step: 'answer', ok: true, ms: since(from), text: 'The source answers.' }, told)
  } catch (error) {
    // An address that cannot be read, or a file that is not there, is known when the source is opened.
    const { message, hint } =
      error instanceof SluiceError ? error : new SluiceError('source_failed', 'It failed for a reason that only the log tells.')
    return heard({ step: 'open the source', ok: false, ms: since(from), text: message, mend: hint }, told)
  } finally {
    await sources.close()
  }
}

const since = (from: number): number => Math.round((performance.now() - from) * 10) / 10

function heard(step: Step, told: Told): readonly Step[] {
  told(step)
  return [step]
}
