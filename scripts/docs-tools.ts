/** Writes `docs/tools.md` from the declarations of the tools; with `--check` it only says whether the page is up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { declarationOf, type Group, groups, type Tool, tools } from '../src/tools/tools.ts'

const page = new URL('../docs/tools.md', import.meta.url)
const tokensOf = (list: readonly Tool[]) => Math.ceil(JSON.stringify({ tools: list.map(declarationOf) }).length / 4)
const inGroup = (group: Group) => tools.filter((tool) => tool.group === group)

const about: Readonly<Record<Group, string>> = {
  core: 'What every client sees at first: enough to find data, ask for it, and find the rest.',
  query: 'Running statements, one or many in a transaction.',
  schema: 'What sources hold: tables, views, columns, keys, indexes, sizes.',
  dml: 'Changing rows. The first call answers a preview and a token, the second one applies it.',
  ddl: 'Changing structure, previewed as the SQL that would run with what depends on it.',
  chat2sql:
    'For a model that writes SQL: the schema in few tokens, verdicts, templates, corrections. None needs a model of the gateway, except where it says so.',
  security: 'Audit, limits, roles, permissions, exposure.',
  admin: 'Health, figures, connections, history, configuration.',
}

const intro = `# Tools

<!-- Made by \`node scripts/docs-tools.ts\` from \`src/tools/\`. Do not edit. -->

${tools.length} tools in ${groups.length} groups. An MCP client sees the group \`core\` in \`tools/list\` (about ${tokensOf(inGroup('core'))} tokens of 4 characters) and reaches all others
through \`find_tools\` and \`call_tool\`; or it chooses groups by \`/mcp/schema,dml\`, \`?groups=schema,dml\`, \`--groups\`, or the configuration. \`all\` is every group.

Who may use a tool: whoever has, on some source, the action that the tool needs (\`read\`, \`explain\`, \`write\`, \`ddl\`, \`admin\`); on which sources, tables and rows is
decided by the call. Of the predefined roles \`read_only\` and \`data_analyst\` have \`read\` and \`explain\`, \`data_editor\` also \`write\`, \`developer\` also \`ddl\`, \`admin\` all. A key
may be narrowed to groups. What a caller may not use is not listed, and calling it is refused with \`tool_refused\`.

A field that is not named here is refused with the nearest name. Clients of the XuguDB server send what they sent there: its tools also
take \`hours\`, \`operation_type\`, \`role_name\`, \`operation\`, \`primary_key\`, \`alterations\`, a list of objects as \`data\`, and the like. A call that fails has \`isError: true\` and one of the [errors](errors.md).

Rows come back as \`structuredContent\` (\`{columns: [{name, type}], rows, truncated, receipt}\`) and as text for the model: the column
names, one JSON array a line up to 16 KB, a line of facts. When a call fails after rows were sent, \`truncated\` is null and \`error\` stands
in the place of the receipt. With a \`progressToken\` the rows so far are told while a call runs. Cancelling a call, or leaving, ends the query
in the source. Over stdio clients that use the MCP SDK end the connection at a message of 10 MB; ask for fewer rows there, or over HTTP.

| group | tools | tokens | |
|---|---|---|---|
${groups.map((group) => `| [\`${group}\`](#${group}) | ${inGroup(group).length} | ${tokensOf(inGroup(group))} | ${about[group]} |`).join('\n')}
`

type Field = Readonly<{
  type?: string | readonly string[]
  anyOf?: readonly Field[]
  items?: Field
  enum?: readonly string[]
  minimum?: number
  description?: string
}>
type Declared = Readonly<{ properties?: Readonly<Record<string, Field>>; required?: readonly string[] }>

const typeOf = ({ type, anyOf = [] }: Field): string => (type === undefined ? anyOf.map(typeOf).join(', ') : [type].flat().join(', '))

function whoMay({ needs, annotations }: Tool): string {
  const who = needs === undefined ? 'Everybody' : `Needs the action \`${needs}\``
  const does = annotations.readOnlyHint
    ? 'only reads'
    : annotations.destructiveHint === false
      ? 'changes nothing that is lost'
      : 'changes data'
  return `${who}; ${does}.`
}

function section(tool: Tool): string {
  const others = Object.entries(tool.also ?? {})
  const { properties = {}, required = [] } = declarationOf(tool).inputSchema as Declared
  const fields = Object.entries(properties).map(([name, field]) => {
    const also = others.filter(([, stands]) => stands === name).map(([other]) => `also \`${other}\``)
    const facts = [required.includes(name) ? 'required' : '', field.minimum === undefined ? '' : `at least ${field.minimum}`, ...also]
    const type = field.items ? `array of ${typeOf(field.items)}` : typeOf(field)
    const values = field.enum ? field.enum.map((value) => `\`${value}\``).join(', ') : type
    return `| \`${name}\` | ${values} | ${facts.filter((fact) => fact !== '').join(', ')} | ${(field.description ?? '').replaceAll('|', '\\\\|')} |`
  })
  const table = fields.length === 0 ? 'It has no fields.' : ['| field | type | | |', '|---|---|---|---|', ...fields].join('\n')
  return `\n### \`${tool.name}\`\n\n${tool.description}\n\n${whoMay(tool)}\n\n${table}\n`
}

const text = intro + groups.map((group) => `\n## ${group}\n\n${about[group]}\n${inGroup(group).map(section).join('')}`).join('')

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/tools.md is out of date. Run `node scripts/docs-tools.ts`.')
  process.exitCode = 1
}
