import { type Command, exits } from './command.ts'

export const mcp: Command = {
  name: 'mcp',
  doc: 'Serve MCP on standard input and output, as desktop clients start it.',
  wordsMax: 0,
  flags: {},
  configured: true,
  examples: [
    ['sluice mcp --config sluice.yaml', 'What an MCP client is configured to run'],
    ['sluice mcp --demo', 'The same over the demo data'],
  ],
  async run(_given, { config, withParts, house, terminal }) {
    await withParts(await config(), (parts) => house.serveStdio(parts, { signal: terminal.signal }))
    return exits.ok.code
  },
}
