import type { Address } from '../address.ts'
import type { Ask } from '../served.ts'
import type { Advice } from '../source.ts'
import { tlsAdvice } from '../tls-advice.ts'

const rightsSql = `
SELECT current_user, r.rolsuper, r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls,
  (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'
      AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')),
  (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c WHERE c.relowner = r.oid AND c.oid >= 16384),
  (SELECT pg_catalog.string_agg(m.rolname, ', ' ORDER BY m.rolname) FROM pg_catalog.pg_roles m
    WHERE m.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend', 'pg_write_all_data', 'pg_maintain', 'pg_checkpoint')
      AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')),
  pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
  pg_catalog.current_database(),
  (SELECT pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(n.nspname), ', ') FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'),
  pg_catalog.current_setting('server_version_num')::pg_catalog.int4,
  (SELECT s.ssl FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_catalog.pg_backend_pid())
FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`

/** The oldest major version that its makers still mend. */
const oldestKept = 14

/** What an operator should know about the user, the encryption and the version of this source. */
export async function advise(ask: Ask, address: Address): Promise<readonly Advice[]> {
  const [row] = await ask(rightsSql)
  if (!row) return [{ level: 'warning', text: 'PostgreSQL does not tell what the user of this source may do.' }]
  const [user, superuser, powers, writable, owned, roles, creates, database, schemas, version, encrypted] = row
  const mend = readOnlyRole(String(database), String(schemas ?? 'public'))
  const advice: Advice[] = []
  const warn = (text: string): number => advice.push({ level: 'warning', text, mend })
  if (superuser === true) warn(`The user ${user} is a superuser: it can read files of the server and run programs on it.`)
  else if (powers === true) warn(`The user ${user} may create roles or databases, replicate, or look past row security.`)
  if (roles !== null && superuser !== true) warn(`The user ${user} is a member of ${roles}.`)
  if (Number(writable) > 0)
    warn(
      `The user ${user} can write to ${writable} tables; sessions of Sluice are read-only, and a user that cannot write is a second lock.`,
    )
  if (Number(owned) > 0 && superuser !== true) warn(`The user ${user} owns ${owned} tables or indexes, so it can change and drop them.`)
  if (creates === true && superuser !== true) warn(`The user ${user} may create schemas in ${database}.`)
  if (advice.length === 0) advice.push({ level: 'ok', text: `The user ${user} can only read.` })
  return [...advice, tlsAdvice(encrypted === true, address), versionAdvice(Number(version))]
}

/** The statements that make a role for reading. */
function readOnlyRole(database: string, schemas: string): string {
  return [
    `CREATE ROLE sluice LOGIN PASSWORD '…' NOSUPERUSER NOCREATEDB NOCREATEROLE;`,
    `GRANT CONNECT ON DATABASE "${database.replaceAll('"', '""')}" TO sluice;`,
    `GRANT USAGE ON SCHEMA ${schemas} TO sluice;`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${schemas} TO sluice;`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schemas} GRANT SELECT ON TABLES TO sluice;`,
    `ALTER ROLE sluice SET default_transaction_read_only = on;`,
  ].join('\n')
}

function versionAdvice(number: number): Advice {
  const major = Math.floor(number / 10_000)
  if (major >= oldestKept) return { level: 'ok', text: `PostgreSQL ${major} still gets security updates.` }
  return {
    level: 'warning',
    text: `PostgreSQL ${major} gets no security updates any more.`,
    mend: `Move to PostgreSQL ${oldestKept} or newer.`,
  }
}
