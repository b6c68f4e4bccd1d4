// Servers that ask who the client is, and are shown a certificate by the settings `tls_cert` and `tls_key`.
import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import mysql from '../../src/source/mysql.ts'
import postgres from '../../src/source/postgres.ts'
import { type Certificate, makeCertificate, type Server, startMariadb, startPostgres } from '../servers/servers.ts'
import { ask, fails } from './conformance.ts'

let certificate: Certificate
let pg: Server
let maria: Server

beforeAll(async () => {
  certificate = makeCertificate()
  pg = await startPostgres({ tls: certificate })
  maria = await startMariadb({ tls: certificate })
  const admin = await createConnection(maria.url)
  await admin.query(`CREATE USER 'shown'@'%' IDENTIFIED BY 'word' REQUIRE X509`)
  await admin.query(`GRANT SELECT ON sluice.* TO 'shown'@'%'`)
  await admin.end()
})
afterAll(async () => {
  await pg.stop()
  await maria.stop()
  certificate.remove()
})

it('PostgreSQL is shown the certificate', async () => {
  const name = 'SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
  const shown = await postgres.open('tested', { url: pg.url, tls: 'require', tls_cert: certificate.cert, tls_key: certificate.key })
  expect((await ask(shown, name)).values).toEqual([['/CN=sluice test']])
  await shown.close()
  const without = await postgres.open('tested', { url: pg.url, tls: 'require' })
  expect((await ask(without, name)).values).toEqual([[null]])
  await without.close()
})

it('MariaDB lets in whom it knows by certificate, and nobody else', async () => {
  const given = { url: maria.url, user: 'shown', password: 'word', tls: 'require' }
  const shown = await mysql.open('tested', { ...given, tls_cert: certificate.cert, tls_key: certificate.key })
  expect((await ask(shown, 'SELECT 1')).rows).toBe(1)
  await shown.close()
  const without = await mysql.open('tested', given)
  await fails(ask(without, 'SELECT 1'), 'source_denied')
  await without.close()
})

it('a key that is missing is config_invalid, and its path is not told', async () => {
  const own = await postgres.open('tested', { url: pg.url, tls: 'require', tls_cert: certificate.cert, tls_key: '/not/here.pem' })
  const { message } = await fails(ask(own, 'SELECT 1'), 'config_invalid')
  expect(message).toContain('tls_key')
  expect(message).not.toContain('/not/here')
  await own.close()
})
