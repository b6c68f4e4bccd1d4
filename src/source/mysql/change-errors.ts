import { SluiceError } from '../../error.ts'
import { failure, type MysqlError } from './errors.ts'

const violations: Readonly<Record<number, string>> = {
  1022: 'a key must be unique',
  1048: 'a column must not be NULL',
  1062: 'a key must be unique',
  1169: 'a key must be unique',
  1216: 'a foreign key forbids it',
  1217: 'a foreign key forbids it',
  1263: 'a column must not be NULL',
  1364: 'a column without a default needs a value',
  1451: 'a foreign key of another table points at the row',
  1452: 'a foreign key points at no row',
  1557: 'a foreign key forbids it',
  1586: 'a key must be unique',
  1761: 'a foreign key forbids it',
  1762: 'a foreign key forbids it',
  3819: 'a check forbids it',
  4025: 'a check forbids it',
}
const conflicts = new Set([1020, 1205, 1213, 1614, 3058, 3101, 3572])
const readOnly = new Set([1290, 1792, 1836])

/** Our error for what the server said about a change. Of its sentence only names are kept: the values stand there as well. */
export function changeFailure(error: MysqlError): SluiceError {
  const { errno } = error
  const because = violations[errno]
  if (because) return new SluiceError('constraint_violated', `${because}${placeOf(error)} (${errno})`, { cause: error })
  if (conflicts.has(errno))
    return new SluiceError('change_conflict', `Somebody else is changing the same rows; nothing was changed (${errno})`, { cause: error })
  if (readOnly.has(errno)) return new SluiceError('source_denied', `The server does not let this source write (${errno})`, { cause: error })
  const known = failure(error)
  const place = known.code === 'value_invalid' ? columnOf(error.message) : undefined
  return place === undefined
    ? known
    : new SluiceError('value_invalid', `A value does not fit the column ${place} (${errno})`, { cause: error })
}

/** The server puts its own names last, so whatever a value holds stands before the place that is looked at. */
function placeOf({ errno, message }: MysqlError): string {
  const key = errno === 1062 || errno === 1586 ? last(message, /^ for key '([^']{1,200})'$/, ' for key ') : undefined
  if (key !== undefined) return `: key "${key}"`
  const column = errno === 1048 || errno === 1364 ? /^(?:Column|Field) '([^']{1,200})'/.exec(message)?.[1] : undefined
  if (column !== undefined) return `: column "${column}"`
  const check = errno === 3819 || errno === 4025 ? /^(?:Check constraint|CONSTRAINT) ['`]([^'`]{1,200})['`]/.exec(message)?.[1] : undefined
  if (check !== undefined) return `: constraint "${check}"`
  const foreign = errno === 1451 || errno === 1452 ? /, CONSTRAINT `([^`]{1,200})`/.exec(message)?.[1] : undefined
  return foreign === undefined ? '' : `: constraint "${foreign}"`
}

const columnOf = (message: string): string | undefined =>
  last(message, /^ for column ['`](?:[^'`]+`\.`)*([^'`]{1,200})['`](?: at row \d+)?$/, ' for column ')

function last(message: string, form: RegExp, from: string): string | undefined {
  const at = message.lastIndexOf(from)
  return at < 0 ? undefined : form.exec(message.slice(at))?.[1]
}
