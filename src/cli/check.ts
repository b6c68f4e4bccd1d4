import type { DialectName } from '../facts.ts'
import { nearest } from '../nearest.ts'
import type { Checked, CheckSetting } from '../prepare.ts'
import { attributeOf } from './attribute.ts'
import { type Command, type Context, exits, type Given, UsageError } from './command.ts'

const dialectNames = ['postgres', 'mysql', 'sqlite', 'duckdb'] as const

export type Checker = (sql: string) => Promise<Checked>

export const check: Command = {
  name: 'check',
  doc: 'Say whether a statement would be let through, without running it.',
  words: '[SQL]',
  wordsMax: 1,
  flags: {
    dialect: { doc: 'The dialect of the statement. Not needed with --source.', value: 'DIALECT', choices: dialectNames },
    source: { doc: 'A configured source, whose tables and functions then count.', value: 'NAME', short: 's' },
    role: {
      doc: 'Judge by this role, of the policy file or the configuration. Without it every table is open.',
      value: 'ROLE',
      many: true,
    },
    policy: { doc: 'A file with `roles:`, or the short form of one role.', value: 'FILE' },
    attribute: { doc: 'An attribute of the caller for row rules.', value: 'NAME=VALUE', many: true },
    batch: {
      doc: 'Read lines of {"id", "sql"}, write lines of {"id", "verdict", …} in the same order; - is standard input.',
      value: 'FILE',
    },
  },
  configured: true,
  examples: [
    ['sluice check --dialect postgres "DELETE FROM users"', 'Exit code 1, with the reason'],
    [
      'sluice check --demo --source shop --role analyst "SELECT email FROM customers"',
      'With the tables of a source and the eyes of a role',
    ],
    [
      'sluice check --dialect mysql --batch statements.jsonl > verdicts.jsonl',
      'Many statements; the exit code is then 0 whatever the verdicts',
    ],
  ],
  async run(given, context) {
    const batch = given.text('batch')
    const [sql] = given.words
    if ((batch === undefined) === (sql === undefined)) throw new UsageError('sluice check needs either a statement or --batch FILE.')
    return withChecker(given, context, async (judge) => {
      if (batch !== undefined) return (await import('./check-batch.ts')).checkBatch(batch, judge, context.terminal)
      const checked = await judge(sql!)
      context.terminal.out.write(`${JSON.stringify(checked, undefined, context.terminal.out.isTTY ? 2 : undefined)}\n`)
      return checked.verdict === 'allow' ? exits.ok.code : exits.failed.code
    })
  },
}

async function withChecker(given: Given, context: Context, use: (judge: Checker) => Promise<number>): Promise<number> {
  const source = given.text('source')
  const dialect = given.text('dialect') as DialectName | undefined
  if (source === undefined && dialect === undefined) throw new UsageError('sluice check needs --dialect DIALECT or --source NAME.')
  const config = await context.config()
  const { check: judge } = await import('../prepare.ts')
  return context.withParts(config, async (parts) => {
    if (source === undefined) {
      const grant = await grantFor(given, context, 'here', dialect!)
      const setting: CheckSetting = { dialect: await parts.dialects(dialect!), ...(grant ? { grant } : {}) }
      return use((sql) => judge(sql, setting))
    }
    const opened = await parts.sources.get(source)
    if (dialect !== undefined && dialect !== opened.dialect)
      throw new UsageError(`The source ${source} speaks ${opened.dialect}, not ${dialect}.`)
    const grant = await grantFor(given, context, source, opened.dialect)
    const schema = await opened.schema(context.terminal.signal)
    const setting: CheckSetting = { dialect: await parts.dialects(opened.dialect), schema, ...(grant ? { grant } : {}) }
    return use((sql) => judge(sql, setting))
  })
}

/** The grant of the roles that were named, from the policy file or the configuration; undefined when none was. */
async function grantFor(given: Given, context: Context, source: string, dialect: DialectName) {
  const file = given.text('policy')
  const named = given.texts('role')
  if (file === undefined && named.length === 0) return undefined
  const [{ openPolicy, predefinedRoles }, { policyFrom }, config] = await Promise.all([
    import('../policy/policy.ts'),
    import('../config/config.ts'),
    context.config(),
  ])
  const policy = file === undefined ? undefined : await policyFrom(file, context.terminal.env)
  const roles = policy?.roles ?? config.roles
  const wanted = named.length > 0 ? named : policy?.role === undefined ? [] : [policy.role]
  if (wanted.length === 0) throw new UsageError(`The policy has several roles; --role names one of ${Object.keys(roles).join(', ')}.`)
  const known = [...predefinedRoles, ...Object.keys(roles)]
  for (const role of wanted) {
    if (known.includes(role)) continue
    const near = nearest(role, known)[0]
    throw new UsageError(`There is no role ${role}.${near === undefined ? '' : ` Did you mean ${near}?`}`)
  }
  const attributes = { ...config.local.attributes, ...Object.fromEntries(given.texts('attribute').map(attributeOf)) }
  const principal = { name: wanted.join('+'), via: 'local', roles: wanted, attributes } as const
  return openPolicy({ roles, sources: new Map([[source, dialect]]) }).grant(principal, source)
}
