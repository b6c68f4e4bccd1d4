import mysql from 'mysql2/promise'
import pg from 'pg'
import { type Server, startMariadb, startPostgres } from '../test/servers/servers.ts'

export type Engine = 'pg' | 'mysql'

/** A database server of the bench's own, with its data loaded. */
export type Database = Readonly<{
  engine: Engine
  url: string
  version: string
  /** Numbers of running queries whose text holds the mark. */
  running(mark: string): Promise<number>
  /** Ends queries that a server under test left behind. */
  clear(mark: string): Promise<void>
  stop(): Promise<void>
}>

const rows = 1_000_000

// Deterministic: every value is arithmetic on the row's number, so that every run reads the same data.
const pgTables = `
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL, total numeric(12,2) NOT NULL,
  items int NOT NULL, placed_at timestamptz NOT NULL, note text, paid boolean NOT NULL);
INSERT INTO orders SELECT i, i * 7919 % 50000, (ARRAY['new','paid','sent','returned'])[1 + i % 4], (i * 31 % 100000) / 100.0, 1 + i % 9,
  timestamptz '2024-01-01' + i * interval '53 seconds', CASE WHEN i % 5 = 0 THEN NULL ELSE 'order ' || i || ' of the bench' END, i % 3 > 0
  FROM generate_series(1::bigint, ${rows}) AS i;
CREATE TABLE wide (id bigint PRIMARY KEY, number int NOT NULL, amount numeric(12,2) NOT NULL, name text NOT NULL, city text,
  made_at timestamp NOT NULL, ratio double precision NOT NULL, flag boolean NOT NULL);
INSERT INTO wide SELECT i, i * 13 % 10007, (i * 37 % 1000000) / 100.0, 'name of row ' || i, CASE WHEN i % 7 = 0 THEN NULL ELSE 'city ' || i % 1000 END,
  timestamp '2025-01-01' + i * interval '1 minute', i / 3.0, i % 2 = 0 FROM generate_series(1::bigint, ${rows}) AS i;
VACUUM ANALYZE orders; VACUUM ANALYZE wide;`

const mysqlTables = `
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status varchar(20) NOT NULL, total decimal(12,2) NOT NULL,
  items int NOT NULL, placed_at datetime NOT NULL, note varchar(100), paid tinyint(1) NOT NULL);
INSERT INTO orders SELECT seq, seq * 7919 % 50000, ELT(1 + seq % 4, 'new', 'paid', 'sent', 'returned'), (seq * 31 % 100000) / 100.0, 1 + seq % 9,
  TIMESTAMP'2024-01-01 00:00:00' + INTERVAL seq * 53 SECOND, IF(seq % 5 = 0, NULL, CONCAT('order ', seq, ' of the bench')), seq % 3 > 0 FROM seq_1_to_${rows};
CREATE TABLE wide (id bigint PRIMARY KEY, number int NOT NULL, amount decimal(12,2) NOT NULL, name varchar(100) NOT NULL, city varchar(100),
  made_at datetime NOT NULL, ratio double NOT NULL, flag tinyint(1) NOT NULL);
INSERT INTO wide SELECT seq, seq * 13 % 10007, (seq * 37 % 1000000) / 100.0, CONCAT('name of row ', seq), IF(seq % 7 = 0, NULL, CONCAT('city ', seq % 1000)),
  TIMESTAMP'2025-01-01 00:00:00' + INTERVAL seq MINUTE, seq / 3e0, seq % 2 = 0 FROM seq_1_to_${rows};
ANALYZE TABLE orders, wide`

const statements = (text: string) =>
  text
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean)

export async function openPostgres(): Promise<Database> {
  const server = await startPostgres()
  const client = new pg.Client(server.url)
  await client.connect()
  for (const statement of statements(pgTables)) await client.query(statement)
  const active = `FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%' || $1 || '%'`
  return {
    engine: 'pg',
    url: server.url,
    version: String((await client.query('SHOW server_version')).rows[0].server_version),
    running: async (mark) => Number((await client.query(`SELECT count(*) AS n ${active}`, [mark])).rows[0].n),
    clear: async (mark) => void (await client.query(`SELECT pg_terminate_backend(pid) ${active}`, [mark])),
    stop: () => client.end().then(() => server.stop()),
  }
}

export async function openMysql(): Promise<Database> {
  const server: Server = await startMariadb()
  const connection = await mysql.createConnection(server.url)
  for (const statement of statements(mysqlTables)) await connection.query(statement)
  const list = async (mark: string) => {
    const [found] = await connection.query(
      "SELECT id FROM information_schema.processlist WHERE command = 'Query' AND id <> CONNECTION_ID() AND info LIKE CONCAT('%', ?, '%')",
      [mark],
    )
    return found as { id: number }[]
  }
  const [version] = await connection.query('SELECT VERSION() AS v')
  return {
    engine: 'mysql',
    url: server.url,
    version: (version as { v: string }[])[0]!.v,
    running: async (mark) => (await list(mark)).length,
    clear: async (mark) => {
      for (const { id } of await list(mark)) await connection.query(`KILL ${id}`)
    },
    stop: () => connection.end().then(() => server.stop()),
  }
}
