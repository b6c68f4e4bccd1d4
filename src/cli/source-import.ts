import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type Command, exits, Trouble, UsageError } from './command.ts'
import { withRegistry } from './source-keeping.ts'

const BYTES_MAX = 16_000_000

export const sourceImport: Command = {
  name: 'source import',
  doc: 'Register the servers of a servers.yml that are not registered yet, all or none. Doing it again changes nothing.',
  words: 'FILE',
  wordsMax: 1,
  flags: {
    update: { doc: 'Change what is registered already but differs from the file.' },
    json: { doc: 'Print JSON.' },
  },
  configured: true,
  registering: true,
  examples: [
    ['sluice source import servers.yml', 'Passwords may be named: password_env: MSSQL_PASS_1'],
    ['sluice source import servers.yml --update', 'The file is the truth'],
  ],
  async run(given, context) {
    const [file] = given.words
    if (file === undefined) throw new UsageError('sluice source import needs a file, e.g. servers.yml.')
    const text = await textOf(file)
    const { withDotEnv } = await import('../config/config.ts')
    const { terminal } = context
    const done = await withRegistry(context, `import sources from ${basename(file)}`, async ({ keeping, config }) => {
      const { importServers } = await import('../registry.ts')
      const place = { file: basename(file), folder: dirname(resolve(file)), env: withDotEnv(terminal.env) }
      const imported = await importServers({ text, ...place, update: given.on('update'), by: 'operator' }, keeping)
      return { ...imported, hidden: [...imported.added, ...imported.unchanged].filter((name) => Object.hasOwn(config.sources, name)) }
    })
    if (given.on('json')) terminal.out.write(`${JSON.stringify(done, undefined, 2)}\n`)
    else terminal.out.write(tell(done))
    return exits.ok.code
  },
}

type Done = Readonly<Record<'added' | 'updated' | 'unchanged' | 'different' | 'waiting' | 'hidden', readonly string[]>>

function tell({ added, updated, unchanged, different, waiting, hidden }: Done): string {
  const line = (names: readonly string[], text: string) => (names.length === 0 ? '' : `${text}: ${shown(names)}\n`)
  return [
    line(added, `Registered ${added.length}`),
    line(updated, `Changed ${updated.length}`),
    line(unchanged, `Registered already ${unchanged.length}`),
    line(different, `Registered already, but not as the file has them (--update changes them) ${different.length}`),
    line(waiting, `Kept but not in use, because this version has no connector of their kind ${waiting.length}`),
    line(hidden, `Not used, because the configuration has sources of these names ${hidden.length}`),
  ].join('')
}

const SHOWN = 20
const shown = (names: readonly string[]): string =>
  names.length <= SHOWN ? names.join(', ') : `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`

async function textOf(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > BYTES_MAX) throw new Trouble(exits.config.code, `${file} is too large.`, 'Import it in parts.')
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Trouble) throw error
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException
    throw new Trouble(exits.config.code, `${file} cannot be read (${code}).`, 'Name a file that exists and that you may read.', error)
  }
}
