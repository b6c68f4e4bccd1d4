import { isAbsolute, resolve } from 'node:path'
import type { Mask } from '../grant.ts'
import { nearest } from '../nearest.ts'
import type { Key } from './keys.ts'

/** What a value became, or what is wrong with it. A wrong value is never told: it may be a secret that stands in the wrong place. */
export type Outcome = Readonly<{ value: unknown } | { wrong: string }>

const wrong = (text: string): Outcome => ({ wrong: text })

/** Checks one value, plain data as YAML gives it, against its key. `fromEnv` says that it came from a variable, where numbers are text. */
export function check(key: Key, value: unknown, setting: Readonly<{ folder: string; fromEnv: boolean }>): Outcome {
  switch (key.type) {
    case 'string':
      // A password or an account number without quotes is a number to YAML.
      return typeof value === 'string' || typeof value === 'number' ? text(String(value)) : wrong('must be a string')
    case 'path':
      return typeof value === 'string' && value !== '' ? path(value, setting.folder) : wrong('must be a path')
    case 'place':
      return place(value, setting.folder)
    case 'int':
    case 'number':
      return number(key, setting.fromEnv && typeof value === 'string' && value.trim() !== '' ? Number(value) : value)
    case 'bool':
      if (setting.fromEnv && (value === 'true' || value === 'false')) return { value: value === 'true' }
      return typeof value === 'boolean' ? { value } : wrong('must be true or false')
    case 'enum':
      return oneOf(key.values ?? [], value)
    case 'strings':
    case 'enums':
      return list(value, (entry) => (key.type === 'enums' ? oneOf(key.values ?? [], entry) : filled(entry)))
    case 'rules':
    case 'names':
      return list(Array.isArray(value) ? value : [value], filled)
    case 'attribute':
      return attribute(value)
    case 'mask':
      return mask(value)
    case 'date':
      return date(value)
    case 'hash':
      return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)
        ? { value }
        : wrong('must be `sha256:` and 64 lower-case hexadecimal digits')
    default:
      return wrong('has a type that is not known')
  }
}

function text(value: string): Outcome {
  return value.includes('\0') ? wrong('must not hold a NUL') : { value }
}

function path(value: string, folder: string): Outcome {
  // SQLite and DuckDB name a database without a file so.
  if (value === ':memory:' || isAbsolute(value)) return text(value)
  return text(resolve(folder, value))
}

function place(value: unknown, folder: string): Outcome {
  if (typeof value !== 'string' || value === '' || value === ':memory:') return wrong('must be a path or start with postgres://')
  if (/^postgres(ql)?:\/\//i.test(value))
    return URL.canParse(value) ? text(value) : wrong('must be an address like postgres://user:password@host/database')
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(value) ? wrong('must be a path or start with postgres://') : path(value, folder)
}

function number(key: Key, value: unknown): Outcome {
  if (typeof value !== 'number' || !Number.isFinite(value)) return wrong(key.type === 'int' ? 'must be a whole number' : 'must be a number')
  if (key.type === 'int' && !Number.isSafeInteger(value)) return wrong('must be a whole number')
  if (key.min !== undefined && value < key.min) return wrong(`must be at least ${key.min}`)
  if (key.max !== undefined && value > key.max) return wrong(`must be at most ${key.max}`)
  return { value }
}

function oneOf(values: readonly string[], value: unknown): Outcome {
  if (typeof value === 'string' && values.includes(value)) return { value }
  const near = typeof value === 'string' ? nearest(value, values)[0] : undefined
  return wrong(`must be one of ${values.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`)
}

function filled(value: unknown): Outcome {
  return typeof value === 'string' && value.trim() !== '' ? text(value) : wrong('must be a list of strings that are not empty')
}

function list(value: unknown, one: (entry: unknown) => Outcome): Outcome {
  if (!Array.isArray(value)) return wrong('must be a list')
  const values: unknown[] = []
  for (const entry of value) {
    const outcome = one(entry)
    if ('wrong' in outcome) return outcome
    values.push(outcome.value)
  }
  return { value: values }
}

function attribute(value: unknown): Outcome {
  // A whole number that JavaScript has rounded would be another tenant's.
  const exact = (n: number) => Number.isFinite(n) && (!Number.isInteger(n) || Number.isSafeInteger(n))
  const scalar = (entry: unknown) => (typeof entry === 'string' && !entry.includes('\0')) || (typeof entry === 'number' && exact(entry))
  if (typeof value === 'boolean' || scalar(value)) return { value }
  return Array.isArray(value) && value.every(scalar)
    ? { value }
    : wrong('must be a string, a number, true, false, or a list of strings and numbers; longer whole numbers in quotes')
}

function date(value: unknown): Outcome {
  // A date without a zone would mean another instant on another machine.
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.test(value)) {
    return wrong('must be a date like 2027-01-01 or a time with zone like 2027-01-01T12:00:00Z')
  }
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? wrong('must be a date that exists') : { value: ms }
}

const plainMasks: Readonly<Record<string, Mask>> = {
  null: { kind: 'null' },
  email: { kind: 'email' },
  hash: { kind: 'hash' },
  year: { kind: 'year' },
  constant: { kind: 'constant', value: '***' },
}

const maskForms = 'null, email, hash, year, constant, { constant: TEXT }, { partial: { first: N, last: N } } or { round: N }'

function mask(value: unknown): Outcome {
  if (value === null) return { value: plainMasks.null }
  if (typeof value === 'string') {
    if (Object.hasOwn(plainMasks, value)) return { value: plainMasks[value] }
    const near = nearest(value, Object.keys(plainMasks))[0]
    return wrong(`must be ${maskForms}${near === undefined ? '' : `; did you mean "${near}"?`}`)
  }
  const made = isRecord(value) && Object.keys(value).length === 1 ? maskOf(value) : undefined
  return made === undefined ? wrong(`must be ${maskForms}`) : { value: made }
}

function maskOf(value: Readonly<Record<string, unknown>>): Mask | undefined {
  const { constant, partial, round } = value
  if (typeof constant === 'string' && !constant.includes('\0')) return { kind: 'constant', value: constant }
  if (typeof round === 'number' && Number.isFinite(round) && round > 0) return { kind: 'round', to: round }
  if (!isRecord(partial) || Object.keys(partial).some((name) => name !== 'first' && name !== 'last')) return undefined
  const { first = 0, last = 0 } = partial
  const shown = (n: unknown): n is number => Number.isInteger(n) && Number(n) >= 0 && Number(n) <= 100
  return shown(first) && shown(last) ? { kind: 'partial', first, last } : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
