import { SluiceError } from '../error.ts'
import type { Token } from '../sql/sql.ts'

/**
 * The number from 0 of the value that each placeholder stands for: `?` the next one, `$3` and `?3` the third, `:name` one for each name,
 * numbered as SQLite does. Throws `parameter_count` when `given` is not what the statement asks for.
 */
export function numbered(tokens: readonly Token[], given: number): ReadonlyMap<Token, number> {
  const placeholders = tokens.filter(({ kind }) => kind === 'parameter')
  const found = new Map<Token, number>()
  const names = new Map<string, number>()
  let most = 0
  for (const token of placeholders) {
    const number = numberOf(token.text, most, names)
    if (number < 1 || number > PLACEHOLDERS_MAX) {
      throw new SluiceError('parameter_count', `There is no placeholder ${token.text.slice(0, 20)}.`, { position: token.at })
    }
    most = Math.max(most, number)
    found.set(token, number - 1)
  }
  if (most !== given) {
    const values = `${given} value${given === 1 ? ' was' : 's were'} given`
    throw new SluiceError('parameter_count', `The statement has ${most} placeholder${most === 1 ? '' : 's'}, but ${values}.`)
  }
  return found
}

/** No statement is long enough for more. */
const PLACEHOLDERS_MAX = 100_000

function numberOf(text: string, most: number, names: Map<string, number>): number {
  const digits = /^[?$](\d+)$/.exec(text)?.[1]
  if (digits !== undefined) return Number(digits)
  if (text === '?') return most + 1
  const number = names.get(text) ?? most + 1
  names.set(text, number)
  return number
}
