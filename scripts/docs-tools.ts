/** Writes `docs/tools.md` from the declarations of the tools; with `--check` it only says whether the page is up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { declarationOf, type Tool, tools } from '../src/tools/tools.ts'

const page = new URL('../docs/tools.md', import.meta.url)
const cost = Math.ceil(JSON.stringify({ tools: tools.map(declarationOf) }).length / 4)

const intro = `# Tools

<!-- Made by \`node scripts/docs-tools.ts\` from \`src/tools/\`. Do not edit. -->

What an MCP client finds in \`tools/list\`: ${tools.length} tools, together about ${cost} tokens of 4 characters. Each one only reads.
A field that is not named here is refused with the nearest name. A call that fails has \`isError: true\` and one of the [errors](errors.md).

Rows come back as \`structuredContent\` (\`{columns: [{name, type}], rows, truncated, receipt}\`) and as text for the model: the column
names, one JSON array a line up to 16 KB, a line of facts. When a call fails after rows were sent, \`truncated\` is null and \`error\` stands
in the place of the receipt. With a \`progressToken\` the rows so far are told while a call runs. Cancelling a call, or leaving, ends the query
in the source. Over stdio clients that use the MCP SDK end the connection at a message of 10 MB; ask for fewer rows there, or over HTTP.
`

type Field = Readonly<{
  type?: string | readonly string[]
  anyOf?: readonly Field[]
  items?: Field
  minimum?: number
  description?: string
}>
type Declared = Readonly<{ properties?: Readonly<Record<string, Field>>; required?: readonly string[] }>

const typeOf = ({ type, anyOf = [] }: Field): string => (type === undefined ? anyOf.map(typeOf).join(', ') : [type].flat().join(', '))

function section(tool: Tool): string {
  const others = Object.entries(tool.also ?? {})
  const { properties = {}, required = [] } = declarationOf(tool).inputSchema as Declared
  const fields = Object.entries(properties).map(([name, field]) => {
    const also = others.filter(([, stands]) => stands === name).map(([other]) => `also \`${other}\``)
    const facts = [required.includes(name) ? 'required' : '', field.minimum === undefined ? '' : `at least ${field.minimum}`, ...also]
    const type = field.items ? `array of ${typeOf(field.items)}` : typeOf(field)
    return `| \`${name}\` | ${type} | ${facts.filter((fact) => fact !== '').join(', ')} | ${field.description ?? ''} |`
  })
  const table = fields.length === 0 ? 'It has no fields.' : ['| field | type | | |', '|---|---|---|---|', ...fields].join('\n')
  return `\n## \`${tool.name}\`\n\n${tool.description}\n\n${table}\n`
}

const text = intro + tools.map(section).join('')

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/tools.md is out of date. Run `node scripts/docs-tools.ts`.')
  process.exitCode = 1
}
