import type { Role, RoleSource } from '../policy/policy.ts'
import { type Command, exits } from './command.ts'

export const policyList: Command = {
  name: 'policy list',
  doc: 'List the roles, predefined and own, with what each says.',
  wordsMax: 0,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [['sluice policy list --demo', 'The roles of the demo beside the predefined ones']],
  async run(given, { config, terminal }) {
    const { predefined } = await import('../policy/policy.ts')
    const { roles, local, keys } = await config()
    const all = { ...predefined, ...roles }
    if (given.on('json')) {
      terminal.out.write(`${JSON.stringify(all, undefined, 2)}\n`)
      return exits.ok.code
    }
    for (const [name, role] of Object.entries(all)) {
      const holders = [
        ...(local.roles.includes(name) ? ['the local caller'] : []),
        ...keys.filter((key) => key.roles.includes(name)).map((key) => key.name),
      ]
      terminal.out.write(
        `${[heading(name, role, Object.hasOwn(predefined, name), holders), ...Object.entries(role.sources).flatMap(lines)].join('\n')}\n`,
      )
    }
    return exits.ok.code
  },
}

function heading(name: string, role: Role, isPredefined: boolean, holders: readonly string[]): string {
  const parts = [
    ...(isPredefined ? ['predefined'] : []),
    ...(role.extends.length > 0 ? [`extends ${role.extends.join(', ')}`] : []),
    ...(holders.length > 0 ? [`held by ${holders.join(', ')}`] : []),
  ]
  return `${name}${parts.length > 0 ? ` (${parts.join('; ')})` : ''}`
}

function lines([source, { tables, columns, rows, functions, actions, limits }]: [string, RoleSource]): string[] {
  const told = [
    ...(tables.allow ? [`tables ${tables.allow.join(', ')}`] : []),
    ...(tables.deny.length > 0 ? [`no tables ${tables.deny.join(', ')}`] : []),
    ...Object.entries(columns).flatMap(([table, { allow, deny, mask }]) => [
      ...(allow ? [`of ${table} only ${allow.join(', ')}`] : []),
      ...(deny.length > 0 ? [`of ${table} not ${deny.join(', ')}`] : []),
      ...Object.entries(mask).map(([column, { kind }]) => `${table}.${column} masked (${kind})`),
    ]),
    ...Object.entries(rows).map(([table, rules]) => `rows of ${table} where ${rules.join(' and ')}`),
    ...(functions.length > 0 ? [`functions ${functions.join(', ')}`] : []),
    ...(actions ? [`may ${actions.join(', ')}`] : []),
    ...(limits.rows === undefined ? [] : [`at most ${limits.rows} rows`]),
  ]
  return told.map((text, i) => `  ${i === 0 ? `${source}: ` : '   '}${text}`)
}
