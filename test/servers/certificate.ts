import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { own, tempFolder } from './process.ts'

/** Paths of PEM files, there until `remove`. The certificate is its own authority, so a server that has it also trusts a client that shows it; it names 127.0.0.1 and localhost, or what was asked for. */
export type Certificate = Readonly<{ cert: string; key: string; remove(): void }>

export function makeCertificate(names = 'IP:127.0.0.1,DNS:localhost'): Certificate {
  const folder = tempFolder('certificate')
  const key = join(folder, 'key.pem')
  const cert = join(folder, 'cert.pem')
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=sluice test',
  ]
  execFileSync('openssl', [...request, '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  own(key)
  own(cert)
  return { cert, key, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
