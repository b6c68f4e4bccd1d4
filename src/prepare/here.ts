import { SluiceError } from '../error.ts'
import type { Facts, Kind, Resolved } from '../facts.ts'
import type { Grant } from '../grant.ts'
import { guard } from '../guard/guard.ts'
import { rewrite } from '../rewrite/rewrite.ts'
import type { Schema } from '../schema.ts'
import type { Dialect } from '../sql/sql.ts'
import { mayTell } from './explain.ts'

/** A statement that was read, guarded, rewritten and printed: what may run, and what the receipt will say. */
export type Prepared = Readonly<{
  kind: Kind
  /** To be run. */
  sql: string
  /** To be shown: keys of hash masks blotted out. */
  shown: string
  tables: readonly string[]
  policies: readonly string[]
  masked: readonly string[]
  params: number
  /** Keys of hash masks that `sql` holds; the gateway blots them out of plans and messages. */
  secrets: readonly string[]
}>

export type PrepareSetting = Readonly<{ dialect: Dialect; grant: Grant; schema: Schema; maskKey: () => string; rowsMax: number }>

/** `prepare` without a deadline. Pure. */
export async function prepareHere(text: string, setting: PrepareSetting): Promise<Prepared> {
  const { dialect, grant, schema } = setting
  const parsed = await dialect.parse(text, schema)
  const judge = (facts: Facts): readonly Resolved[] => guard(facts, { dialect: dialect.name, grant, schema, ...reading(dialect) })
  const resolved = judging(() => judge(parsed.facts), parsed.facts, setting)
  const { tree, notes } = await rewrite(parsed, resolved, { ...setting, guard: judge })
  const sql = await dialect.print(tree)
  const secrets = [...notes.secrets]
  if (!secrets.every((secret) => sql.includes(secret))) throw new Error('a key of a hash mask is printed in a way that could not be hidden')
  const { kind, params } = parsed.facts
  const plan: Prepared = {
    kind,
    sql,
    shown: secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), sql),
    tables: namesOf(resolved),
    policies: [...notes.policies],
    masked: [...notes.masked],
    params,
    secrets,
  }
  return mayTell(plan, dialect)
}

/** What `sluice check` says of one statement. */
export type Checked = Readonly<{
  verdict: 'allow' | 'refuse'
  kind: Kind
  code: string | null
  reason: string | null
  hint: string | null
  tables: readonly string[]
}>

/** Without a schema names cannot be resolved; without a grant every table is open. */
export type CheckSetting = Readonly<{ dialect: Dialect; grant?: Grant; schema?: Schema }>

/** `check` without a deadline. Pure. */
export async function checkHere(text: string, setting: CheckSetting): Promise<Checked> {
  const { dialect, grant, schema } = setting
  let facts: Facts | undefined
  try {
    if (grant && schema) {
      const known = await dialect.parse(text, schema)
      facts = known.facts
      const { kind, tables } = await prepareHere(text, {
        dialect,
        grant,
        schema,
        maskKey: () => '0'.repeat(64),
        rowsMax: grant.limits.rows,
      })
      return { verdict: 'allow', kind, code: null, reason: null, hint: null, tables }
    }
    const parsed = await dialect.parse(text, schema)
    facts = parsed.facts
    const resolved = guard(facts, {
      dialect: dialect.name,
      ...(grant ? { grant } : {}),
      ...(schema ? { schema } : {}),
      ...reading(dialect),
    })
    if (grant) mustBeGranted(facts, grant, dialect.name)
    await dialect.print(parsed.tree)
    return { verdict: 'allow', kind: facts.kind, code: null, reason: null, hint: null, tables: namesOf(resolved) }
  } catch (error) {
    return refusal(facts)(error)
  }
}

/** A failure as a verdict. */
export const refusal =
  (facts?: Facts) =>
  (error: unknown): Checked => {
    if (!(error instanceof SluiceError)) throw error
    const tables = (facts?.tables ?? []).map(nameOf)
    return {
      verdict: 'refuse',
      kind: facts?.kind ?? 'unknown',
      code: error.code,
      reason: error.message,
      hint: error.hint,
      tables: [...new Set(tables)],
    }
  }

const reading = ({ readBody }: Dialect) => (readBody ? { read: readBody } : {})

/** A table that is missing because the caller lacks an attribute is not just unknown: the caller can do something about it. */
function judging(judge: () => readonly Resolved[], { tables }: Facts, { grant, schema }: PrepareSetting): readonly Resolved[] {
  try {
    return judge()
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'table_unknown' || !grant.refusal) throw error
    for (const ref of tables) {
      const places = ref.schema === undefined ? schema.searchPath : [ref.schema]
      const table = schema.tables.find(({ schema: place, name }) => places.includes(place) && name.toLowerCase() === ref.name.toLowerCase())
      const why = table && grant.refusal({ schema: table.schema, name: table.name, names: table.columns.map(({ name }) => name) })
      if (why !== undefined) {
        throw new SluiceError('table_refused', `${nameOf(ref)} is not given: ${why}.`, {
          cause: error,
          hint: 'Ask an administrator for this attribute.',
        })
      }
    }
    throw error
  }
}

/** Without a schema only the names can be judged. */
function mustBeGranted({ tables }: Facts, grant: Grant, dialect: Dialect['name']): void {
  for (const { schema, name } of tables) {
    const place = schema ?? (dialect === 'postgres' ? 'public' : 'main')
    if (!grant.table({ schema: place, name, names: [] }))
      throw new SluiceError('table_unknown', `There is no table ${name} that you may read.`)
  }
}

const nameOf = ({ schema, name }: Readonly<{ schema?: string; name: string }>): string =>
  schema === undefined || schema === '' ? name : `${schema}.${name}`

const namesOf = (resolved: readonly Resolved[]): string[] => [...new Set(resolved.map(({ ref, table }) => nameOf(table ?? ref)))]
