import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configurationPage } from '../../scripts/docs-configuration.ts'

test('docs/configuration.md is current (node scripts/docs-configuration.ts makes it)', async () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(await configurationPage())
})
