import { writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { nearest } from '../nearest.ts'
import { type Command, exits, type Given, type Terminal, Trouble, UsageError } from './command.ts'
import { configText, type Setting, type Settings } from './init-text.ts'

const connectorNames = ['postgres', 'mysql', 'sqlite', 'duckdb'] as const
type ConnectorName = (typeof connectorNames)[number]

export const init: Command = {
  name: 'init',
  doc: 'Write a commented configuration with one source. Asks on a terminal for what the flags do not say.',
  words: '[FILE]',
  wordsMax: 1,
  flags: {
    connector: { doc: 'Kind of the source.', value: 'KIND', choices: connectorNames },
    name: { doc: 'Name of the source; the connector by default.', value: 'NAME' },
    set: { doc: 'A setting of the source, e.g. host=db.example.com.', value: 'KEY=VALUE', many: true },
  },
  configured: false,
  examples: [
    ['sluice init --connector sqlite --name shop --set path=shop.db', 'sluice.yaml for a SQLite file'],
    [
      'sluice init --connector postgres --set host=localhost --set database=app --set user=reader',
      'The password is read from an environment variable',
    ],
    ['sluice init', 'Asks for everything'],
  ],
  async run(given, { terminal, house }) {
    const file = given.words[0] ?? 'sluice.yaml'
    const ask = await asker(terminal)
    try {
      const connector = (given.text('connector') ?? (await ask.choice('Kind of the source', connectorNames))) as ConnectorName
      const { connectors } = await import('../source/manifest.ts')
      const { settings } = await connectors[connector]()
      const name = nameOf(given.text('name') ?? (await ask.text('Name of the source', connector)))
      const values = await valuesOf(given, settings, ask)
      const { text, variables } = configText(name, connector, settings, values)
      write(file, text)
      terminal.out.write(`Wrote ${file}.\n`)
      for (const variable of variables) terminal.out.write(`Set the environment variable ${variable} before you start.\n`)
      const where = basename(file) === 'sluice.yaml' && resolve(file) === resolve('sluice.yaml') ? '' : ` --config ${file}`
      terminal.out.write(`Next: sluice doctor${where}, then sluice serve${where}\n`)
      if (variables.every((variable) => terminal.env[variable] !== undefined)) await house.configFor({ file })
      return exits.ok.code
    } finally {
      ask.close()
    }
  },
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const hint =
      code === 'EEXIST' ? 'Remove it, or name another: sluice init other.yaml' : 'Choose a folder that exists and that you may write to.'
    throw new Trouble(
      exits.failed.code,
      code === 'EEXIST' ? `${file} exists already; nothing was changed.` : `${file} cannot be written (${code}).`,
      hint,
      error,
    )
  }
}

function nameOf(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)) return name
  throw new UsageError('The name of a source starts with a letter and holds letters, digits, - and _.')
}

async function valuesOf(given: Given, settings: Settings, ask: Asker): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>()
  for (const text of given.texts('set')) {
    const at = text.indexOf('=')
    const key = at < 0 ? text : text.slice(0, at)
    if (!Object.hasOwn(settings, key)) {
      const near = nearest(key, Object.keys(settings))[0]
      throw new UsageError(
        `There is no setting ${key}.${near === undefined ? ` Known: ${Object.keys(settings).join(', ')}.` : ` Did you mean ${near}?`}`,
      )
    }
    if (at < 0) throw new UsageError(`--set is KEY=VALUE, e.g. ${key}=….`)
    if (settings[key]!.secret)
      throw new UsageError(`${key} is a secret: sluice init writes the name of an environment variable for it. Leave it out here.`)
    values.set(key, text.slice(at + 1))
  }
  const missing = Object.entries(settings).filter(([key, setting]) => !values.has(key) && isAsked(key, setting, ask))
  for (const [key, setting] of missing) {
    if (key === 'folder' && values.has('path')) continue
    const byDefault = setting.required ? undefined : String(setting.default ?? '')
    const answer = await ask.text(`${key} (${setting.doc.replace(/\.$/, '')})`, byDefault)
    if (answer !== '') values.set(key, answer)
  }
  if ('folder' in settings && !values.has('folder') && !values.has('path'))
    throw new UsageError('Such a source needs --set folder=… or --set path=….')
  return values
}

/** What nearly every source of its kind needs. The rest stands in the file as comments. */
const usual = new Set(['path', 'folder', 'host', 'port', 'database', 'user'])

/** Where nobody can be asked only what must be there is missed. */
const isAsked = (key: string, { required, secret }: Setting, ask: Asker): boolean =>
  !secret && (required === true || (ask.isTerminal && usual.has(key)))

type Asker = Readonly<{
  isTerminal: boolean
  text(question: string, byDefault: string | undefined): Promise<string>
  choice(question: string, choices: readonly string[]): Promise<string>
  close(): void
}>

/** Asks on a terminal. Elsewhere what has a default gets it and the rest is an error that says which flag to use. */
async function asker(terminal: Terminal): Promise<Asker> {
  const { createInterface } = await import('node:readline/promises')
  const lines = terminal.in.isTTY ? createInterface({ input: terminal.in, output: terminal.err }) : undefined
  const text = async (question: string, byDefault: string | undefined): Promise<string> => {
    while (lines) {
      const answer = await lines.question(`${question}${byDefault ? ` [${byDefault}]` : ''}: `, { signal: terminal.signal })
      if (answer.trim() !== '' || byDefault !== undefined) return answer.trim() || byDefault!
      terminal.err.write('This is needed.\n')
    }
    if (byDefault === undefined) throw new UsageError(`${question} is missing. See sluice init --help.`)
    return byDefault
  }
  return {
    isTerminal: lines !== undefined,
    text,
    async choice(question, choices) {
      for (;;) {
        const answer = await text(`${question} (${choices.join(', ')})`, undefined)
        if (choices.includes(answer)) return answer
        const near = nearest(answer, choices)[0]
        if (near !== undefined) terminal.err.write(`Did you mean ${near}?\n`)
      }
    },
    close: () => lines?.close(),
  }
}
