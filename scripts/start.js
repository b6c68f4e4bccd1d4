// `npm start`: serves the configuration that is named or found, else the demo.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const given = process.argv.slice(2)
const named = given.some((word) => /^(--config|-c|--demo)(=|$)/.test(word)) || process.env.SLUICE_CONFIG || existsSync('sluice.yaml')
const program = join(root, 'bin', 'sluice.js')
process.argv = [process.argv[0], program, 'serve', ...(named ? [] : ['--demo']), ...given]
await import('../bin/sluice.js')
