import type { Generated, ColumnType as Stored } from 'kysely'

/** The tables of the registry database. Times are ISO text in UTC, flags 0 or 1, JSON is text: the same in SQLite and PostgreSQL. */
export type Tables = {
  sources: SourcesTable
  versions: VersionsTable
  health: HealthTable
  notes: NotesTable
  profiles: ProfilesTable
  held: ProfilesTable
  findings: FindingsTable
  pairs: PairsTable
  banks: BanksTable
  votes: VotesTable
  sessions: SessionsTable
  messages: MessagesTable
  queries: QueriesTable
  vectors: VectorsTable
}

/**
 * A source that was registered here rather than in the configuration file. `settings` is JSON, `secrets` JSON too, each value of it encrypted for
 * this source and setting.
 */
export type SourcesTable = {
  name: string
  connector: string
  description: string
  settings: string
  secrets: string | null
  enabled: number
  created_at: string
  updated_at: string
}

/**
 * One version of what a source holds. `schema` is JSON, compressed; `changes` tells what is new since the version before; `followed` is 1 when
 * what is known of its objects has followed them.
 */
export type VersionsTable = {
  source: string
  number: number
  hash: string
  tables: number
  columns: number
  schema: Bytes
  details: Bytes | null
  changes: string
  followed: Generated<number>
  created_at: string
}
type Bytes = Stored<Uint8Array, Uint8Array, Uint8Array>

/** How a source was when it was last looked at, and when it was last synchronised. */
export type HealthTable = {
  source: string
  ok: number
  code: string | null
  text: string | null
  ms: number
  checked_at: string
  synced_at: string | null
  sync_ms: number | null
}

/** What people say of an object: a source where both names are empty, a table (`schema.table`, as `drift` writes it), or one of its columns. */
export type NotesTable = {
  source: string
  table_name: string
  column_name: string
  description: string | null
  /** Where the description is from: `person`, `comment`, `dbt`. A person's is never overwritten. */
  origin: string | null
  tags: string
  owner: string | null
  terms: string
  updated_by: string
  updated_at: string
}

/** What the values of a table's columns are like, as one role may see them. `profile` is JSON. */
export type ProfilesTable = {
  source: string
  table_name: string
  role: string
  profile: string
  created_at: string
}

/** Personal data that was found, and what somebody decided about it. */
export type FindingsTable = {
  source: string
  table_name: string
  column_name: string
  kind: string
  confidence: number
  reason: string
  /** JSON, as the grant has it. */
  mask: string
  decision: string | null
  decided_by: string | null
  decided_at: string | null
  found_at: string
}

/** A question with the statement that answers it. `roles`, `tables` and `shape` are JSON; `attributes` are JSON, encrypted, of who stored it. */
export type PairsTable = {
  id: string
  source: string
  /** Counts up with each change of the source's pairs, so that other processes find what is new. */
  revision: number
  /** Of question and statement: one owner has each pair once. */
  digest: string
  question: string
  statement: string
  dialect: string
  state: string
  reason: string | null
  mend: string | null
  roles: string
  attributes: string | null
  grant_version: string
  tables: string
  shape: string | null
  uses: number
  failures: number
  failures_in_row: number
  up: number
  down: number
  created_by: string
  created_at: string
  reviewed_by: string | null
  review: string | null
  verified_at: string | null
  verified_version: number
}

/** How far the pairs of a source have come. */
export type BanksTable = { source: string; revision: number; removals: number }

/** One opinion a caller and pair: 1 or -1. */
export type VotesTable = { pair: string; principal: string; vote: number }

/** A conversation. `source` is '' where its questions say which; `share` is the word that opens it to others. */
export type SessionsTable = {
  id: string
  owner: string
  name: string
  source: string
  share: string | null
  created_at: string
  updated_at: string
}

/** What was asked (`user`) and answered (`assistant`). `answer` is JSON and holds no rows; `good` is what its reader thought of it. */
export type MessagesTable = {
  session: string
  number: number
  role: string
  content: string
  answer: string | null
  good: number | null
  created_at: string
}

/** A statement that somebody has saved. `tags`, `roles` (those it is shared with) and `tables` are JSON; `shared` is 1 where there are roles. */
export type QueriesTable = {
  id: string
  owner: string
  source: string
  name: string
  description: string
  statement: string
  dialect: string
  tags: string
  roles: string
  shared: number
  tables: string
  params: number
  grant_version: string
  version: number
  revision: number
  created_at: string
  updated_at: string
}

/** What a model of language makes of a text, by the hash of the text: numbers of four bytes, lowest byte first. */
export type VectorsTable = { model: string; hash: string; vector: Bytes }
