import { SluiceError } from '../../error.ts'

/** The subprotocol of our messages. */
export const PROTOCOL = 'sluice'
const BEARER = 'bearer.'

/** What a client calls itself and its user. Words for the log; who is asking is told by the credential alone. */
export type Labels = Readonly<{ client_id?: string; user_id?: string }>

const known = new Set(['client_id', 'user_id'])
const label = /^[\p{L}\p{N}\p{P}\p{S} ]{1,128}$/u

/** Throws `field_unknown` and `field_invalid`; `credential_missing` where somebody put a key into the address. */
export function labelsOf(url: string): Labels {
  const query = url.indexOf('?')
  const labels: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query < 0 ? '' : url.slice(query))) {
    if (/token|key|secret|password|authorization|bearer/i.test(name)) {
      throw new SluiceError('credential_missing', 'A token in an address ends up in logs and histories, so none is accepted there.')
    }
    if (!known.has(name)) throw new SluiceError('field_unknown', 'The address of a socket takes client_id and user_id only.')
    if (Object.hasOwn(labels, name) || !label.test(value)) {
      throw new SluiceError('field_invalid', `${name} must stand once, with 1 to 128 printable characters.`)
    }
    labels[name] = value
  }
  return labels
}

/** What `Sec-WebSocket-Protocol` offers: whether it knows our messages, and the key of a page. */
export function offered(header: string | undefined): Readonly<{ ours: boolean; token: string | undefined }> {
  const names = (header ?? '').split(',').map((name) => name.trim())
  const token = names.find((name) => name.startsWith(BEARER) && name.length > BEARER.length)?.slice(BEARER.length)
  return { ours: names.includes(PROTOCOL), token }
}
