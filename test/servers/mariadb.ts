import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from './certificate.ts'
import { freePort, own, runServer, runToEnd, type Server, tempFolder } from './process.ts'

/** Starts the machine's MariaDB; root may install it from apt. The user is `admin`, the database `sluice`. */
export async function startMariadb(options: Readonly<{ tls?: Certificate }> = {}): Promise<Server> {
  const mariadbd = find()
  const folder = tempFolder('mariadb')
  const data = join(folder, 'data')
  makeSystemTables(mariadbd, data)
  const init = join(folder, 'init.sql')
  writeFileSync(init, initSql, { mode: 0o644 })
  const port = await freePort()
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${folder}`,
    `--socket=${join(folder, 's')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--pid-file=${join(folder, 'pid')}`,
    `--init-file=${init}`,
    '--skip-name-resolve',
    '--innodb-flush-log-at-trx-commit=0',
    '--max-allowed-packet=256M',
    ...(options.tls ? [`--ssl-cert=${options.tls.cert}`, `--ssl-key=${options.tls.key}`, `--ssl-ca=${options.tls.cert}`] : []),
  ]
  const url = `mysql://admin:sluice@127.0.0.1:${port}/sluice`
  const version = runToEnd(mariadbd, ['--no-defaults', '--version']).trim()
  return runServer({ url, port, version, folder }, { file: mariadbd, args, ready: /ready for connections/ }, 'SIGTERM')
}

/** What `mariadb-install-db` does, without the client programs that it asks for and without help texts. */
function makeSystemTables(mariadbd: string, data: string): void {
  const share = ['/usr/share/mysql', '/usr/share/mariadb', '/opt/homebrew/share/mysql'].find((at) =>
    existsSync(join(at, 'mysql_system_tables.sql')),
  )
  if (!share) throw new Error('MariaDB is here without mysql_system_tables.sql: install the package mariadb-server-core again.')
  const files = [
    'mysql_system_tables.sql',
    'mysql_performance_tables.sql',
    'mysql_system_tables_data.sql',
    'maria_add_gis_sp_bootstrap.sql',
  ]
  const sql = [
    'CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;',
    ...files.map((file) => readFileSync(join(share, file), 'utf8')),
  ]
  mkdirSync(data)
  own(data)
  const args = [
    '--no-defaults',
    '--bootstrap',
    `--datadir=${data}`,
    `--tmpdir=${data}`,
    '--innodb-flush-log-at-trx-commit=0',
    '--skip-networking',
  ]
  runToEnd(mariadbd, args, sql.join('\n'))
}

const initSql = `
CREATE DATABASE IF NOT EXISTS sluice CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'admin'@'%' IDENTIFIED BY 'sluice';
GRANT ALL ON *.* TO 'admin'@'%' WITH GRANT OPTION;
`

function find(): string {
  const known = locate()
  if (known) return known
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) install()
  const installed = locate()
  if (installed) return installed
  throw new Error(
    'The tests need MariaDB and this machine has none: run `apt-get install mariadb-server-core` as root, then start the tests again.',
  )
}

function locate(): string | undefined {
  return ['/usr/sbin/mariadbd', '/usr/bin/mariadbd', '/usr/local/bin/mariadbd', '/opt/homebrew/bin/mariadbd'].find((file) =>
    existsSync(file),
  )
}

/** The core package holds the server's programs only: no service is set up, no account made, nothing started. */
function install(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const lock = ['-o', 'DPkg::Lock::Timeout=120']
  execFileSync('apt-get', [...lock, 'update', '-qq'], { env, stdio: 'ignore' })
  execFileSync('apt-get', [...lock, 'install', '-y', '-qq', '--no-install-recommends', 'mariadb-server-core'], { env, stdio: 'ignore' })
}
