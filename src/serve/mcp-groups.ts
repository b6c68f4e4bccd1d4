import { SluiceError } from '../error.ts'
import { type Group, groupsNamed } from '../tools/declared.ts'
import type { Exchange } from './exchange.ts'

const CREDENTIALS = new Set(['access_token', 'token', 'api_key', 'apikey', 'key', 'authorization'])

/**
 * The groups of tools that the address of a request names, as `/mcp/schema,dml` or `?groups=schema,dml`, else those of the configuration.
 * Throws `field_invalid` for groups that are none, and for a credential in the address, which logs and proxies would keep.
 */
export function groupsOf({ request, params }: Exchange, configured: readonly Group[] | undefined): readonly Group[] | undefined {
  const url = request.url!
  const named = params?.groups
  const query = url.indexOf('?')
  if (query < 0) return named === undefined ? configured : groupsNamed(named)
  const search = new URLSearchParams(url.slice(query + 1))
  for (const name of search.keys()) {
    if (!CREDENTIALS.has(name.toLowerCase())) continue
    const hint = 'Send `Authorization: Bearer <api key>`. Make a new key: this one may stand in logs now.'
    throw new SluiceError('field_invalid', 'A credential must not stand in the address.', { hint })
  }
  const asked = search.getAll('groups').join(',')
  if (named !== undefined) return groupsNamed(asked === '' ? named : `${named},${asked}`)
  return search.has('groups') ? groupsNamed(asked) : configured
}
