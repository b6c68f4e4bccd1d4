import { SluiceError } from '../../error.ts'
import type { Identity } from '../../grant.ts'

/** The login of an identity; a proxy user is what the server makes of it. Throws `config_invalid` for what only PostgreSQL knows. */
export function loginOf(identity: Identity | undefined): Identity['login'] {
  if (identity?.role !== undefined || identity?.settings !== undefined)
    throw new SluiceError('config_invalid', 'An identity of a MySQL or MariaDB source has a login, but neither a role nor settings.')
  return identity?.login
}
