import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { nearest } from '../nearest.ts'
import type { Explained, ExplainedTable } from '../policy/policy.ts'
import type { Prepared } from '../prepare.ts'
import type { Schema } from '../schema.ts'
import { attributeOf } from './attribute.ts'
import { type Command, exits, UsageError } from './command.ts'

type Refused = Readonly<{ code: string; reason: string; hint: string }>
type Answer = Readonly<{ explained: Explained; plan?: Prepared | undefined; refused?: Refused | undefined }>

export const policyExplain: Command = {
  name: 'policy explain',
  doc: 'Show what a role gets of a source and why: tables, hidden and masked columns, row rules, and a statement as it would run.',
  words: '[SQL]',
  wordsMax: 1,
  flags: {
    role: { doc: 'The role to look through; the roles of the local caller by default.', value: 'ROLE', many: true },
    source: { doc: 'The source to look at.', value: 'NAME', short: 's' },
    attribute: { doc: 'An attribute of the caller for row rules.', value: 'NAME=VALUE', many: true },
    json: { doc: 'Print JSON.' },
  },
  configured: true,
  examples: [
    ['sluice policy explain --demo --role analyst --source shop "SELECT name, email FROM customers"', 'What becomes of a statement'],
    ['sluice policy explain --demo --role germany_desk --source shop', 'Everything that another role sees'],
  ],
  async run(given, context) {
    const config = await context.config()
    const names = Object.keys(config.sources)
    const source = given.text('source') ?? (names.length === 1 ? names[0] : undefined)
    if (source === undefined) throw new UsageError(`sluice policy explain needs --source; there are ${names.join(', ') || 'none'}.`)
    const { explainGrant, openPolicy, predefinedRoles } = await import('../policy/policy.ts')
    const roles = given.texts('role').length > 0 ? given.texts('role') : config.local.roles
    const known = [...predefinedRoles, ...Object.keys(config.roles)]
    for (const role of roles) {
      if (known.includes(role)) continue
      const near = nearest(role, known)[0]
      throw new UsageError(`There is no role ${role}.${near === undefined ? '' : ` Did you mean ${near}?`}`)
    }
    const attributes = { ...config.local.attributes, ...Object.fromEntries(given.texts('attribute').map(attributeOf)) }
    const principal = { name: roles.join('+'), via: 'local', roles, attributes } as const
    const sources = new Map(Object.entries(config.sources).map(([name, { dialect }]) => [name, dialect]))
    return context.withParts(config, async (parts) => {
      const policy = openPolicy({ roles: config.roles, sources, findings: await parts.findings.known() })
      const grant = policy.grant(principal, source)
      const schema = await (await parts.sources.get(source)).schema(context.terminal.signal)
      const answer = { explained: explainGrant(grant, schema), ...(await planOf(given.words[0], grant, schema, source, parts)) }
      context.terminal.out.write(given.on('json') ? `${JSON.stringify(jsonOf(answer), undefined, 2)}\n` : told(answer))
      return answer.refused ? exits.failed.code : exits.ok.code
    })
  },
}

type Grant = Parameters<typeof import('../policy/policy.ts').explainGrant>[0]

async function planOf(sql: string | undefined, grant: Grant, schema: Schema, source: string, parts: Parts) {
  if (sql === undefined) return {}
  const { prepare } = await import('../prepare.ts')
  const dialect = await parts.dialects((await parts.sources.get(source)).dialect)
  try {
    return {
      plan: await prepare(sql, {
        dialect,
        grant,
        schema,
        maskKey: parts.maskKey,
        rowsMax: Math.min(grant.limits.rowsDefault, grant.limits.rows),
      }),
    }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { refused: { code: error.code, reason: error.message, hint: error.hint } }
  }
}

/** As JSON, without the keys of hash masks that the statement to be run holds. */
function jsonOf({ explained, plan, refused }: Answer): object {
  if (refused) return { ...explained, refused }
  if (!plan) return explained
  const { kind, shown, tables, policies, masked, params } = plan
  return { ...explained, statement: { kind, sql: shown, tables, policies, masked, params } }
}

function told({ explained, plan, refused }: Answer): string {
  const { source, roles, actions, limits, tables, unmatched, confirm } = explained
  const writes = actions.includes('write')
  const named = plan && new Set(plan.tables)
  const shown = named ? tables.filter(({ table }) => named.has(table) || named.has(table.replace(/^[^.]*\./, ''))) : tables
  const lines = [
    `As ${roles.join(', ')} on ${source}: may ${actions.join(', ')}; at most ${limits.rows} rows (${Math.min(limits.rowsDefault, limits.rows)} unasked), ${limits.ms / 1000} s, ${limits.concurrent} at once, ${limits.perMinute} a minute.`,
    ...(writes || actions.includes('ddl') ? [`Changes are confirmed: ${confirm}.`] : []),
    '',
    ...(refused ? [`Refused (${refused.code}): ${refused.reason}`, `Hint: ${refused.hint}`, ''] : []),
    ...(plan
      ? ['Runs as:', `  ${plan.shown}`, '', ...plan.policies.map((policy) => `  ${policy}`), ...(plan.policies.length > 0 ? [''] : [])]
      : []),
    ...(refused ? [] : shown.flatMap((table) => tableLines(table, writes))),
    ...(unmatched.length > 0 ? ['Rules that match nothing:', ...unmatched.map((text) => `  ${text}`)] : []),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function tableLines({ table, visible, why, columns, rows, writable, write_why }: ExplainedTable, writes: boolean): string[] {
  const name = table.replace(/^\./, '')
  if (!visible) return [`${name}: does not exist for this role (${why.join('; ')})`]
  const special = columns.filter(({ shown }) => shown !== 'plain')
  const plain = columns.length - special.length
  return [
    `${name}: ${why.join('; ')}`,
    ...rows.map((rule) => `  only rows where ${rule}`),
    ...(writes ? [`  its rows may ${writable ? '' : 'not '}be changed: ${write_why}`] : []),
    ...special.map(({ name: column, shown, mask, why: reason }) => `  ${column}: ${shown}${mask ? ` (${mask.kind})` : ''}, ${reason}`),
    ...(special.length > 0 ? [`  ${plain} other ${plain === 1 ? 'column' : 'columns'}: as ${plain === 1 ? 'it is' : 'they are'}`] : []),
  ]
}
