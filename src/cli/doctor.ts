import type { Config } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import { type Command, type Context, exitOf, exits } from './command.ts'
import type { Finding } from './findings.ts'

const marks = { ok: 'ok  ', note: 'note', warning: 'warn', problem: 'FAIL' } as const

export const doctor: Command = {
  name: 'doctor',
  doc: 'Look at everything that a working gateway needs, and say how to mend what is wrong.',
  wordsMax: 0,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [['sluice doctor --config sluice.yaml', 'Exit code 1 when something must be mended']],
  async run(given, { config, withParts, terminal }) {
    const look = await import('./findings.ts')
    const findings: Finding[] = []
    const add = (more: readonly Finding[]) => {
      findings.push(...more)
      if (!given.on('json')) terminal.out.write(more.map(lineOf).join(''))
    }
    const done = (code: number) => {
      if (given.on('json')) terminal.out.write(`${JSON.stringify(findings, undefined, 2)}\n`)
      return code
    }
    add(look.nodeFindings())
    let settings: Config
    try {
      settings = await config()
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error
      add([{ level: 'problem', what: 'configuration', text: error.message, mend: error.hint }])
      return done(exitOf(error))
    }
    add([{ level: 'ok', what: 'configuration', text: given.on('demo') ? 'the demo' : (settings.file ?? 'no file; defaults hold') }])
    add(look.serverFindings(settings, await keysOf(settings, withParts)))
    add(await look.fileFindings(settings))
    add(look.registryFindings(settings))
    add(await look.auditFindings(settings))
    add(await look.portFindings(settings))
    add((await import('./client-findings.ts')).clientFindings(terminal.env))
    await withParts(settings, async (parts) => {
      if (parts.sources.names.length === 0) {
        add([{ level: 'warning', what: 'sources', text: 'No sources are configured.', mend: '`sluice init` writes a configuration.' }])
      }
      for (const name of parts.sources.names) add(await look.sourceFindings(name, parts, settings, terminal.signal))
      add(await (await import('./model-findings.ts')).modelFindings(parts, terminal.signal))
    })
    return done(findings.some(({ level }) => level === 'problem') ? exits.failed.code : exits.ok.code)
  },
}

/** What cannot be asked for is said by a finding of its own. */
const keysOf = (settings: Config, withParts: Context['withParts']): Promise<number> =>
  withParts(settings, async ({ control }) => control.exposure.keys).catch(() => 0)

const lineOf = ({ level, what, text, mend }: Finding): string =>
  `${marks[level]}  ${what}: ${text}\n${mend === undefined ? '' : `      mend: ${mend.replaceAll('\n', '\n            ')}\n`}`
