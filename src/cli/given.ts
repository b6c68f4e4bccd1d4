import { parseArgs } from 'node:util'
import { nearest } from '../nearest.ts'
import { type Command, type Flag, type Given, UsageError } from './command.ts'

const everywhere: Readonly<Record<string, Flag>> = { help: { doc: 'Show this help.', short: 'h' } }
const configured: Readonly<Record<string, Flag>> = {
  config: { doc: 'The configuration file. By default SLUICE_CONFIG, else sluice.yaml in the working folder.', value: 'FILE', short: 'c' },
  demo: { doc: 'Use the demo sources instead of a configuration file.' },
}

/** Every flag that a command takes, its own first. */
export const flagsOf = (command: Command): Readonly<Record<string, Flag>> => ({
  ...command.flags,
  ...(command.configured ? configured : {}),
  ...everywhere,
})

/** What was typed after the command's name. Throws UsageError that names the nearest flag. */
export function givenTo(command: Command, args: readonly string[]): Given {
  const flags = flagsOf(command)
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { value, short }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: true, ...(short ? { short } : {}) },
    ]),
  )
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true })
  const values = new Map<string, string[]>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name]! : unknownFlag(token.rawName, command, flags)
    values.set(token.name, [...(values.get(token.name) ?? []), flagValue(token.rawName, flag, token.value, token.inlineValue)])
  }
  for (const [name, list] of values)
    if (list.length > 1 && flags[name]!.value && !flags[name]!.many) throw new UsageError(`--${name} was given twice.`)
  if (words.length > command.wordsMax) throw new UsageError(tooMany(command, words))
  if (values.has('config') && values.has('demo')) throw new UsageError('--config and --demo exclude each other.')
  return {
    words,
    text: (flag) => values.get(flag)?.[0],
    texts: (flag) => values.get(flag) ?? [],
    on: (flag) => values.has(flag),
  }
}

function flagValue(raw: string, flag: Flag, value: string | undefined, inline: boolean | undefined): string {
  if (flag.value === undefined) {
    if (inline) throw new UsageError(`${raw} takes no value.`)
    return ''
  }
  // A value that looks like a flag is most likely one, and the value was forgotten; `--flag=-x` says that it is meant.
  if (value === undefined || (!inline && /^-[^\d.]/.test(value))) throw new UsageError(`${raw} needs a value: ${raw} ${flag.value}`)
  if (flag.choices && !flag.choices.includes(value)) {
    const near = nearest(value, flag.choices)[0]
    throw new UsageError(`${raw} is one of ${flag.choices.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`)
  }
  return value
}

function unknownFlag(raw: string, command: Command, flags: Readonly<Record<string, Flag>>): never {
  const near = raw.startsWith('--') ? nearest(raw.slice(2), Object.keys(flags))[0] : undefined
  throw new UsageError(`sluice ${command.name} has no flag ${raw}.${near === undefined ? '' : ` Did you mean --${near}?`}`)
}

function tooMany(command: Command, words: readonly string[]): string {
  const extra = words[command.wordsMax]!
  const hint = command.words === '[SQL]' && !/\s/.test(words.join('')) ? ' Put a statement into quotes.' : ''
  return `sluice ${command.name} does not know what to do with "${extra.slice(0, 60)}".${hint}`
}

/** A whole number from a flag, within bounds. */
export function wholeNumber(given: Given, flag: string, low: number, high: number): number | undefined {
  const text = given.text(flag)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < low || value > high) throw new UsageError(`--${flag} is a whole number from ${low} to ${high}.`)
  return value
}
