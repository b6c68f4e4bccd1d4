import type { Attribute } from '../principal.ts'
import { UsageError } from './command.ts'

/** `tenant=7` as a name and a scalar; several values with commas are a list. */
export function attributeOf(text: string): [name: string, value: Attribute] {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text)
  if (!match) throw new UsageError('--attribute is NAME=VALUE, e.g. tenant=7.')
  const scalar = (value: string) => (/^-?(0|[1-9]\d*)$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : value)
  const value = match[2]!
  if (value === 'true' || value === 'false') return [match[1]!, value === 'true']
  return [match[1]!, value.includes(',') ? value.split(',').map(scalar) : scalar(value)]
}
