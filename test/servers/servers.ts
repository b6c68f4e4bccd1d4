/** Front of this room: the two servers that `setup.ts` has started, and functions to start more of them. */
export { type Certificate, makeCertificate } from './certificate.ts'
export { startMariadb } from './mariadb.ts'
export { startPostgres } from './postgres.ts'
export type { Server } from './process.ts'

/** Names of the environment variables by which the URLs reach the test processes; whoever sets one beforehand brings an own server. */
export const env = { postgres: 'SLUICE_TEST_POSTGRES_URL', mysql: 'SLUICE_TEST_MYSQL_URL' } as const

/** URL of a PostgreSQL superuser; tests make their own databases, schemas and users. */
export const postgresUrl = (): string => started(env.postgres)

/** URL of a MariaDB administrator; tests make their own databases and users. */
export const mysqlUrl = (): string => started(env.mysql)

function started(name: string): string {
  const url = process.env[name]
  if (!url) throw new Error(`${name} is not set: run the tests with \`npm test\` or vitest, which start the servers.`)
  return url
}
