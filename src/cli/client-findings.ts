import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'
import { type Client, clients } from '../clients.ts'
import type { Finding } from './findings.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What the MCP clients of this person and of the project in the working folder say of Sluice, and whether it would start. */
export function clientFindings(env: Env): Finding[] {
  const home = env.HOME ?? env.USERPROFILE ?? homedir()
  const places = [undefined, process.cwd()]
  return clients.flatMap((client) => {
    const files = places.flatMap((project) => client.file({ platform: process.platform, home, env, project }) ?? [])
    return [...new Set(files)].filter(existsSync).flatMap((file) => findingsOf(client, file))
  })
}

function findingsOf(client: Client, file: string): Finding[] {
  const what = client.title
  const servers = serversOf(client, file)
  if (servers === undefined) {
    const mend = `Correct the file; \`sluice install ${client.name} --print\` shows an entry to put in.`
    return [{ level: 'warning', what, text: `${file} is not plain JSON, so its servers could not be looked at.`, mend }]
  }
  const ours = Object.entries(servers).filter(([name, entry]) => isOurs(name, entry))
  if (ours.length === 0) {
    return [{ level: 'note', what, text: `${file} has no entry of Sluice.`, mend: `\`sluice install ${client.name}\` writes one.` }]
  }
  return ours.map(([name, entry]) => {
    const wrong = wrongOf(entry)
    if (wrong === undefined) return { level: 'ok', what, text: `"${name}" in ${file}` }
    return { level: 'warning', what, text: `"${name}" in ${file}: ${wrong}`, mend: `\`sluice install ${client.name}\` writes it anew.` }
  })
}

type Entry = Readonly<{ command?: unknown; args?: unknown; url?: unknown }>

function serversOf(client: Client, file: string): Readonly<Record<string, Entry>> | undefined {
  try {
    const servers = JSON.parse(readFileSync(file, 'utf8'))[client.key] ?? {}
    return typeof servers === 'object' ? servers : undefined
  } catch {
    return undefined
  }
}

const argsOf = ({ args }: Entry): string[] => (Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [])

const isOurs = (name: string, entry: Entry): boolean =>
  typeof entry === 'object' &&
  entry !== null &&
  (name === 'sluice' || [entry.command, ...argsOf(entry)].some((word) => typeof word === 'string' && /sluice(\.js)?$/.test(word)))

/** Why an entry cannot work; undefined where nothing is seen that is wrong. */
function wrongOf(entry: Entry): string | undefined {
  if (typeof entry.url === 'string') return URL.canParse(entry.url) ? undefined : 'its url is no address.'
  if (typeof entry.command !== 'string') return 'it has neither a command nor a url.'
  if (isAbsolute(entry.command) && !existsSync(entry.command)) return `there is no ${entry.command}.`
  const args = argsOf(entry)
  const script = args.find((arg) => /sluice\.js$/.test(arg))
  if (script !== undefined && !isAbsolute(script)) return `${script} is not absolute, and the client may start it anywhere.`
  const config = args[args.indexOf('--config') + 1]
  const named = [script, args.includes('--config') ? config : undefined].find(
    (path) => path !== undefined && isAbsolute(path) && !existsSync(path),
  )
  return named === undefined ? undefined : `there is no ${named}.`
}
