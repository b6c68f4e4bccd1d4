import { hash } from 'node:crypto'
import { SluiceError } from '../error.ts'

/** A value as text that is the same for the same value, whatever the order of its keys; no two kinds of value look alike. */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return `i${value}`
  if (typeof value === 'number')
    return Number.isInteger(value) && !Object.is(value, -0) ? `i${value}` : `n${Object.is(value, -0) ? '-0' : value}`
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return `b"${Buffer.from(value).toString('base64')}"`
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value as Readonly<Record<string, unknown>>).filter(([, one]) => one !== undefined)
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
    .join(',')}}`
}

/** A token as callers hold it: which confirmation it is, and what the preview found that the change would come to. */
export type Held = Readonly<{ token: string; stage: number; outcome: string }>

export const joined = ({ token, stage, outcome }: Held): string => `${token}.${stage}${outcome}`

/** Throws `confirmation_invalid` for what never was a token. */
export function held(text: string): Held {
  const [, token, stage, outcome] = /^(cfm_[\w-]{10,60})\.([12])([\w-]{22})$/.exec(text) ?? []
  if (!token || !stage || !outcome) throw new SluiceError('confirmation_invalid', 'The confirmation token is not known.')
  return { token, stage: Number(stage), outcome }
}

/** What a token is bound to besides its caller: the change, its statements, what it came to, and which confirmation it is. */
export const digestOf = (asked: string, statements: readonly string[], stage: number, outcome: string): string =>
  hash('sha256', JSON.stringify([asked, statements, stage, outcome]), 'hex')
