import { type Command, type Context, exits, type Opened } from './command.ts'
import { credentialOf } from './context.ts'
import { groupsFlag, groupsOf } from './groups.ts'
import { reloading, tellWarnings } from './reloading.ts'

/** How long a client may list tools before the parts are opened anyway, so that a wrong configuration shows at once. */
const openAfterMs = 250

export const mcp: Command = {
  name: 'mcp',
  doc: 'Serve MCP on standard input and output, as desktop clients start it.',
  wordsMax: 0,
  flags: { groups: groupsFlag },
  configured: true,
  examples: [
    ['sluice mcp --config sluice.yaml', 'What an MCP client is configured to run'],
    ['sluice mcp --demo', 'The same over the demo data'],
    ['sluice mcp --groups core,schema', 'The same with the tools of two groups'],
  ],
  async run(given, context) {
    const { house, terminal } = context
    let opened: Promise<Opened> | undefined
    let groups = groupsOf(given, undefined)
    let unwatch = (): void => undefined
    const open = () =>
      (opened ??= context.config().then(async (config) => {
        groups ??= groupsOf(given, config)
        const made = await house.openParts(config, (line) => terminal.err.write(line))
        tellWarnings(config, terminal)
        unwatch = reloading(made.parts, config, terminal)
        return made
      }))
    const failed = Promise.withResolvers<never>()
    const timer = setTimeout(() => open().catch(failed.reject), openAfterMs)
    const stop = () => terminal.in.destroy()
    terminal.signal.addEventListener('abort', stop, { once: true })
    if (terminal.in.isTTY) terminal.err.write('sluice mcp is started by an MCP client and speaks to it here; Ctrl-D ends it.\n')
    try {
      const options = { credential: credentialOf(terminal), input: terminal.in, output: terminal.out, groups: () => groups }
      await Promise.race([house.serveStdio(async () => (await open()).parts, options), failed.promise])
      return exits.ok.code
    } finally {
      clearTimeout(timer)
      unwatch()
      terminal.signal.removeEventListener('abort', stop)
      // An input that stays open would keep the process alive.
      stop()
      await closed(opened)
    }
  },
}

async function closed(opened: ReturnType<Context['house']['openParts']> | undefined): Promise<void> {
  const parts = await Promise.resolve(opened).catch(() => undefined)
  await parts?.close()
}
