import type { EventEmitter } from 'node:events'
import { connect as connectSocket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { SluiceError } from '../../error.ts'
import { type Address, tlsOptions } from '../address.ts'
import { Gather } from '../gather.ts'
import { Intake, plainSocket, takeOver } from '../intake.ts'
import { Rows } from '../rows.ts'
import { codeOfNumber, failure, MysqlError } from './errors.ts'
import { MysqlWire } from './wire.ts'

/** What we use of `mysql2`: opening a connection and every way to log in. The protocol after that is ours. */
interface DriverConnection extends EventEmitter {
  stream: Duplex
  readonly threadId: number
  readonly packetParser: { execute(bytes: Buffer): void }
  /** Set when MariaDB adds its block of type names to column definitions. */
  readonly _mariadbExtendedMetadata?: boolean
  startTLS(secured: (error?: Error) => void): void
  connect(done: (error?: Error) => void): void
}
type Driver = Readonly<{ createConnection(config: object): DriverConnection }>

export type Connected = Readonly<{ wire: MysqlWire; version: string; connectionsMax: number; id: number }>

/** What the driver would ask for and must not have: files of this machine, several results, other rules of reading SQL, more bytes in packets. */
const flags = ['-LOCAL_FILES', '-MULTI_RESULTS', '-IGNORE_SPACE', '-ODBC', '-SESSION_TRACK', '-CLIENT_QUERY_ATTRIBUTES']

/** Modes that change how a text is read: Sluice has read and printed it without them. */
const modesUnwanted = new Set(
  'ANSI ANSI_QUOTES NO_BACKSLASH_ESCAPES PIPES_AS_CONCAT IGNORE_SPACE HIGH_NOT_PRECEDENCE ORACLE MSSQL POSTGRESQL DB2 MAXDB'.split(' '),
)

/** Modes under which a value that does not fit is an error and is never cut to fit. */
const modesWriting = ['STRICT_TRANS_TABLES', 'STRICT_ALL_TABLES', 'ERROR_FOR_DIVISION_BY_ZERO', 'NO_ENGINE_SUBSTITUTION']

/** Seconds after which the server ends a writing session that asks for nothing, should this process vanish without a word. */
const idleWritingSeconds = 600
/** Seconds that the server waits for a client who does not read; its default of 60 is too short for a person who thinks. */
const writeTimeoutSeconds = 600
const setupRows = { rowsMax: 10, bytesMax: 100_000 } as const

/** Opens one connection, in a read-only session unless it is for `writing`. `cancel` ends what the connection with this id runs. Throws `source_unavailable`, `source_denied` or `config_invalid`. */
export async function connect(address: Address, cancel: (id: number) => Promise<void>, writing = false): Promise<Connected> {
  const tls = await tlsOptions(address)
  const driver = (await import('mysql2')).default as unknown as Driver
  const intake = new Intake()
  const connection = driver.createConnection({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    database: address.database || undefined,
    charset: 'utf8mb4',
    // A row that is found counts as changed, also where it was so already: whoever asks wants to know how many rows are as wished.
    flags: writing ? [...flags, 'FOUND_ROWS'] : [...flags, '-FOUND_ROWS'],
    connectTimeout: address.connectTimeoutMs,
    connectAttributes: { program_name: 'sluice' },
    ssl: tls ? {} : undefined,
    stream: () => socketTo(address, tls ? undefined : intake),
  })
  if (tls) encryptOurselves(connection, tls)
  // Without a listener an error that comes after the connection was refused would end the process.
  connection.on('error', () => {})
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(notConnected(error)) : resolve()))).catch(
    (error) => {
      connection.stream.destroy()
      throw error
    },
  )
  const id = connection.threadId
  takeOver(connection.stream, intake, !tls)
  const wire = new MysqlWire(connection.stream, intake, {
    extended: connection._mariadbExtendedMetadata === true,
    cancel: () => cancel(id),
    writing,
  })
  try {
    return { wire, ...(await setUp(wire, address, writing)), id }
  } catch (error) {
    wire.destroy()
    throw error
  }
}

function socketTo(address: Address, intake: Intake | undefined): Duplex {
  const where = address.host.startsWith('/') ? { path: address.host } : { host: address.host, port: address.port }
  const socket = intake ? plainSocket(intake).connect(where) : connectSocket(where)
  return socket.setNoDelay(true).setKeepAlive(true, 30_000)
}

/** The driver's own check of names takes an address for `localhost`, so the encryption is set up here, before any password is sent. */
function encryptOurselves(connection: DriverConnection, tls: ConnectionOptions): void {
  connection.startTLS = (secured) => {
    const plain = connection.stream
    plain.removeAllListeners('data')
    let done = false
    const once = (error?: Error): void => {
      if (done) return
      done = true
      secured(error)
    }
    const secure = connectTls({ ...tls, socket: plain }, () => once())
    secure.on('error', once)
    secure.on('data', (chunk) => connection.packetParser.execute(chunk))
    connection.stream = secure
  }
}

/** What must be so in every session, whatever the server's defaults; answers the version and how many connections this user may have. */
async function setUp(wire: MysqlWire, address: Address, writing: boolean): Promise<Readonly<{ version: string; connectionsMax: number }>> {
  const gather = new Gather()
  const ask = (sql: string) => wire.run(sql, [], new Rows(wire.slab, gather, setupRows.rowsMax, setupRows.bytesMax), false)
  await ask('SELECT @@version, @@session.sql_mode, @@max_connections, @@max_user_connections')
  const [version, modes, ofServer, ofUser] = gather.rows[0] as [string, string, number, number]
  const sound = modes.split(',').filter((mode) => mode !== '' && !modesUnwanted.has(mode))
  const kept = writing ? [...new Set([...sound, ...modesWriting])] : sound
  await ask(`SET SESSION sql_mode = '${kept.join(',')}', SESSION autocommit = 1, SESSION net_write_timeout = ${writeTimeoutSeconds}`)
  await ask(`SET SESSION TRANSACTION READ ${writing ? 'WRITE' : 'ONLY'}`)
  if (writing) await ask(`SET SESSION completion_type = 0, SESSION wait_timeout = ${idleWritingSeconds}`)
  const mariadb = /mariadb/i.test(version)
  const limit = mariadb
    ? `max_statement_time = ${address.statementTimeoutMs / 1_000}`
    : `max_execution_time = ${address.statementTimeoutMs}`
  // Versions before 5.7.8 have no such limit.
  await ask(`SET SESSION ${limit}`).catch((error: SluiceError) => {
    if ((error.cause as MysqlError | undefined)?.errno !== 1193) throw error
  })
  return {
    version: `${mariadb ? 'MariaDB' : 'MySQL'} ${/[\d.]+/.exec(version)?.[0] ?? version}`,
    connectionsMax: Number(ofUser) > 0 ? Math.min(Number(ofServer), Number(ofUser)) : Number(ofServer),
  }
}

function notConnected(error: Error): SluiceError {
  const said = error as Error & { errno?: number; code?: string; sqlState?: string; sqlMessage?: string }
  if (typeof said.errno === 'number' && said.sqlState !== undefined) {
    const known = new MysqlError(said.errno, said.sqlState, said.sqlMessage ?? said.message)
    if (said.errno === 1045 || said.errno === 1698)
      return new SluiceError('source_denied', `The server refused the login of this source's user (${said.errno})`, { cause: known })
    if (codeOfNumber(said.errno) === 'source_denied') return failure(known)
    return new SluiceError('source_unavailable', `The server refused the connection (${said.errno})`, { cause: known })
  }
  // Where the server is stays with the operator: callers get this message.
  return new SluiceError(
    'source_unavailable',
    `No connection to the database server: ${said.code ?? 'it failed in a way that only the log tells'}`,
    {
      cause: error,
    },
  )
}
