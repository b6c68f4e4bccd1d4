/** A setting of a connector, as far as `sluice init` needs it. */
export type Setting = Readonly<{ doc: string; default?: string | number | boolean; required?: boolean; secret?: boolean; type: string }>
export type Settings = Readonly<Record<string, Setting>>

/** A whole configuration with one source, every other setting of it as a comment, and the environment variables that it needs. */
export function configText(
  name: string,
  connector: string,
  settings: Settings,
  values: ReadonlyMap<string, string>,
): Readonly<{ text: string; variables: readonly string[] }> {
  const variables: string[] = []
  const lines = Object.entries(settings).map(([key, setting]) => {
    const value = values.get(key)
    if (value !== undefined) return `    ${key}: ${scalar(value, setting.type)}`
    if (setting.secret && isUsual(key, values)) {
      const variable = `${name}_${key}`.toUpperCase().replace(/[^A-Z0-9]/g, '_')
      variables.push(variable)
      return `    ${key}: \${${variable}}`
    }
    return `    # ${key}: ${setting.default ?? ''}  # ${setting.doc}`.replace(':   #', ':  #')
  })
  return {
    text:
      head +
      [`  ${name}:`, `    connector: ${connector}`, '    description: ""  # What it holds; people and models read this.', ...lines].join(
        '\n',
      ) +
      tail(name),
    variables,
  }
}

/** A password belongs to a user; without one the other secrets of a source are seldom needed. */
const isUsual = (key: string, values: ReadonlyMap<string, string>): boolean => key === 'password' && values.has('user')

const scalar = (value: string, type: string): string =>
  type === 'int' || type === 'bool' ? value : JSON.stringify(value).replaceAll('${', '$${')

const head = `# Configuration of Sluice. docs/configuration.md lists every key; \`sluice doctor\` checks this file and what it names.
# \${NAME} becomes the environment variable NAME, so that no secret needs to stand here.

sources:
`

const tail = (name: string): string => `

# Who may see what. Five roles exist already: read_only, data_analyst, data_editor, developer, admin. Own roles extend them, e.g.
# roles:
#   analyst:
#     extends: [data_analyst]
#     sources:
#       ${name}:
#         columns:
#           customers: { deny: [birth_date], mask: { email: email } }
#         rows:
#           orders: "tenant_id = {{principal.tenant}}"

# API keys, as \`sluice key create\` prints them. Needed as soon as the gateway listens elsewhere than on this machine.
# keys: []

# What a caller on this machine may do that shows no key.
local:
  roles: [read_only]

# server:
#   host: 127.0.0.1
#   port: 8000
`
