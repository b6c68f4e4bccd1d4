import { relative } from 'node:path'
import type { Config } from '../config/config.ts'
import { type Command, type Context, exits, type Given, Trouble } from './command.ts'
import { wholeNumber } from './given.ts'
import { groupsFlag, groupsOf } from './groups.ts'
import { inStep } from './in-step.ts'
import { reloading, tellWarnings } from './reloading.ts'

export const serve: Command = {
  name: 'serve',
  doc: 'Serve MCP and HTTP until interrupted.',
  wordsMax: 0,
  flags: {
    host: { doc: 'Address to listen on instead of the configured one.', value: 'HOST' },
    port: { doc: 'Port to listen on instead of the configured one; 0 takes a free one.', value: 'PORT' },
    groups: groupsFlag,
    reload: { doc: 'Read the configuration again when its file or `.env` changes, as `server.reload` does.' },
    quiet: { doc: 'Print the address only.', short: 'q' },
    conformance: { doc: "Serve the fixtures of MCP's conformance suites as well; for tests only." },
  },
  configured: true,
  examples: [
    ['sluice serve --demo', 'Serve the demo data on http://127.0.0.1:8000'],
    ['sluice serve --config sluice.yaml --port 9000', 'Serve your own sources on another port'],
  ],
  async run(given, context) {
    const config = await context.config()
    return context.withParts(
      config,
      async (parts) => {
        const { host, port, allowedHosts, allowedOrigins, bodyBytesMax, importBytesMax, ws, publicUrl, ssePath, messagesPath } =
          config.server
        const groups = groupsOf(given, config)
        const wanted = { host: given.text('host') ?? host, port: wholeNumber(given, 'port', 0, 65_535) ?? port }
        const setting = {
          ...wanted,
          allowedHosts,
          allowedOrigins,
          bodyBytesMax,
          importBytesMax,
          ws,
          publicUrl,
          ssePath,
          messagesPath,
          groups,
          conformance: given.on('conformance'),
        }
        const server = await context.house.serveHttp(parts, setting).catch((error: unknown) => {
          throw addressError(error, wanted)
        })
        parts.control.serving({ host: wanted.host, port: Number(new URL(server.url).port || 80), conformance: setting.conformance })
        tellWarnings(config, context.terminal)
        const reload = config.server.reload || given.on('reload')
        const stop = reloading(parts, { ...config, server: { ...config.server, reload } }, context.terminal)
        const stopSync = await inStep(parts, config)
        context.terminal.out.write(given.on('quiet') ? `${server.url}\n` : welcome(server.url, config, given, context))
        await ended(context.terminal.signal)
        stop()
        await stopSync()
        context.terminal.err.write('Stopping.\n')
        await server.close()
        return exits.ok.code
      },
      (line) => context.terminal.err.write(line),
    )
  },
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

function addressError(error: unknown, { host, port }: Readonly<{ host: string; port: number }>): unknown {
  const code = (error as NodeJS.ErrnoException).code
  const exit = exits.unavailable.code
  if (code === 'EADDRINUSE') {
    return new Trouble(
      exit,
      `Port ${port} on ${host} is taken.`,
      'Stop what listens there, or choose another port: --port 0 takes a free one.',
      error,
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
    const hint = 'Choose another address: --host and --port, or `server` in the configuration.'
    return new Trouble(exit, `It is not possible to listen on ${host}:${port} (${code}).`, hint, error)
  }
  return error
}

/** Address, client configuration and three things to try, so that nobody has to look for the next step. */
function welcome(url: string, config: Config, given: Given, { terminal }: Context): string {
  const where = given.on('demo') ? ['--demo'] : config.file === undefined ? [] : ['--config', config.file]
  const command = commandLine()
  const env = { ...variablesOf(config), ...(config.local.roles.length === 0 ? { SLUICE_API_KEY: 'slk_…' } : {}) }
  const started = { command: command[0], args: [...command.slice(1), 'mcp', ...where], ...(Object.keys(env).length > 0 ? { env } : {}) }
  const client = { mcpServers: { sluice: started } }
  const names = Object.keys(config.sources)
  const bold = (text: string) => (terminal.out.isTTY && !terminal.env.NO_COLOR ? `\x1b[1m${text}\x1b[0m` : text)
  return [
    '',
    `${bold('Sluice is ready:')} ${url}   (MCP at ${url}/mcp)`,
    `Sources: ${names.length === 0 ? 'none yet; `sluice init` writes a configuration' : names.join(', ')}`,
    '',
    `${bold('MCP client configuration')} (Claude Desktop, Cursor and others):`,
    JSON.stringify(client, undefined, 2),
    '',
    bold('Three things to try'),
    ...tries(url, where, config, names[0]).map((line, i) => `${i + 1}. ${line}`),
    '',
    'Press Ctrl-C to stop.',
    '',
  ].join('\n')
}

/** What a client must set that starts Sluice in another folder, where no `.env` tells of the sources. Passwords are not repeated. */
function variablesOf({ file, told }: Config): Readonly<Record<string, string>> {
  if (file !== undefined) return {}
  const said = told.flatMap(({ key, value, from }) => {
    const [, source, name] = /^sources\.(mysql|postgres)\.(host|port|user|password|database)$/.exec(key) ?? []
    if (source === undefined || from !== 'environment') return []
    return [[`${source}_${name}`.toUpperCase(), name === 'password' ? '…' : String(value)] as const]
  })
  return Object.fromEntries(said)
}

function tries(url: string, where: readonly string[], { local }: Config, source: string | undefined): string[] {
  const isDemo = where[0] === '--demo'
  const needsKey = local.roles.length === 0
  const sql = isDemo ? 'SELECT country, count(*) AS customers FROM customers GROUP BY country ORDER BY 2 DESC' : 'SELECT 1 AS one'
  const name = source ?? 'SOURCE'
  const body = JSON.stringify({ source: name, query: sql })
  return [
    `Ask over HTTP:\n   curl -s ${url}/sql/execute ${needsKey ? '-H "Authorization: Bearer $SLUICE_API_KEY" ' : ''}-H 'Content-Type: application/json' -d '${body}'`,
    `Ask on the command line${needsKey ? ', with SLUICE_API_KEY set' : ''}:\n   ${[shortCommand(), 'query', ...where.map(quoted)].join(' ')} --source ${name} "${isDemo ? 'SELECT id, name, email, phone FROM customers LIMIT 5' : sql}"`,
    isDemo
      ? 'Ask Claude, once it is configured:\n   "Which five products brought in the most money last month, and how did visitors who bought them find us?"'
      : 'Ask Claude, once it is configured:\n   "What data do you have here, and what would be worth asking?"',
  ]
}

/** How another program starts this one: absolute, because a client starts it anywhere, with any or no PATH. */
function commandLine(): string[] {
  const script = process.argv[1]
  return script === undefined ? ['sluice'] : [process.execPath, script]
}

/** The same for a person, who is in a folder and has a PATH. */
function shortCommand(): string {
  const script = process.argv[1]
  if (script === undefined) return 'sluice'
  const near = relative(process.cwd(), script)
  if (near.startsWith('node_modules')) return 'npx sluice'
  if (script.includes('node_modules')) return 'sluice'
  return `node ${quoted(near.startsWith('..') ? script : near)}`
}

const quoted = (word: string): string => (/^[\w./:@+-]+$/.test(word) ? word : `'${word}'`)
