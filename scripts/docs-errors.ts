/** Writes `docs/errors.md` from the table of errors; with `--check` it only says whether the page is up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Code, codes, errorTable, type Mend } from '../src/error.ts'

const page = new URL('../docs/errors.md', import.meta.url)
const who: Record<Mend, string> = { agent: 'the agent, by another call', user: 'the user', operator: 'the operator' }

const intro = `# Errors

<!-- Made by \`node scripts/docs-errors.ts\` from \`src/error.ts\`. Do not edit. -->

A call that fails answers one object:

\`\`\`json
{
  "error": {
    "code": "table_unknown",
    "status": 404,
    "message": "There is no table custmers that you may read.",
    "mend": "agent",
    "hint": "Did you mean customers?",
    "audit_id": "01JD3Q2Z7C9V1M4T8K5N6P7R8S"
  }
}
\`\`\`

\`code\` is one of the codes below and never gets another meaning. \`mend\` says who can do something about it, \`hint\` what to do next.
\`position\` is there when the place in the statement is known: UTF-16 units from 0. \`audit_id\` names the entry in the audit log.
A message never holds a secret, a parameter value, or the name of something that the caller may not see.
Over HTTP \`status\` is also the status of the response. Over MCP a failed tool call has \`isError: true\` and the same object as \`structuredContent.error\`.

| code | status | who can mend it | hint |
|---|---|---|---|
`

const row = (code: Code): string => {
  const { status, mend, hint } = errorTable[code]
  return `| \`${code}\` | ${status} | ${who[mend]} | ${hint.replaceAll('|', '\\|')} |\n`
}

const text = intro + codes.map(row).join('')

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/errors.md is out of date. Run `node scripts/docs-errors.ts`.')
  process.exitCode = 1
}
