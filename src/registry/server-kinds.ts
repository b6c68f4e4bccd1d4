import { connectorNames, sourceName } from '../config/config.ts'

/** Other names of the kinds of servers, as a `servers.yml` may say them. */
const others: Readonly<Record<string, string>> = {
  mssql: 'sqlserver',
  'sql-server': 'sqlserver',
  sql_server: 'sqlserver',
  postgresql: 'postgres',
  pg: 'postgres',
  mariadb: 'mysql',
}

/** SQL Server has no connector yet; its servers are kept for the version that has. */
const kept = 'sqlserver'

/** The connector of a kind, or the kind itself where nobody knows it. */
export function kindOf(said: string): string {
  const plain = said.trim().toLowerCase()
  return Object.hasOwn(others, plain) ? others[plain]! : plain
}

export const isServerKind = (kind: string): boolean => kind === kept || connectorNames.some((name) => name === kind)

const about = ['name', 'kind', 'type', 'connector', 'description', 'tags', 'databases', 'enabled']

/** Keys of a server; undefined where its connector checks them itself. */
export const serverKeys = (kind: string): readonly string[] | undefined =>
  kind === kept
    ? [...about, 'host', 'port', 'instance', 'database', 'user', 'password', 'encrypt', 'trust_server_certificate', 'driver']
    : undefined

/** A name that a source may have, made of what a server is called; undefined where nothing is left of it. */
export function sourceNameFrom(text: string): string | undefined {
  if (sourceName.test(text)) return text
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '')
    .slice(0, 64)
  return sourceName.test(plain) ? plain : undefined
}
