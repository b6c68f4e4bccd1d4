import { type Address, isHere } from './address.ts'
import type { Advice } from './source.ts'

/** What an operator should know about the encryption of a connection. */
export function tlsAdvice(encrypted: boolean, address: Address): Advice {
  if (!encrypted && isHere(address.host)) return { level: 'ok', text: 'The connection is not encrypted and does not leave this machine.' }
  if (!encrypted)
    return { level: 'warning', text: 'The connection crosses the network in plain text.', mend: 'Set `tls: verify-full` and `tls_ca`.' }
  if (address.tls === 'verify-full') return { level: 'ok', text: 'The connection is encrypted and the server proves its name.' }
  return {
    level: 'note',
    text: 'The connection is encrypted, but the name of the server is not checked.',
    mend: 'Set `tls: verify-full` and `tls_ca`.',
  }
}
