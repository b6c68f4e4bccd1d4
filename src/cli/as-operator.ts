import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { Terminal } from './command.ts'

const operator: Principal = { name: 'operator', via: 'local', roles: ['admin'], attributes: {} }

/**
 * The parts as the operator finds them: whoever may read the configuration has its passwords. A holder of SLUICE_API_KEY is asked for what
 * their own roles allow. Every call is recorded all the same.
 */
export function asOperator(parts: Parts, { env }: Terminal): Parts {
  if (env.SLUICE_API_KEY) return parts
  const { keys, provider } = parts.auth
  return { ...parts, auth: { identify: () => operator, until: () => undefined, keys, provider } }
}
