import { administered, administering, type Reach } from '../administer.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { didYouMean } from '../nearest.ts'
import type { Explained, ExplainedTable, Policy } from '../policy/policy.ts'
import { prepare } from '../prepare.ts'
import type { Attribute, Principal } from '../principal.ts'
import type { Schema } from '../schema.ts'
import type { Source } from '../source/sources.ts'
import { mustGovern } from './policy.ts'
import { principalOf } from './somebody.ts'

/** Whose sight is asked for: a known name, or roles with attributes. `policy` is a text of roles that is not in use. */
export type SimulationAsked = Readonly<{
  source: string
  principal?: string | undefined
  roles?: readonly string[] | undefined
  attributes?: Readonly<Record<string, Attribute>> | undefined
  table?: string | undefined
  sql?: string | undefined
  policy?: string | undefined
}>

/** What they would see, and why. `granted` false: the source does not exist for them. `statement` is as it would run; it is never run. */
export type Simulated = Readonly<{
  source: string
  principal: string
  roles: readonly string[]
  granted: boolean
  reason?: string
  actions: readonly string[]
  restricted: boolean
  confirm?: string
  tables: readonly ExplainedTable[]
  /** All that there are; `tables` holds the first ones, or those that were asked about. */
  tables_total: number
  unmatched: readonly string[]
  statement?: Readonly<{ kind: string; sql: string; tables: readonly string[]; policies: readonly string[]; masked: readonly string[] }>
  refused?: Readonly<{ code: string; message: string; hint: string; position?: number }>
}>

const TABLES_MAX = 300

/** What somebody would see of a source that the caller administers, under the roles in use or under proposed ones. */
export const simulate = (call: Call, asked: SimulationAsked, parts: Parts): Promise<Simulated> =>
  administering(call, 'some', parts, async (reach) => {
    mustGovern(reach)
    const name = await administered(asked.source, reach, parts)
    // What is wrong with a text may name sources and roles that only who administers everything knows.
    if (asked.policy !== undefined && !reach.whole)
      throw new SluiceError('action_refused', 'Proposed roles need the action "admin" on every source.')
    const policy = asked.policy === undefined ? parts.policy : await parts.control.policy.proposed(asked.policy)
    const principal = whose(asked, policy, reach, parts)
    const source = await parts.sources.get(name)
    const schema = await source.schema(call.signal)
    const base = { source: name, principal: principal.name, roles: principal.roles }
    try {
      const grant = await policy.grant(principal, name)
      const explained = policy.explain(principal, name, schema)
      const judged = await judgedOf(asked.sql, { grant, schema, source, parts })
      const tables = chosen(explained, asked, judged.statement?.tables)
      const { actions, restricted, confirm, unmatched } = explained
      return { ...base, granted: true, actions, restricted, confirm, tables, tables_total: explained.tables.length, unmatched, ...judged }
    } catch (error) {
      if (!(error instanceof SluiceError) || (error.code !== 'source_unknown' && error.code !== 'action_refused')) throw error
      const reason =
        error.code === 'source_unknown' ? `None of these roles gives anything of "${name}", so for them it does not exist.` : error.message
      return { ...base, granted: false, reason, actions: [], restricted: true, tables: [], tables_total: 0, unmatched: [] }
    }
  })

function whose({ principal, roles = [], attributes = {} }: SimulationAsked, policy: Policy, reach: Reach, parts: Parts): Principal {
  const known = Object.keys(policy.roles())
  const somebody = principal === undefined ? undefined : principalOf(principal, reach, parts)
  const wanted = somebody?.roles ?? roles
  // Under a proposed policy a role may be gone: then it gives nothing, as it would.
  const missing = somebody ? undefined : wanted.find((role) => !known.includes(role))
  if (missing !== undefined)
    throw new SluiceError('field_invalid', `There is no role ${JSON.stringify(missing.slice(0, 100))}.${didYouMean(missing, known)}`)
  if (wanted.length === 0) throw new SluiceError('field_missing', 'Say whose sight is meant: a principal, or roles.')
  const there = wanted.filter((role) => known.includes(role))
  if (somebody) return { ...somebody, roles: there, attributes: { ...somebody.attributes, ...attributes } }
  return { name: there.join('+'), via: 'local', roles: there, attributes }
}

type Scene = Readonly<{ grant: Awaited<ReturnType<Policy['grant']>>; schema: Schema; source: Source; parts: Parts }>

async function judgedOf(
  sql: string | undefined,
  { grant, schema, source, parts }: Scene,
): Promise<Pick<Simulated, 'statement' | 'refused'>> {
  if (sql === undefined || sql.trim() === '') return {}
  const dialect = await parts.dialects(source.dialect)
  const rowsMax = Math.min(grant.limits.rowsDefault, grant.limits.rows)
  try {
    const { kind, shown, tables, policies, masked } = await prepare(sql, { dialect, grant, schema, maskKey: parts.maskKey, rowsMax })
    return { statement: { kind, sql: shown, tables, policies, masked } }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    const { code, message, hint, position } = error
    return { refused: { code, message, hint, ...(position === undefined ? {} : { position }) } }
  }
}

function chosen({ tables }: Explained, { table }: SimulationAsked, used: readonly string[] | undefined): readonly ExplainedTable[] {
  const bare = (name: string) =>
    name
      .replace(/["`[\]]/g, '')
      .replace(/^\./, '')
      .toLowerCase()
  const fits = (wanted: string) => (one: ExplainedTable) => [bare(one.table), bare(one.table).split('.').at(-1)].includes(bare(wanted))
  const shown = (one: ExplainedTable): ExplainedTable => ({ ...one, table: one.table.replace(/^\./, '') })
  if (table !== undefined) return tables.filter(fits(table)).map(shown)
  if (used && used.length > 0) return tables.filter((one) => used.some((name) => fits(name)(one))).map(shown)
  return tables.slice(0, TABLES_MAX).map(shown)
}
