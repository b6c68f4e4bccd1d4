import type { AskMode } from './answer.ts'
import type { Audit, AuditEntry, Trail } from './audit/audit.ts'
import { type Auth, whileGood } from './auth/auth.ts'
import { blot, blotting } from './blot.ts'
import { type Cache, cacheKey, keep, replay } from './cache/cache.ts'
import type { Call } from './call.ts'
import type { Confirmations } from './confirm/confirm.ts'
import { named, SluiceError } from './error.ts'
import type { Finder } from './finder/finder.ts'
import type { Grant } from './grant.ts'
import type { Journal } from './journal/journal.ts'
import { limits } from './limits.ts'
import type { Embedder, Llm } from './llm/llm.ts'
import type { Log } from './log/log.ts'
import type { Plans } from './plans.ts'
import type { Findings, Policy } from './policy/policy.ts'
import { explained, type Prepared, prepare } from './prepare.ts'
import type { Principal } from './principal.ts'
import { Counted, type Quota, type Used } from './quota/quota.ts'
import type { Receipt } from './receipt.ts'
import type { Ended, Sink } from './result.ts'
import type { Schema } from './schema.ts'
import type { Source, Sources } from './source/sources.ts'
import type { Dialects } from './sql/sql.ts'
import type { Keyring, Store } from './store/store.ts'
import { isOutdated, withNearColumns } from './unknown-column.ts'
import type { Watch } from './watch/watch.ts'

/** The opened hands, made once by `main.ts` and handed to every walk. */
export type Parts = Readonly<{
  audit: Audit
  auth: Auth
  cache: Cache
  dialects: Dialects
  /** What schema search needs beside its questions. */
  finder: Finder
  log: Log
  /** Hex, read or made when first needed; the keys of hash masks are derived from it. */
  maskKey: () => string
  plans: Plans
  policy: Policy
  quota: Quota
  sources: Sources
  confirmations: Confirmations
  journal: Journal
  trail: Trail
  watch: Watch
  /** The registry database, opened by whoever needs it first; a failed opening is tried again by the next. Throws `config_invalid`. */
  store(): Promise<Store>
  /** The same, and undefined where there is no registry yet: what only reads must not make one. */
  storeIfAny(): Promise<Store | undefined>
  /** Encrypts what is secret in the registry. */
  keyring: Keyring
  /** How the registry keeps up with the sources; `syncMs` 0 is never by itself. What is new may be looked at for personal data, and through a role. */
  catalog: Readonly<{
    syncMs: number
    versionsKept: number
    scanPersonal: boolean
    profileRole?: string
    valuesRole?: string
    lookMs: number
  }>
  /** Whether the query bank keeps questions whose statement has run: never, where the caller says so, or always. */
  bank: Readonly<{ learn: 'off' | 'ask' | 'on' }>
  /** Who answers questions unless the caller says, and the most that their statements may cost the source; 0 is no bound. */
  ask: Readonly<{
    mode: AskMode | undefined
    costMax: number
    /** What operators tell models of sources, by name. */
    prompts: Readonly<Record<string, string>>
    /** Verified questions of the bank that a model is shown at most, and whether it is told what would make its statement faster. */
    examples: number
    /** Rows of a statement that a model is shown at most; 0 lets no values out. */
    rowsShown: number
    advise: boolean
  }>
  /** Whose vectors help to search, and how much; undefined where nobody's do. */
  embedding: Readonly<{ embedder: Embedder; weight: number }> | undefined
  /** The model that the gateway itself may ask, where one is configured. */
  llm: Llm | undefined
  chat: Readonly<{ keepDays: number }>
  control: Control
  /** Personal data that was found: whether it is masked until somebody decides, the word that there is something new about it, and what is masked now. */
  findings: Readonly<{ masked: boolean; changed(): void; known(): Promise<Findings | undefined> }>
  /** The hands as the newest configuration has them. A door asks once a call, so that one call never sees two configurations. */
  now(): Parts
}>

/** The block `roles:` of the configuration file, as it stands there. `line` is where it begins in the file, `reason` why it cannot be written. */
export type PolicyText = Readonly<{ text: string; digest: string; line: number; file?: string; writable: boolean; reason?: string }>

/** Something wrong with a text of roles; lines and columns of that text, from 1. */
export type PolicyProblem = Readonly<{ line: number; column: number; text: string }>

/** The roles of the configuration file. Texts are of YAML that holds `roles:` and nothing else. */
export interface PolicyFile {
  read(): Promise<PolicyText>
  check(text: string): Promise<Readonly<{ problems: readonly PolicyProblem[]; roles: readonly string[] }>>
  /** The policy that a text would make; nothing is written. Throws `policy_invalid`. */
  proposed(text: string): Promise<Policy>
  /** Puts the text into the file, keeps the old one, and lets new calls use it. Throws `policy_conflict` when `digest` is not of what stands there now. */
  write(text: string, digest: string): Promise<PolicyText>
}

/** What the operator may do to a running gateway. */
export interface Control {
  /** Reads the configuration again and lets new calls use it; throws `config_invalid` and then everything stays as it was. */
  reload(): Promise<Readonly<{ changed: readonly string[]; needs_restart: readonly string[] }>>
  /** Empties results, plans and schemas; answers how many entries each held. */
  clearCaches(): Readonly<Record<'results' | 'plans' | 'schemas', number>>
  /** Takes in the registered sources as they are now, and leaves everything else as it is; answers what has changed. */
  refresh(): Promise<readonly string[]>
  /** Whether sources were registered, changed or removed since: then it is time to refresh. Costs a look at a file, or now and then one small query. */
  outdated(): Promise<boolean>
  /** Names of the sources in use that the registry holds, not the configuration. */
  registered(): readonly string[]
  /** What the configuration in use says in vain, one sentence each. */
  warnings(): readonly string[]
  /** The configuration in use, secrets left out, with where each value comes from. */
  about(): readonly Readonly<{ key: string; value: unknown; from: 'file' | 'environment' | 'registry' | 'default' }>[]
  /** Tells where the gateway has come to listen, which flags and a free port may make another place than the configuration says. */
  serving(at: Readonly<{ host: string; port: number; conformance: boolean }>): void
  /** The roles as the configuration file says them. */
  readonly policy: PolicyFile
  /** What a security review asks for. */
  readonly exposure: Readonly<{
    host: string
    port: number
    keys: number
    local_roles: readonly string[]
    oidc: boolean
    conformance: boolean
  }>
}

/**
 * The way of one query, top to bottom. Every door calls this and nothing else runs a query. It is a straight line on purpose:
 * a step that is registered somewhere else can be forgotten. Rows go into `sink` as they come; the receipt is the answer.
 * Throws SluiceError; the audit entry is closed either way.
 */
export async function run(asked: Call, out: Sink, parts: Parts): Promise<Receipt> {
  const started = performance.now()
  const entry = parts.audit.open(asked)
  let call = asked
  let done: (() => void) | undefined
  let cached = false
  parts.watch.started()
  const sink = new Counted(out)
  let leave: ((used: Used) => void) | undefined
  let plan: Prepared | undefined
  let who = ''
  let rows = 0
  let code: string | undefined
  let told = (error: SluiceError): SluiceError | Promise<SluiceError> => error
  try {
    const principal = await parts.auth.identify(call.credential)
    entry.identified(principal)
    who = principal.name
    const running = beginning(asked, principal, parts)
    ;({ call, done } = running)
    const grant = await parts.policy.grant(principal, call.source)
    leave = parts.quota.enter(grant)
    const source = await parts.sources.get(call.source)
    const rowsMax = Math.min(call.rowsMax ?? grant.limits.rowsDefault, grant.limits.rows)
    const schema = source.schemaKept() ?? (await readSchema(call, source, principal, entry))
    plan = await planFor(call, source, grant, schema, rowsMax, parts, () => readSchema(call, source, principal, entry))
    mayRun(call, plan, grant)
    const { tables } = plan
    told = (error) => toldOf(error, call, source, grant, schema, tables)

    const { shown, policies, masked } = plan
    running.as(shown)
    await entry.intend(principal, { sql: shown, kind: plan.kind, tables, policies, params: call.params.length })
    const { ended, from } = await answer(call, plan, source, grant, schema.version, rowsMax, sink, parts.cache)

    const ms = Math.round((performance.now() - started) * 1000) / 1000
    entry.close({ rows: ended.rows, truncated: ended.truncated, from, ms }, undefined)
    const { truncated } = ended
    rows = ended.rows
    cached = from === 'cache'
    return { audit_id: call.id, source: call.source, sql: shown, policies, masked, rows, truncated, rows_max: rowsMax, from, ms }
  } catch (caught) {
    const error = await told(inOurWords(named(caught, call.signal), call, plan))
    code = error.code
    entry.close(undefined, error)
    parts.log.failed(call.id, call.source, error)
    throw error
  } finally {
    done?.()
    leave?.(sink)
    const ms = performance.now() - started
    parts.watch.ended({ id: call.id, source: call.source, principal: who, sql: plan?.shown ?? '', ms, rows, code, cached })
  }
}

/** The call as it runs: as long as its credential is good, and until somebody cancels it. `as` tells what runs, `done` that it has ended. */
export function beginning(
  asked: Call,
  principal: Principal,
  { auth, watch }: Pick<Parts, 'auth' | 'watch'>,
): Readonly<{ call: Call; as(sql: string): void; done(): void }> {
  const good = whileGood(asked, principal, auth)
  const { id, door, source } = asked
  const run = watch.runs({ id, door, source, principal: principal.name, via: principal.via, signal: good.call.signal })
  return {
    call: { ...good.call, signal: run.signal },
    as: run.as,
    done() {
      run.ended()
      good.done()
    },
  }
}

/** What the source holds, read now. That touches the source, so an intent is written before; the statement's own follows. */
async function readSchema(call: Call, source: Source, principal: Principal, entry: AuditEntry): Promise<Schema> {
  await entry.intend(principal, { sql: '', kind: 'schema', tables: [], policies: [], params: call.params.length })
  return source.schema(call.signal, true)
}

const STALE: ReadonlySet<string> = new Set(['table_unknown', 'column_unknown', 'function_unknown'])

/** The plan of a statement, remembered. A name that is not known may be newer than the schema, which is then read again, once. */
async function planFor(
  { action, text }: Call,
  source: Source,
  grant: Grant,
  schema: Schema,
  rowsMax: number,
  parts: Parts,
  readAgain: () => Promise<Schema>,
): Promise<Prepared> {
  const planned = (known: Schema) =>
    parts.plans.through(`${source.name}\0${grant.version}\0${known.version}\0${rowsMax}\0${action}`, text, async (text) => {
      const dialect = await parts.dialects(source.dialect)
      const plan = await prepare(text, { dialect, grant, schema: known, maskKey: parts.maskKey, rowsMax })
      return action === 'query' ? plan : explained(plan, dialect)
    })
  try {
    return await planned(schema)
  } catch (error) {
    if (!(error instanceof SluiceError) || !STALE.has(error.code)) throw error
    const fresh = await readAgain()
    if (fresh.version === schema.version) throw error
    return planned(fresh)
  }
}

/** Refuses what the grant's actions do not hold, and parameters that do not fit the placeholders. */
function mayRun(call: Call, plan: Prepared, grant: Grant): void {
  const action = plan.kind === 'explain' ? 'explain' : 'read'
  if (!grant.actions.has(action))
    throw new SluiceError('action_refused', `Your roles do not allow the action "${action}" on "${call.source}".`)
  if (call.params.length !== plan.params) {
    const wanted = counted(plan.params, 'placeholder')
    throw new SluiceError(
      'parameter_count',
      `The statement has ${wanted}, but ${counted(call.params.length, 'value')} ${call.params.length === 1 ? 'was' : 'were'} given.`,
    )
  }
}

type Answered = Readonly<{ ended: Ended; from: Receipt['from'] }>

/** Sends the rows on, from the cache where the source keeps results, else from the source. */
async function answer(
  call: Call,
  plan: Prepared,
  source: Source,
  grant: Grant,
  schemaVersion: string,
  rowsMax: number,
  sink: Sink,
  cache: Cache,
): Promise<Answered> {
  const { params, signal } = call
  const { sql, secrets } = plan
  const timeoutMs = Math.min(call.timeoutMs ?? grant.limits.ms, grant.limits.ms)
  const bounds = { rowsMax, bytesMax: grant.limits.bytes }
  const query = { sql, params, ...bounds, timeoutMs, owner: grant.principal, ...(grant.identity ? { identity: grant.identity } : {}) }
  const out = secrets.length === 0 ? sink : blotting(sink, secrets)
  signal.throwIfAborted()
  const ttlMs = cache.ttlMs(source.name)
  if (ttlMs === 0 || plan.kind !== 'read') return { ended: await source.connection.query(query, out, signal), from: 'live' }
  const generation = cache.generation(source.name)
  const key = cacheKey({ source: source.name, sql, params, schemaVersion, ...bounds, identity: grant.identity, generation })
  const kept = cache.get(key)
  if (kept) return { ended: await replay(kept, out), from: 'cache' }
  const keeping = keep(out, cache, key, ttlMs, limits.cacheEntryBytesMax)
  const ended = await source.connection.query(query, keeping.sink, signal)
  keeping.done(ended)
  return { ended, from: 'live' }
}

/** No message shows the key of a hash mask, and a place in the statement that ran is none in the caller's. */
function inOurWords(error: SluiceError, { text }: Call, plan: Prepared | undefined): SluiceError {
  if (!plan) return error
  const shows = plan.secrets.some((secret) => error.message.includes(secret))
  const elsewhere = error.position !== undefined && plan.sql !== text
  if (!shows && !elsewhere) return error
  return new SluiceError(error.code, blot(error.message, plan.secrets), { cause: error, hint: error.hint })
}

/** What the source did not find, with what an agent can do about it. Where its tables have changed, the next call already knows them. */
async function toldOf(
  error: SluiceError,
  { signal }: Call,
  source: Source,
  grant: Grant,
  schema: Schema,
  tables: readonly string[],
): Promise<SluiceError> {
  if (!isOutdated(error, tables, schema)) return withNearColumns(error, tables, schema, grant)
  const fresh = await Promise.resolve(source.schema(signal, true)).catch(() => schema)
  if (fresh.version === schema.version) return error
  const hint = 'The tables of the source have changed. Look at them with describe_table, or send the same statement once more.'
  return new SluiceError(error.code, error.message, { cause: error, hint })
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
