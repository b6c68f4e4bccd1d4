import type { Client, Entry } from '../../clients.ts'

/** A client's file as it would be. `before` is the entry that stands there now, if any. */
export type Merged = Readonly<{ text: string; before: Entry | undefined; changed: boolean }>

/**
 * The file with one entry set or, when `entry` is undefined, removed; everything else stays as it is, in its order and with its indent.
 * Throws a sentence when the file is not plain JSON (comments, for instance): then nothing may be written.
 */
export function merged(text: string, client: Client, name: string, entry: Entry | undefined): Merged {
  const whole = text.trim() === '' ? {} : parsed(text)
  const servers = whole[client.key] ?? {}
  if (!isRecord(servers)) throw new Error(`"${client.key}" in it is not an object.`)
  const before = Object.hasOwn(servers, name) && isRecord(servers[name]) ? servers[name] : undefined
  const { [name]: _, ...others } = servers
  // In its own place where it stands already.
  const next = entry === undefined ? others : Object.hasOwn(servers, name) ? { ...servers, [name]: entry } : { ...others, [name]: entry }
  const changed = JSON.stringify(servers) !== JSON.stringify(next)
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  '
  return { text: `${JSON.stringify({ ...whole, [client.key]: next }, undefined, indent)}\n`, before, changed }
}

function parsed(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw new Error('It is not plain JSON (a comment or a comma too many, perhaps).')
  }
  if (!isRecord(value)) throw new Error('It does not hold a JSON object.')
  return value
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What would change, as lines with `-` and `+` for people. */
export function shownChange(before: Entry | undefined, after: Entry | undefined, name: string): string {
  const lines = (entry: Entry | undefined, mark: string) =>
    entry === undefined ? [] : `"${name}": ${JSON.stringify(hidden(entry), undefined, 2)}`.split('\n').map((line) => `${mark} ${line}`)
  return [...lines(before, '-'), ...lines(after, '+')].join('\n')
}

/** Values of variables and headers are often secrets, and a terminal is often looked at. */
function hidden(entry: Entry): Entry {
  const masked = (value: unknown) => (isRecord(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, '…'])) : value)
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, key === 'env' || key === 'headers' ? masked(value) : value]))
}
