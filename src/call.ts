/** A value as it crosses the gateway. Decimals, dates and times are text exactly as the source writes them. */
export type Value = null | string | number | bigint | boolean | Uint8Array

/** What the caller showed at the door. `local` is a caller on this machine who showed nothing and needs nothing. */
export type Credential = Readonly<{ kind: 'local' } | { kind: 'none' } | { kind: 'bearer'; token: string }>

export type Door = 'mcp' | 'http' | 'ws' | 'cli'

/** One request as it came in. Made by a door, read by everyone, changed by no one. */
export type Call = Readonly<{
  /** Unique, sortable by time; also the audit id that the receipt names. */
  id: string
  door: Door
  credential: Credential
  source: string
  /** `explain` asks for the plan of `text` instead of its rows; `preview`, `apply` and `undo` are the steps of a change. */
  action: 'query' | 'explain' | 'preview' | 'apply' | 'undo'
  text: string
  params: readonly Value[]
  /** Rows wanted at most; the grant may allow fewer. */
  rowsMax?: number
  /** Milliseconds the caller is willing to wait; the grant may allow fewer. */
  timeoutMs?: number
  signal: AbortSignal
}>
