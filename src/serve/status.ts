import type { Credential } from '../call.ts'
import type { Parts } from '../gateway.ts'
import { identity, legacyVersions, modernVersion } from './identity.ts'

/** Whether a source answers. `error` is a code, never what the server said. */
type SourceHealth = Readonly<{ status: 'ok' | 'failed'; ms: number }>

/** `degraded` while some source does not answer, `failed` when none does, or while the audit log cannot be written. */
export type Health = Readonly<{ status: 'ok' | 'degraded' | 'failed'; audit?: 'failed'; sources: Readonly<Record<string, SourceHealth>> }>

const PING_MS_MAX = 2_000
/** So that many who ask do not become many questions to the databases. */
const KEPT_MS = 1_000

/** Asks every source whether it answers, each within `PING_MS_MAX`; one asking serves all who ask meanwhile. */
export function health(parts: Parts): () => Promise<Health> {
  let last: Promise<Health> | undefined
  let until = 0
  return () => {
    if (last && performance.now() < until) return last
    until = Number.POSITIVE_INFINITY
    last = askAll(parts.now()).finally(() => {
      until = performance.now() + KEPT_MS
    })
    return last
  }
}

async function askAll(parts: Parts): Promise<Health> {
  const answers = await Promise.all(parts.sources.names.map(async (name) => [name, await ask(name, parts)] as const))
  const working = answers.filter(([, one]) => one.status === 'ok').length
  const sources = Object.fromEntries(answers)
  if (parts.audit.failing) return { status: 'failed', audit: 'failed', sources }
  return { status: working === answers.length ? 'ok' : working > 0 ? 'degraded' : 'failed', sources }
}

async function ask(name: string, parts: Parts): Promise<SourceHealth> {
  const started = performance.now()
  const tooLate = new AbortController()
  const timer = setTimeout(() => tooLate.abort(), PING_MS_MAX)
  const late = new Promise<never>((_, reject) => tooLate.signal.addEventListener('abort', () => reject(new Error('late')), { once: true }))
  late.catch(() => undefined)
  const asking = ping(name, parts, tooLate.signal)
  // A source that answers after its time still must not end the process.
  asking.catch(() => undefined)
  const status = await Promise.race([asking, late]).then(
    () => 'ok' as const,
    () => 'failed' as const,
  )
  clearTimeout(timer)
  return { status, ms: Math.round(performance.now() - started) }
}

const ping = async (name: string, parts: Parts, signal: AbortSignal) => (await parts.sources.get(name)).connection.ping(signal)

/** The health as this caller may see it: strangers learn the status, others their own sources. */
export async function healthFor(whole: Health, credential: Credential, parts: Parts): Promise<object> {
  const names = await granted(credential, parts)
  if (!names) return { status: whole.status }
  return { ...whole, sources: Object.fromEntries(Object.entries(whole.sources).filter(([name]) => names.includes(name))) }
}

async function granted(credential: Credential, parts: Parts): Promise<readonly string[] | undefined> {
  try {
    return parts.policy.sources(await parts.auth.identify(credential))
  } catch {
    return undefined
  }
}

/** `GET /`: what this is and where to go on. */
export const about = () => ({
  name: identity.name,
  title: identity.title,
  version: identity.version,
  status: 'running',
  links: {
    health: '/health',
    info: '/info',
    execute: '/sql/execute',
    stream: '/sql/stream',
    import: '/import/{source}/{table}',
    tools: '/mcp/tools/call',
    resources: '/mcp/resources',
    ws: '/ws',
    mcp: '/mcp',
    docs: '/docs',
    openapi: '/openapi.json',
  },
})

/** `GET /info`: the running server, with the sources that the caller may use. Throws as `auth` does. */
export async function info(credential: Credential, running: number, parts: Parts): Promise<object> {
  const principal = await parts.auth.identify(credential)
  const sources = parts.policy.sources(principal).map((name) => parts.sources.about(name))
  return {
    ...about(),
    uptime_s: Math.round(process.uptime()),
    node: process.version,
    memory_mb: Math.round(process.memoryUsage.rss() / 1e6),
    requests_running: running,
    mcp_versions: [modernVersion, ...legacyVersions],
    principal: { name: principal.name, roles: principal.roles },
    sources: sources.filter((source) => source !== undefined),
  }
}
