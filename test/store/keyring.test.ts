import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { newKey } from '../../src/store/keyring.ts'
import { openKeyring } from '../../src/store/store.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-keyring-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))
const file = path.join(folder, 'state', 'registry.key')

test('what is encrypted for a place is read there and nowhere else', () => {
  const keys = openKeyring({ file })
  const sealed = keys.encrypt('hunter2 ünï', 'shop.password')
  expect(sealed).not.toContain('hunter2')
  expect(keys.decrypt(sealed, 'shop.password')).toBe('hunter2 ünï')
  expect(openKeyring({ file }).decrypt(sealed, 'shop.password')).toBe('hunter2 ünï')
  expect(() => keys.decrypt(sealed, 'other.password')).toThrow('changed or belongs elsewhere')
  expect(() => keys.decrypt(`${sealed.slice(0, -2)}AA`, 'shop.password')).toThrow('changed or belongs elsewhere')
  expect(keys.encrypt('a', 'p')).not.toBe(keys.encrypt('a', 'p'))
})

test('the file is made for its owner only, and refused when others may read it', () => {
  expect(fs.statSync(file).mode & 0o777).toBe(0o600)
  const open = path.join(folder, 'open.key')
  fs.writeFileSync(open, newKey(), { mode: 0o644 })
  expect(() => openKeyring({ file: open }).encrypt('a', 'p')).toThrow('may be read by other users')
})

test('a key of the environment comes first, in each of its forms', () => {
  const key = newKey()
  const sealed = openKeyring({ key, file }).encrypt('secret', 'p')
  const bytes = Buffer.from(key, 'base64')
  for (const form of [bytes.toString('hex'), bytes.toString('base64url'), `${bytes.toString('base64url')}=`]) {
    expect(openKeyring({ key: form, file }).decrypt(sealed, 'p')).toBe('secret')
  }
  expect(() => openKeyring({ file }).decrypt(sealed, 'p')).toThrow('another key')
  expect(() => openKeyring({ key: 'short', file }).encrypt('a', 'p')).toThrow('ENCRYPTION_KEY must be 32 bytes')
  expect(() => openKeyring({ key: 'short', file }).encrypt('a', 'p')).not.toThrow('short')
})
