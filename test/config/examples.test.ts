import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'

test.each(readdirSync('examples').filter((name) => name.endsWith('.yaml')))(
  'examples/%s is a configuration that can be read',
  async (name) => {
    const config = await loadConfig(`examples/${name}`, {})
    expect(Object.keys(config.sources).length).toBeGreaterThan(0)
  },
)
