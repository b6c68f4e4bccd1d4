import { SluiceError } from '../../error.ts'
import type { Identity } from '../../grant.ts'
import type { Statement } from '../writing.ts'

/**
 * What makes a session somebody: its settings, then its role. With `local` both end with the transaction, whatever becomes of it.
 * Only settings of one's own, which have a dot in their name, can be given: any other might undo what Sluice relies on.
 * Throws `config_invalid`.
 */
export function identityStatement({ settings = {}, role }: Identity, local: boolean): readonly Statement[] {
  const pairs = Object.entries(settings)
  for (const [name] of pairs) {
    if (!/^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)+$/.test(name))
      throw new SluiceError('config_invalid', `The session setting "${name}" of an identity is none of your own, such as app.tenant.`)
  }
  if (role !== undefined) {
    if (/^(none|default)$/i.test(role) || role === '')
      throw new SluiceError('config_invalid', `"${role}" is no role that an identity can have.`)
    pairs.push(['role', role])
  }
  if (pairs.length === 0) return []
  const calls = pairs.map((_, i) => `pg_catalog.set_config($${i * 2 + 1}, $${i * 2 + 2}, ${local})`)
  return [{ sql: `SELECT ${calls.join(', ')}`, params: pairs.flat() }]
}
