import { SluiceError } from '../error.ts'
import type { StoreSetting } from './store.ts'

/** What a PostgreSQL that cannot take us now says: it is starting or stopping, or has no connection left. */
const AWAY: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EPIPE'],
  ...['57P01', '57P03', '53300', '08000', '08001', '08003', '08006'],
])

/** Why a registry could not be opened, and who can mend it: one that is away may be back in a minute, one that is said wrongly will not. */
export function openingError(setting: StoreSetting, cause: unknown): SluiceError {
  if (cause instanceof SluiceError) return cause
  if ('file' in setting)
    return new SluiceError('config_invalid', 'The registry cannot be opened: its file cannot be read or written, or is none.', {
      cause,
      hint: 'Check `registry`: the folder must be writable and the file whole.',
    })
  const { code, message } = cause as Readonly<{ code?: unknown; message?: unknown }>
  // The address may hold a password; its host does not.
  const place = URL.parse(setting.url)?.host || 'its address'
  if (AWAY.has(code) || (code === undefined && /timeout|terminated|ended/i.test(String(message))))
    return new SluiceError('registry_unavailable', `The registry's PostgreSQL at ${place} does not answer.`, {
      cause,
      hint: 'Check whether the server is up and can be reached from here, and `registry` in the configuration. It is tried again by the next call.',
    })
  const why: Readonly<Record<string, string>> = {
    '28P01': 'it refuses the user or the password',
    '28000': 'it refuses the user or the password',
    '3D000': 'it has no such database',
    '42501': 'its user may not create tables',
  }
  const said = typeof code === 'string' ? why[code] : undefined
  return new SluiceError('config_invalid', `The registry in PostgreSQL at ${place} cannot be opened${said ? `: ${said}` : ''}.`, {
    cause,
    hint: 'Check `registry`: the address, the user, the password, and that the user may create tables.',
  })
}
