import type { Address } from '../address.ts'
import type { Ask } from '../served.ts'
import type { Advice } from '../source.ts'
import { tlsAdvice } from '../tls-advice.ts'

/** Rights over the whole server that reach beyond reading tables. */
const powers = [
  'FILE',
  'SUPER',
  'PROCESS',
  'SHUTDOWN',
  'RELOAD',
  'CREATE USER',
  'REPLICATION CLIENT',
  'REPLICATION SLAVE',
  'CONNECTION_ADMIN',
  'SYSTEM_VARIABLES_ADMIN',
  'BINLOG ADMIN',
  'CONNECTION ADMIN',
  'SET USER',
  'READ_ONLY ADMIN',
  'FEDERATED ADMIN',
]
const writes = [
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'DROP',
  'ALTER',
  'INDEX',
  'TRIGGER',
  'EVENT',
  'CREATE ROUTINE',
  'ALTER ROUTINE',
  'CREATE VIEW',
  'REFERENCES',
]

/** The oldest versions that their makers still mend. */
const oldestKept = { MariaDB: [10, 11], MySQL: [8, 4] } as const

/** What an operator should know about the user, the encryption and the version of this source. */
export async function advise(ask: Ask, address: Address): Promise<readonly Advice[]> {
  const grants = (await ask('SHOW GRANTS FOR CURRENT_USER')).map(([line]) => String(line)).filter((line) => !line.startsWith('GRANT PROXY'))
  const [[user, version]] = (await ask('SELECT CURRENT_USER(), VERSION()')) as [[string, string]]
  const [status] = await ask("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
  return [...rightsAdvice(user, grants, address.database), tlsAdvice(String(status?.[1] ?? '') !== '', address), versionAdvice(version)]
}

/** `GRANT a, b ON place TO user …` as its rights, its place, and whether they may be passed on. */
function readGrant(line: string): { rights: string[]; place: string; grantable: boolean } {
  const found = /^GRANT (.*?) ON (?:(?:TABLE|FUNCTION|PROCEDURE|PACKAGE) )?(\S+) TO /s.exec(line)
  // Columns in brackets belong to the right before them.
  const rights = (found?.[1] ?? '')
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((right) => right.trim().toUpperCase())
  return { rights, place: found?.[2] ?? '', grantable: /WITH GRANT OPTION/.test(line) }
}

function rightsAdvice(user: string, lines: readonly string[], database: string): Advice[] {
  const mend = readOnlyUser(database || '…')
  const advice: Advice[] = []
  const warn = (text: string): number => advice.push({ level: 'warning', text, mend })
  for (const { rights, place, grantable } of lines.map(readGrant)) {
    const all = rights.includes('ALL PRIVILEGES') || rights.includes('ALL')
    if (all && place === '*.*') warn(`The user ${user} may do everything on the whole server.`)
    else if (all) warn(`The user ${user} may do everything on ${place}.`)
    const strong = place === '*.*' ? powers.filter((right) => rights.includes(right)) : []
    if (strong.length > 0) warn(`The user ${user} has rights over the whole server: ${strong.join(', ')}.`)
    const writing = writes.filter((right) => rights.includes(right))
    if (writing.length > 0)
      warn(
        `The user ${user} may write on ${place} (${writing.join(', ')}); sessions of Sluice are read-only, and a user that cannot write is a second lock.`,
      )
    if (grantable) warn(`The user ${user} may pass its rights on ${place} to others.`)
  }
  if (advice.length === 0) advice.push({ level: 'ok', text: `The user ${user} can only read.` })
  return advice
}

/** The statements that make a user for reading. */
function readOnlyUser(database: string): string {
  return [
    `CREATE USER 'sluice'@'%' IDENTIFIED BY '…';`,
    `GRANT SELECT, SHOW VIEW ON \`${database.replaceAll('`', '``')}\`.* TO 'sluice'@'%';`,
  ].join('\n')
}

function versionAdvice(version: string): Advice {
  const product = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldMajor, oldMinor] = oldestKept[product]
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor))
    return { level: 'ok', text: `${product} ${major}.${minor} still gets security updates.` }
  return {
    level: 'warning',
    text: `${product} ${major}.${minor} gets no security updates any more.`,
    mend: `Move to ${product} ${oldMajor}.${oldMinor} or newer.`,
  }
}
