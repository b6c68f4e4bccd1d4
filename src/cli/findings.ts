import { statSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Config } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'

/** One thing that `sluice doctor` looked at. A `problem` keeps the gateway from working; `mend` is what to do. */
export type Finding = Readonly<{ level: 'ok' | 'note' | 'warning' | 'problem'; what: string; text: string; mend?: string }>

const nodeMajorMin = 24
const adviseMsMax = 15_000

export function nodeFindings(): Finding[] {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= nodeMajorMin) return [{ level: 'ok', what: 'node', text: `Node ${process.versions.node}` }]
  const mend = 'Start Sluice with bin/sluice.js, which hands over to the Node that is installed with it, or install Node 24.'
  return [{ level: 'problem', what: 'node', text: `Node ${process.versions.node} is older than ${nodeMajorMin}.`, mend }]
}

/** `keys` are those that are good now, of the file and of the state folder. */
export function serverFindings({ server, local, oidc }: Config, keys: number): Finding[] {
  const { host } = server
  const loopback = host === 'localhost' || host === '::1' || /^127\./.test(host)
  if (loopback) {
    const text =
      local.roles.length > 0
        ? `listens on ${host}; local callers are ${local.roles.join(', ')}`
        : `listens on ${host}; every caller needs a key`
    return [{ level: 'ok', what: 'server', text }]
  }
  const tokens = oidc === undefined ? '' : `a token of ${oidc.issuer}`
  if (keys > 0 || tokens !== '') {
    const need = [...(keys > 0 ? [`one of ${keys} keys`] : []), ...(tokens === '' ? [] : [tokens])].join(' or ')
    return [{ level: 'ok', what: 'server', text: `listens on ${host}; callers need ${need}` }]
  }
  const mend = '`sluice key create NAME --role ROLE` makes one; or listen on 127.0.0.1.'
  return [
    {
      level: 'warning',
      what: 'server',
      text: `listens on ${host}, where every caller needs a key, but there is none that is valid.`,
      mend,
    },
  ]
}

/** Files that hold secrets and that others may read. */
export async function fileFindings({ file, masks, encryption }: Config): Promise<Finding[]> {
  const found: Finding[] = []
  for (const [what, path] of [
    ['key of hash masks', masks.keyFile],
    ['key of the registry', encryption.file],
    ['configuration file', file],
  ] as const) {
    const mode = path === undefined || process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false })?.mode
    if (mode === undefined) continue
    const own = what === 'configuration file' ? 0o002 : 0o077
    if ((mode & own) === 0) found.push({ level: 'ok', what, text: `${path} is not open to others` })
    else if (own === 0o002)
      found.push({ level: 'warning', what, text: `${path} may be changed by every user of this machine.`, mend: `chmod o-w ${path}` })
    else found.push({ level: 'problem', what, text: `${path} may be read by other users of this machine.`, mend: `chmod 600 ${path}` })
  }
  return found
}

/** What is wrong with registered sources. */
export const registryFindings = ({ registered: { names, warnings } }: Config): Finding[] => [
  ...(names.length > 0 ? [{ level: 'ok' as const, what: 'registry', text: `registered and in use: ${names.join(', ')}` }] : []),
  ...warnings.map(
    (text): Finding => ({ level: 'warning', what: 'registry', text, mend: '`sluice source list` shows every source and its state.' }),
  ),
]

/** Writes to the log for real: whether a folder looks writable says little about a full disk. */
export async function auditFindings({ audit }: Config): Promise<Finding[]> {
  const { openAudit } = await import('../audit/audit.ts')
  const log = openAudit({ folder: audit.path })
  try {
    log.check()
    await log.close()
    return [{ level: 'ok', what: 'audit', text: `${audit.path} can be written` }]
  } catch (error) {
    const mend = 'Free disk space, or give this user the right to write there, or set `audit.path` to another folder.'
    return [{ level: 'problem', what: 'audit', text: error instanceof SluiceError ? error.message : String(error), mend }]
  }
}

export function portFindings({ server: { host, port } }: Config): Promise<Finding[]> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      const text = taken
        ? `${host}:${port} is taken, perhaps by a running Sluice.`
        : `It is not possible to listen on ${host}:${port} (${error.code}).`
      resolve([
        { level: taken ? 'note' : 'problem', what: 'port', text, mend: 'Choose another: `server.port`, or `sluice serve --port 0`.' },
      ])
    })
    probe.listen(port, host, () => probe.close(() => resolve([{ level: 'ok', what: 'port', text: `${host}:${port} is free` }])))
  })
}

/** Whether a source answers, then what its connector advises about users, TLS and version, and what roles say of it in vain. */
export async function sourceFindings(name: string, parts: Parts, config: Config, interrupted: AbortSignal): Promise<Finding[]> {
  const what = `source ${name}`
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(adviseMsMax)])
  try {
    const { connection, schema } = await parts.sources.get(name)
    await connection.ping(signal)
    const advice = await connection.advise(signal)
    const answers: Finding = { level: 'ok', what, text: `answers${connection.version === undefined ? '' : ` (${connection.version})`}` }
    const { unmatched } = await import('../policy/policy.ts')
    const changing = advice.some(({ level }) => level === 'warning') ? await mayChange(name, parts, config) : []
    const slips = unmatched(config.roles, name, await schema(signal))
    const mend = 'Correct the name, so that the rule protects what it is meant to.'
    return [
      answers,
      ...advice.map((one) => ({ ...one, what })),
      ...changing.map((text): Finding => ({ level: 'note', what, text })),
      ...slips.map((text): Finding => ({ level: 'warning', what: `roles on ${name}`, text, mend })),
    ]
  } catch (error) {
    if (interrupted.aborted) throw interrupted.reason
    const known = error instanceof SluiceError ? error : undefined
    const mend = 'Check the settings of the source, and that its server runs and lets this user in, or its files can be read.'
    const missing = missingFile(config.sources[name]?.settings)
    const steps = missing === undefined ? await stepsTo(name, parts, signal) : []
    if (steps.length > 0) return steps.map((step) => ({ ...step, what }))
    return [
      {
        level: 'problem',
        what,
        text: missing ?? known?.message ?? `no answer within ${adviseMsMax / 1000} s`,
        mend: known?.code === 'config_invalid' ? known.hint : mend,
      },
    ]
  }
}

/** Who is told to let the user only read should know that callers may change data through it. */
async function mayChange(source: string, { auth, policy }: Parts, { local, oidc }: Config): Promise<string[]> {
  const keys = (await auth.keys.list('operator')).filter(({ state }) => state === 'valid')
  const tokens = oidc === undefined ? [] : [...oidc.rolesDefault, ...Object.values(oidc.rolesMap).flat()]
  const roles = [...new Set([...local.roles, ...tokens, ...keys.flatMap((key) => key.roles)])]
  const { actions } = await policy.grant({ name: 'doctor', via: 'local', roles, attributes: {} }, source)
  const may = (['write', 'ddl'] as const).filter((action) => actions.has(action))
  if (may.length === 0) return []
  return [
    `Callers may change it (${may.join(', ')}), so its user needs the rights for that on their tables, and no others. Advice to let it only read is for sources that are only read.`,
  ]
}

/** Each step on the way to a source that does not answer, up to the one that fails. Empty where the source cannot tell. */
async function stepsTo(name: string, parts: Parts, signal: AbortSignal): Promise<Omit<Finding, 'what'>[]> {
  try {
    const { connection } = await parts.sources.get(name)
    const steps = (await connection.diagnose?.(signal)) ?? []
    if (steps.every(({ ok }) => ok)) return []
    return steps.map(({ ok, step, text, mend }) => ({
      level: ok ? 'ok' : 'problem',
      text: `${step}: ${text}`,
      ...(mend === undefined ? {} : { mend }),
    }))
  } catch {
    return []
  }
}

/** A file or folder that is not there is the most frequent reason of all. */
function missingFile(settings: Readonly<Record<string, unknown>> = {}): string | undefined {
  const paths = [settings.path, settings.folder].filter((path) => typeof path === 'string')
  const missing = paths.find((path) => !statSync(path, { throwIfNoEntry: false }))
  return missing === undefined ? undefined : `There is no ${missing}.`
}
