import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { type Client, clients, type Entry, entryFor } from '../clients.ts'
import { type Command, exits, type Given, type Terminal, Trouble, UsageError } from './command.ts'
import { merged, shownChange } from './install/merge.ts'

export const install: Command = {
  name: 'install',
  doc: "Write Sluice into an MCP client's configuration, after showing what would change.",
  words: 'CLIENT',
  wordsMax: 1,
  flags: {
    name: { doc: 'Name of the entry; sluice by default.', value: 'NAME' },
    url: { doc: 'Reach a running gateway at this address instead of starting one.', value: 'URL' },
    project: { doc: 'For the project in the working folder only.' },
    groups: { doc: 'Groups of tools that the client sees at once, e.g. core,schema.', value: 'GROUPS' },
    remove: { doc: 'Take the entry out again.' },
    print: { doc: 'Show the change and write nothing.' },
    yes: { doc: 'Do not ask.', short: 'y' },
  },
  configured: true,
  examples: [
    ['sluice install claude-desktop --config sluice.yaml', 'Claude Desktop starts Sluice with your sources'],
    ['sluice install vscode --project --url http://127.0.0.1:8000/mcp', 'A project in VS Code uses a running gateway'],
    ['sluice install cursor --remove', 'Takes it out again'],
  ],
  async run(given, { terminal }) {
    const client = clientOf(given.words[0])
    const name = nameOf(given.text('name') ?? 'sluice')
    const file = fileOf(client, given, terminal)
    const entry = given.on('remove') ? undefined : entryFor(client, wantedOf(given))
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const next = change(text, file, client, name, entry)
    terminal.out.write(`${client.title} keeps its servers in ${file}\n`)
    if (!next.changed) {
      terminal.out.write(entry === undefined ? `There is no entry "${name}".\n` : 'It is as it should be already.\n')
      return exits.ok.code
    }
    terminal.out.write(`\n${shownChange(next.before, entry, name)}\n\n`)
    if (given.on('print')) return exits.ok.code
    if (!given.on('yes') && !(await agreed(terminal))) {
      terminal.out.write('Nothing was changed.\n')
      return exits.ok.code
    }
    write(file, next.text, text)
    terminal.out.write(`Wrote ${file}${text === '' ? '' : `; the file as it was is ${file}.before-sluice`}.\n${client.next}\n`)
    return exits.ok.code
  },
}

function clientOf(word: string | undefined): Client {
  const known = clients.map(({ name }) => name).join(', ')
  const found = clients.find(({ name }) => name === word)
  if (!found) throw new UsageError(word === undefined ? `Name a client: ${known}.` : `There is no client "${word}". Known: ${known}.`)
  return found
}

function nameOf(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)) return name
  throw new UsageError('The name of an entry starts with a letter and holds letters, digits, - and _.')
}

function fileOf(client: Client, given: Given, { env }: Terminal): string {
  const project = given.on('project') ? process.cwd() : undefined
  const file = client.file({ platform: process.platform, home: env.HOME ?? env.USERPROFILE ?? homedir(), env, project })
  if (file === undefined) throw new UsageError(`${client.title} has no configuration of a project; leave --project out.`)
  return file
}

/** Absolute, because a client starts it anywhere with any PATH. */
function wantedOf(given: Given): Readonly<{ url: string } | { command: readonly string[] }> {
  const url = given.text('url')
  const groups = given.text('groups')
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError('--url is an address such as http://127.0.0.1:8000/mcp.')
    return { url: groups === undefined ? url : `${url.replace(/\/$/, '')}/${groups}` }
  }
  const config = given.text('config')
  const found = config ?? (existsSync('sluice.yaml') ? 'sluice.yaml' : undefined)
  if (!given.on('demo') && found === undefined) {
    throw new UsageError('Name what the client is to use: --config FILE, --demo, or --url of a running gateway.')
  }
  if (config !== undefined && !existsSync(config)) throw new UsageError(`There is no ${config}. \`sluice init\` writes a configuration.`)
  const where = given.on('demo') ? ['--demo'] : ['--config', resolve(found!)]
  const script = process.argv[1]
  const start = script === undefined ? ['sluice'] : [process.execPath, resolve(script)]
  return { command: [...start, 'mcp', ...where, ...(groups === undefined ? [] : ['--groups', groups])] }
}

function change(text: string, file: string, client: Client, name: string, entry: Entry | undefined) {
  try {
    return merged(text, client, name, entry)
  } catch (error) {
    const by = entry === undefined ? '' : ` Add this to "${client.key}" by hand: "${name}": ${JSON.stringify(entry)}`
    throw new Trouble(
      exits.failed.code,
      `${file} was left alone. ${(error as Error).message}`,
      `Correct the file, then try again.${by}`,
      error,
    )
  }
}

async function agreed(terminal: Terminal): Promise<boolean> {
  if (!terminal.in.isTTY) throw new UsageError('Nobody can be asked here; --yes writes the change, --print only shows it.')
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: terminal.in, output: terminal.err })
  try {
    return /^y(es)?$/i.test((await lines.question('Write this? [y/N] ', { signal: terminal.signal })).trim())
  } finally {
    lines.close()
  }
}

/** Whole or not at all; what was there is kept beside it. */
function write(file: string, text: string, before: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    if (before !== '') writeFileSync(`${file}.before-sluice`, before, { mode: 0o600 })
    const next = `${file}.${process.pid}.new`
    writeFileSync(next, text, { mode: 0o600 })
    renameSync(next, file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Trouble(
      exits.failed.code,
      `${file} cannot be written (${code}).`,
      'Give this user the right to write there, or use --print.',
      error,
    )
  }
}
