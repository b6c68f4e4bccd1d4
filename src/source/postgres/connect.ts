import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { SluiceError } from '../../error.ts'
import { type Address, isNetworkError, tlsOptions } from '../address.ts'
import { catalogMax, Gather } from '../gather.ts'
import { Intake, plainSocket, takeOver } from '../intake.ts'
import { Rows, Slab } from '../rows.ts'
import { cancel } from './cancel.ts'
import { codeOfState, failure, PostgresError } from './errors.ts'
import { type Types, typeRow, typeRowsSql } from './types.ts'
import { PostgresWire } from './wire.ts'

/** What we use of `pg`: opening a connection, with TLS and every way to log in. The protocol after that is ours. */
interface DriverConnection extends EventEmitter {
  readonly stream: Duplex
}
interface DriverClient extends EventEmitter {
  readonly connection: DriverConnection
  readonly processID: number
  readonly secretKey: number
  connect(done: (error?: Error) => void): void
}
type Driver = Readonly<{ Client: new (config: object) => DriverClient }>

export type PostgresAddress = Address & Readonly<{ searchPath: string | undefined }>
export type Connected = Readonly<{ wire: PostgresWire; version: string; connectionsMax: number }>

/** Opens one connection, in a read-only session unless it is for `writing`. Throws `source_unavailable`, `source_denied` or `config_invalid`, with the cause. */
export async function connect(address: PostgresAddress, types: Types, writing = false): Promise<Connected> {
  const tls = await tlsOptions(address)
  const driver = (await import('pg')).default as unknown as Driver
  const intake = new Intake()
  const client = new driver.Client({
    host: address.host,
    port: address.port,
    user: address.user,
    // A function, because the driver looks elsewhere for an empty password.
    password: () => address.password,
    database: address.database || address.user,
    ssl: tls ?? false,
    sslnegotiation: 'postgres',
    application_name: 'sluice',
    options: sessionOptions(address, writing),
    connectionTimeoutMillis: address.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    ...(tls ? {} : { stream: () => plainSocket(intake) }),
  })
  let version = 'PostgreSQL'
  client.connection.on('parameterStatus', ({ parameterName, parameterValue }: Readonly<Record<string, string>>) => {
    if (parameterName === 'server_version') version = `PostgreSQL ${parameterValue!.split(' ')[0]}`
  })
  // Without a listener an error that comes after the connection was refused would end the process.
  client.on('error', () => {})
  await new Promise<void>((resolve, reject) => client.connect((error) => (error ? reject(notConnected(error)) : resolve())))
  const { stream } = client.connection
  const { processID, secretKey } = client
  takeOver(stream, intake, !tls)
  const wire = new PostgresWire(stream, intake, {
    types,
    learn: (oids) => learn(address, types, oids),
    cancel: () => cancel({ host: address.host, port: address.port, tls, processId: processID, secretKey }),
    writing,
  })
  return { wire, version, connectionsMax: await setUp(wire, version) }
}

/**
 * Lets the server end what runs for us should this process vanish without a word; possible from version 14 on, and not on every system.
 * Answers how many connections the server has for ordinary users.
 */
async function setUp(wire: PostgresWire, version: string): Promise<number> {
  const gather = new Gather()
  const ask = (sql: string) => wire.run(sql, [], new Rows(wire.slab, gather, catalogMax.rowsMax, catalogMax.bytesMax), false)
  await ask(`SELECT pg_catalog.current_setting('max_connections')::pg_catalog.int4
    - pg_catalog.current_setting('superuser_reserved_connections')::pg_catalog.int4`)
  if (Number(/\d+/.exec(version)?.[0] ?? 0) >= 14)
    await ask(`SELECT pg_catalog.set_config('client_connection_check_interval', '5s', false)`).catch(() => {})
  return Number(gather.rows[0]![0])
}

/** What must be so in every session, whatever the server's or the user's defaults: read-only or not, and texts in one known form. */
function sessionOptions(address: PostgresAddress, writing: boolean): string {
  const settings: Record<string, string> = {
    default_transaction_read_only: writing ? 'off' : 'on',
    statement_timeout: String(address.statementTimeoutMs),
    idle_in_transaction_session_timeout: '60000',
    client_encoding: 'UTF8',
    standard_conforming_strings: 'on',
    DateStyle: 'ISO',
    IntervalStyle: 'postgres',
    extra_float_digits: '3',
    bytea_output: 'hex',
    ...(address.searchPath === undefined ? {} : { search_path: address.searchPath }),
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`)
    .join(' ')
}

function notConnected(error: Error): SluiceError {
  if (error instanceof SluiceError) return error
  const said = error as Error & { code?: string; detail?: string; severity?: string }
  if (said.severity && said.code) {
    const known = new PostgresError({ M: said.message, C: said.code, V: said.severity, ...(said.detail ? { D: said.detail } : {}) })
    if (codeOfState(said.code)) return failure(known)
    return new SluiceError('source_unavailable', `PostgreSQL refused the connection (${said.code})`, { cause: known })
  }
  // Where the server is stays with the operator: callers get this message.
  const why = isNetworkError(error) ? said.code : plainReason(error)
  return new SluiceError('source_unavailable', `No connection to PostgreSQL: ${why}`, { cause: error })
}

/** The driver's own sentences, which hold no secret; anything else stays in the cause. */
function plainReason({ message }: Error): string {
  return /^(The server does not support SSL|There was an error establishing an SSL|timeout expired|Connection terminated|SASL|password|Unable)/i.test(
    message,
  )
    ? message
    : 'it failed in a way that only the log tells'
}

/** Asks the catalog about types that nobody has met yet, over a connection of its own: the asking one is in the middle of an answer. */
async function learn(address: PostgresAddress, types: Types, oids: readonly number[]): Promise<void> {
  const { wire } = await connect(address, types)
  try {
    const gather = new Gather()
    await wire.run(typeRowsSql, [`{${oids.join(',')}}`], new Rows(new Slab(), gather, catalogMax.rowsMax, catalogMax.bytesMax), false)
    types.learn(gather.rows.map(typeRow))
  } finally {
    wire.destroy()
  }
}
