import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import type { PoolLimits } from './pool.ts'
import type { Settings } from './source.ts'

export type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full'
const modes: readonly string[] = ['disable', 'require', 'verify-ca', 'verify-full']

/** Where a database server is and how to log in, read from the configuration of a source. */
export type Address = Readonly<{
  host: string
  port: number
  database: string
  user: string
  password: string
  tls: TlsMode
  /** Paths of PEM files, read at each connect so that renewed certificates need no restart. */
  ca: string | undefined
  cert: string | undefined
  key: string | undefined
  connectTimeoutMs: number
  statementTimeoutMs: number
  pool: PoolLimits
  writing: PoolLimits
}>

/** The settings that every database server shares. */
export function serverSettings(server: Readonly<{ title: string; scheme: string; port: number; user: string }>): Settings {
  return {
    url: {
      type: 'string',
      secret: true,
      doc: `Address as \`${server.scheme}://user:password@host:port/database?sslmode=require\`; the other keys overrule its parts.`,
    },
    host: { type: 'string', doc: 'Host name, address, or the path of a socket. `localhost` when neither this nor `url` is given.' },
    port: { type: 'int', min: 1, max: 65_535, doc: `TCP port; ${server.port} when not given.` },
    database: { type: 'string', doc: `Name of the database.` },
    user: {
      type: 'string',
      doc: `User of ${server.title} that Sluice logs in as; give it reading rights only. \`${server.user}\` when not given.`,
    },
    password: { type: 'string', secret: true, doc: 'Password of that user.' },
    tls: {
      type: 'enum',
      values: modes,
      doc: 'Encryption: `require` without looking at the certificate, `verify-ca` checks who signed it, `verify-full` also its name. `disable` on this machine and `require` elsewhere when not given.',
    },
    tls_ca: { type: 'path', doc: 'PEM file of the authorities that may sign the server certificate; those of Node.js when not given.' },
    tls_cert: { type: 'path', doc: 'PEM file of the client certificate.' },
    tls_key: { type: 'path', doc: 'PEM file of the key of the client certificate.' },
    pool_max: {
      type: 'int',
      min: 1,
      max: 1_000,
      default: limits.poolMax,
      doc: 'Connections to this source at most, and never more than three quarters of what the server allows. Quick queries share the first few; the others are opened beside slow ones and closed soon after.',
    },
    write_pool_max: {
      type: 'int',
      min: 1,
      max: 1_000,
      default: writePoolMax,
      doc: 'Sessions that write to this source at once at most; they are apart from those that read.',
    },
    queue_max: { type: 'int', min: 0, max: 100_000, default: limits.poolQueueMax, doc: 'Queries that may wait for a connection.' },
    queue_wait_ms: { type: 'int', min: 1, max: 600_000, default: limits.poolWaitMsMax, doc: 'How long a query may wait for a connection.' },
    connect_timeout_ms: { type: 'int', min: 1, max: 600_000, default: limits.connectMsMax, doc: 'How long opening a connection may take.' },
    statement_timeout_ms: {
      type: 'int',
      min: 0,
      max: 86_400_000,
      default: 600_000,
      doc: 'Time limit that the server itself keeps, should Sluice be unable to end a query; 0 for none. Roles may only be stricter.',
    },
  }
}

const idleMsMax = 60_000
const writePoolMax = 4

/** Reads a source's configuration. Throws `config_invalid` for a URL that cannot be read. */
export function readAddress(config: Readonly<Record<string, unknown>>, server: Readonly<{ port: number; user: string }>): Address {
  const url = readUrl(text(config.url))
  const host = text(config.host) ?? url.host ?? 'localhost'
  const connectTimeoutMs = number(config.connect_timeout_ms) ?? limits.connectMsMax
  const queue = {
    queueMax: number(config.queue_max) ?? limits.poolQueueMax,
    waitMsMax: number(config.queue_wait_ms) ?? limits.poolWaitMsMax,
    openMsMax: connectTimeoutMs,
    idleMsMax,
    coreMax: limits.poolCore,
  }
  return {
    host,
    port: number(config.port) ?? url.port ?? server.port,
    database: text(config.database) ?? url.database ?? '',
    user: text(config.user) ?? url.user ?? server.user,
    password: text(config.password) ?? url.password ?? '',
    tls: (text(config.tls) as TlsMode | undefined) ?? url.tls ?? (isHere(host) ? 'disable' : 'require'),
    ca: text(config.tls_ca),
    cert: text(config.tls_cert),
    key: text(config.tls_key),
    connectTimeoutMs,
    statementTimeoutMs: number(config.statement_timeout_ms) ?? 600_000,
    pool: { connectionsMax: number(config.pool_max) ?? limits.poolMax, ...queue },
    writing: { connectionsMax: number(config.write_pool_max) ?? writePoolMax, ...queue },
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** True for this machine, where bytes do not cross a network. */
export const isHere = (host: string): boolean =>
  host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)

/** Errors of the network and of TLS, as Node names them: they all mean that the source cannot be reached. */
export function isNetworkError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^(E[A-Z]{3,}|ERR_(TLS|SSL|SOCKET|STREAM).*|.*CERT.*|UNABLE_TO.*|DEPTH_ZERO.*)$/.test(code)
}

type UrlParts = Partial<Readonly<{ host: string; port: number; database: string; user: string; password: string; tls: TlsMode }>>

function readUrl(value: string | undefined): UrlParts {
  if (value === undefined) return {}
  let url: URL
  try {
    url = new URL(value)
  } catch {
    throw new SluiceError('config_invalid', 'The url of this source cannot be read as a URL.')
  }
  const part = (raw: string): string | undefined => text(decodeURIComponent(raw))
  const mode = url.searchParams.get('sslmode') ?? url.searchParams.get('ssl-mode') ?? url.searchParams.get('tls')
  if (mode !== null && !modes.includes(mode)) {
    throw new SluiceError('config_invalid', `The url of this source has sslmode=${mode}; possible are ${modes.join(', ')}.`)
  }
  const parts = {
    host: part(url.searchParams.get('host') ?? url.hostname.replace(/^\[|\]$/g, '')),
    port: url.port === '' ? undefined : Number(url.port),
    database: part(url.pathname.slice(1)),
    user: part(url.username),
    password: part(url.password),
    tls: (mode as TlsMode | null) ?? undefined,
  }
  return Object.fromEntries(Object.entries(parts).filter(([, found]) => found !== undefined))
}

/** Options for Node's TLS; undefined when the connection is not to be encrypted. Throws `config_invalid` for a file that cannot be read. */
export async function tlsOptions(address: Address): Promise<ConnectionOptions | undefined> {
  if (address.tls === 'disable') return undefined
  const [ca, cert, key] = await Promise.all([pem('tls_ca', address.ca), pem('tls_cert', address.cert), pem('tls_key', address.key)])
  return {
    rejectUnauthorized: address.tls !== 'require',
    checkServerIdentity: address.tls === 'verify-full' ? (_name, found) => checkServerIdentity(address.host, found) : () => undefined,
    ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

async function pem(setting: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException
    throw new SluiceError('config_invalid', `The file of ${setting} of this source cannot be read (${code}).`, { cause })
  }
}
