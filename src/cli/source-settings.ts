import type { Settings } from '../source/source.ts'
import { type Flag, type Given, type Terminal, UsageError } from './command.ts'
import { askSecrets } from './secret-asking.ts'

/** How settings of a source are said on the command line. */
export const settingFlags: Readonly<Record<string, Flag>> = {
  set: { doc: 'A setting of the connector that is no secret.', value: 'KEY=VALUE', many: true },
  secret: { doc: 'A secret setting, asked for on the terminal, else a line of standard input.', value: 'KEY', many: true },
  'secret-env': { doc: 'A secret setting that is taken from an environment variable.', value: 'KEY=NAME', many: true },
}

/** The settings that were given, secrets among them. `asks`: who sits at a terminal is asked for the usual secret even if they name none. */
export async function settingsIn(given: Given, connector: string, terminal: Terminal, asks: boolean): Promise<Record<string, string>> {
  const { connectorNames, holdsPassword, isSecretIdentity } = await import('../config/config.ts')
  const { connectors } = await import('../source/manifest.ts')
  const kind = connectorNames.find((one) => one === connector)
  const known = kind ? (await connectors[kind]()).settings : {}
  return { ...plainOf(given, known, holdsPassword, isSecretIdentity), ...(await secretsOf(given, known, terminal, asks)) }
}

function pairsOf(texts: readonly string[], flag: string): readonly (readonly [string, string])[] {
  return texts.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw new UsageError(`--${flag} is KEY=VALUE.`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
}

/** Arguments are seen by every user of the machine, and kept in the shell's history. */
function plainOf(
  given: Given,
  known: Settings,
  holdsPassword: (value: unknown) => boolean,
  isSecretIdentity: (key: string) => boolean,
): Record<string, string> {
  const pairs = pairsOf(given.texts('set'), 'set')
  for (const [key, value] of pairs) {
    // Which attribute of the caller is the password tells nobody's.
    const secret = (Object.hasOwn(known, key) && known[key]!.secret === true) || (isSecretIdentity(key) && !/^\{\{[^}]*\}\}$/.test(value))
    if (holdsPassword(value) || (secret && !URL.canParse(value)))
      throw new UsageError(`${key} is a secret and no argument: say --secret ${key} or --secret-env ${key}=NAME.`)
  }
  return Object.fromEntries(pairs)
}

async function secretsOf(given: Given, known: Settings, terminal: Terminal, asks: boolean): Promise<Record<string, string>> {
  const fromEnv = pairsOf(given.texts('secret-env'), 'secret-env').map(([key, name]) => {
    const value = terminal.env[name]
    if (value === undefined) throw new UsageError(`The environment variable ${name.slice(0, 100)} is not set.`)
    return [key, value] as const
  })
  const named = given.texts('secret')
  const said = [...named, ...fromEnv.map(([key]) => key), ...given.texts('set').map((text) => text.split('=')[0]!)]
  const usual = asks && 'password' in known && terminal.in.isTTY && !said.includes('password') && !said.includes('url') ? ['password'] : []
  const asked = await askSecrets([...named, ...usual], terminal)
  // Nothing said is no password, not an empty one.
  const filled = Object.entries(asked).filter(([key, value]) => value !== '' || !usual.includes(key))
  return Object.fromEntries([...fromEnv, ...filled])
}
