import { access, constants, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Config, checkPolicy, cutPolicy, joinPolicy, type PolicyCut, policyDigest, policyTextOf } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { PolicyFile, PolicyText } from '../gateway.ts'
import { type Findings, openPolicy } from '../policy/policy.ts'
import { checkRoles, type Hands, policySetting } from './hands.ts'

type Setting = Readonly<{
  current(): Hands
  findings: Findings
  /** Reads the configuration again and uses it. */
  reload(): Promise<unknown>
  /** One after the other with reloads. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
}>

/** Earlier texts that are kept. */
const KEPT = 50

/** The roles of the configuration file, for who edits them while the gateway runs. */
export function openPolicyFile({ current, findings, reload, inTurn }: Setting): PolicyFile {
  const sources = () => Object.keys(current().config.sources)
  const read = async (): Promise<Found> => found(current().config)
  const checked = async (text: string) => {
    const { cut } = await read()
    const outcome = await checkPolicy(text, cut?.text ?? '', sources(), process.env)
    if (outcome.problems.length > 0) return outcome
    return { ...outcome, problems: refusals(outcome.roles, outcome.lines, current()) }
  }
  const mustBeGood = async (text: string) => {
    const { problems, roles } = await checked(text)
    if (problems.length === 0) return roles
    throw new SluiceError('policy_invalid', problems.map(({ line, text }) => `line ${line}: ${text}`).join('\n'))
  }
  const write = async (text: string, digest: string) => {
    const { about, cut, file } = await read()
    if (!about.writable || !cut || file === undefined)
      throw new SluiceError('not_supported', about.reason ?? 'The roles cannot be written.')
    if (about.digest !== digest)
      throw new SluiceError('policy_conflict', 'The roles were changed by somebody else after you had read them. Nothing was overwritten.')
    await mustBeGood(text)
    const [whole, next] = [`${cut.before}${cut.text}${cut.after}`, await joinPolicy(cut, text)]
    await keepOld(current().config.state, cut.text)
    await replace(file, next)
    try {
      await reload()
    } catch (error) {
      await replace(file, whole)
      throw error
    }
    return (await read()).about
  }
  return {
    read: async () => (await read()).about,
    async check(text) {
      const { problems, roles } = await checked(text)
      return { problems, roles: Object.keys(roles) }
    },
    proposed: async (text) => openPolicy({ ...policySetting(current().config, findings), roles: await mustBeGood(text) }),
    write: (text, digest) => inTurn(() => write(text, digest)),
  }
}

type Found = Readonly<{ about: PolicyText; cut?: PolicyCut; file?: string }>

async function found({ file, roles }: Config): Promise<Found> {
  const made = async (reason: string): Promise<Found> => {
    const text = await policyTextOf(roles)
    return { about: { text, digest: policyDigest(text), line: 1, writable: false, reason } }
  }
  if (file === undefined) return made('There is no configuration file; start with one to edit roles here.')
  let whole: string
  let real: string
  try {
    real = await realpath(file)
    whole = await readFile(real, 'utf8')
  } catch {
    return made(
      'The roles are part of the program, or their file cannot be read; start with a configuration file of your own to edit them here.',
    )
  }
  try {
    const cut = await cutPolicy(whole)
    const reason = await whyNot(real)
    const writable = reason === undefined
    const about = {
      text: cut.text,
      digest: policyDigest(cut.text),
      file: basename(file),
      line: cut.line,
      writable,
      ...(reason ? { reason } : {}),
    }
    return { about, cut, file: real }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return made(`${error.message} ${error.hint}`)
  }
}

async function whyNot(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.W_OK)
    await access(dirname(file), constants.W_OK)
    return undefined
  } catch {
    return 'The gateway may not write its configuration file; give it the right, or edit the file yourself.'
  }
}

/** What only policy finds wrong, role by role, each at its line. */
function refusals(roles: Hands['config']['roles'], lines: Readonly<Record<string, number>>, hands: Hands) {
  return Object.keys(roles).flatMap((name) => {
    try {
      const config = { ...hands.config, roles }
      checkRoles({ config, policy: openPolicy(policySetting(config, undefined)) }, [name])
      return []
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error
      return [{ line: lines[name] ?? 1, column: 1, text: error.message }]
    }
  })
}

/** Whole or not at all, and on disk before it counts. */
async function replace(file: string, text: string): Promise<void> {
  const { mode } = await stat(file)
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.new`)
  const handle = await open(beside, 'w', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    // A file that is mounted by itself, as into a container, cannot be replaced, only written.
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error
    const same = await open(file, 'w')
    try {
      await same.writeFile(text)
      await same.sync()
    } finally {
      await same.close()
    }
  }
}

async function keepOld(state: string, text: string): Promise<void> {
  const folder = join(state, 'policy')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const handle = await open(join(folder, `${new Date().toISOString().replaceAll(':', '-')}.yaml`), 'w', 0o600)
  await handle.writeFile(text)
  await handle.close()
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  for (const name of names.slice(0, -KEPT)) await rm(join(folder, name), { force: true })
}
