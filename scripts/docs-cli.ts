/** Writes `docs/cli.md` from the declarations of the commands; with `--check` it only says whether the page is up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Command, commands, exits, flagDoc, flagName, flagsOf, usageLine } from '../src/cli/cli.ts'

const page = new URL('../docs/cli.md', import.meta.url)

const intro = `# Command line

<!-- Made by \`node scripts/docs-cli.ts\` from \`src/cli\`. Do not edit. -->

\`sluice COMMAND [FLAGS]\`; from a checkout \`node bin/sluice.js COMMAND\`, under any Node from 20. \`sluice --help\` lists the commands,
\`sluice COMMAND --help\` explains one. A mistyped command or flag is refused with the nearest known one.

With \`SLUICE_API_KEY\` in the environment the holder of that key is calling; without it the local caller of the configuration.
\`SLUICE_CONFIG\` names the configuration file, \`SLUICE_DEMO\` the folder of the demo data, \`NO_COLOR\` turns colours off, and
\`SLUICE_DEBUG\` prints where an error came from.

## Exit codes

| code | meaning |
|---|---|
${Object.values(exits)
  .map(({ code, doc }) => `| ${code} | ${doc} |\n`)
  .join('')}
`

const cell = (text: string): string => text.replaceAll('|', '\\|')

function section(command: Command): string {
  const rows = Object.entries(flagsOf(command)).map(([name, flag]) => `| \`${flagName(name, flag)}\` | ${cell(flagDoc(flag))} |\n`)
  const examples = command.examples.map(([line, doc]) => `# ${doc}\n${line}\n`)
  return `## sluice ${command.name}

\`${usageLine(command)}\`

${command.doc}

| flag | meaning |
|---|---|
${rows.join('')}
\`\`\`sh
${examples.join('')}\`\`\`
`
}

const text = intro + commands.map(section).join('\n')

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/cli.md is out of date. Run `node scripts/docs-cli.ts`.')
  process.exitCode = 1
}
