import type { Credential } from '../call.ts'
import type { Config } from '../config/config.ts'
import type { Command, Context, Given, House, Terminal } from './command.ts'
import { progressBar } from './progress-bar.ts'

export function contextOf(given: Given, house: House, terminal: Terminal, { registering }: Pick<Command, 'registering'>): Context {
  const load = async () => {
    if (!given.on('demo')) return house.configFor({ file: given.text('config'), registering })
    await makeDemo(house, terminal)
    return house.configFor({ demo: true, registering })
  }
  let loaded: Promise<Config> | undefined
  return {
    terminal,
    house,
    config: () => (loaded ??= load()),
    async withParts(config, use, log) {
      const { parts, close } = await house.openParts(config, log)
      try {
        return await use(parts)
      } finally {
        await close()
      }
    },
  }
}

/** Makes the demo data where they are missing, and tells about it on standard error: standard output may be a protocol. */
export async function makeDemo(house: House, terminal: Terminal): Promise<string> {
  const { demoFolder, demoReady, ensureDemo } = await house.demo()
  const folder = demoFolder(terminal.env)
  if (demoReady(folder)) return folder
  const bar = progressBar(terminal.err, 'Making the demo data')
  try {
    await ensureDemo(folder, bar.show)
  } finally {
    bar.end()
  }
  return folder
}

/** Who is calling: the holder of the key in SLUICE_API_KEY, else the person at this machine. */
export const credentialOf = ({ env }: Terminal): Credential =>
  env.SLUICE_API_KEY ? { kind: 'bearer', token: env.SLUICE_API_KEY } : { kind: 'local' }
