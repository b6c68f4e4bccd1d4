import { type Command, exits, type Flag } from './command.ts'
import { flagsOf } from './given.ts'

const title = 'sluice - the data gateway for AI'

/** What `sluice --help` shows. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    title,
    '',
    'Usage: sluice COMMAND [FLAGS]',
    '',
    ...commands.map(({ name, doc }) => `  ${name.padEnd(width)}  ${doc}`),
    '',
    'Every command takes --help. Try it without any set-up:',
    '',
    '  sluice query --demo --source shop "SELECT country, count(*) FROM customers GROUP BY 1"',
    '  sluice serve --demo',
    '',
    `Exit codes: ${Object.entries(exits)
      .map(([name, { code }]) => `${code} ${name}`)
      .join(', ')}. With SLUICE_API_KEY set, that key says who is calling.`,
    '',
  ].join('\n')
}

export const usageLine = ({ name, words }: Command): string => `sluice ${name}${words ? ` ${words}` : ''} [FLAGS]`

export const flagName = (name: string, { value, short }: Flag): string =>
  `${short ? `-${short}, ` : ''}--${name}${value === undefined ? '' : ` ${value}`}`

export const flagDoc = ({ doc, choices, many }: Flag): string =>
  `${doc}${choices ? ` One of ${choices.join(', ')}.` : ''}${many ? ' May be given several times.' : ''}`

/** What `sluice COMMAND --help` shows. */
export function helpOf(command: Command): string {
  const flags = Object.entries(flagsOf(command)).map(([name, flag]): [string, string] => [flagName(name, flag), flagDoc(flag)])
  const width = Math.max(...flags.map(([name]) => name.length))
  return [
    `Usage: ${usageLine(command)}`,
    '',
    command.doc,
    '',
    'Flags:',
    ...flags.map(([name, doc]) => `  ${name.padEnd(width)}  ${doc}`),
    '',
    'Examples:',
    ...command.examples.flatMap(([line, doc]) => [`  # ${doc}`, `  ${line}`]),
    '',
  ].join('\n')
}
