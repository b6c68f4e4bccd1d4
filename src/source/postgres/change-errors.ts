import { SluiceError } from '../../error.ts'
import { failure, type PostgresError } from './errors.ts'

const violations: Readonly<Record<string, string>> = {
  23502: 'a column must not be NULL',
  23503: 'a foreign key forbids it',
  23505: 'a key must be unique',
  23514: 'a check forbids it',
  '23P01': 'an exclusion constraint forbids it',
}

/** Our error for what the server said about a change. Names come from their own fields: the sentence and its detail hold values. */
export function changeFailure(error: PostgresError, sql: string): SluiceError {
  const { code, fields } = error
  if (code.startsWith('23')) {
    const names = [named('table', fields.t), named('column', fields.c), named('constraint', fields.n)].filter((name) => name !== '')
    const about = names.length === 0 ? '' : `: ${names.join(', ')}`
    return new SluiceError('constraint_violated', `PostgreSQL: ${violations[code] ?? 'a constraint forbids it'}${about} (${code})`, {
      cause: error,
    })
  }
  if (code.startsWith('40') || code === '55P03') {
    return new SluiceError('change_conflict', `PostgreSQL: somebody else is changing the same rows; nothing was changed (${code})`, {
      cause: error,
    })
  }
  if (code === '25006')
    return new SluiceError('source_denied', 'PostgreSQL does not let this source write: it is read-only (25006)', { cause: error })
  return failure(error, sql)
}

const named = (what: string, name: string | undefined): string => (name === undefined ? '' : `${what} "${name}"`)
