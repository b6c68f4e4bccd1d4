// `npm start`: serves the configuration that is named or found, or the sources of the environment or `.env`, else the demo.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const given = process.argv.slice(2)
const named = given.some((word) => /^(--config|-c|--demo)(=|$)/.test(word)) || process.env.SLUICE_CONFIG || existsSync('sluice.yaml')
const variables = ['MYSQL_HOST', 'MYSQL_DATABASE', 'POSTGRES_HOST']
const inFile = existsSync('.env') ? readFileSync('.env', 'utf8') : ''
const said = variables.some((name) => process.env[name] || new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*[^\\s#]`, 'm').test(inFile))
const program = join(root, 'bin', 'sluice.js')
process.argv = [process.argv[0], program, 'serve', ...(named || said ? [] : ['--demo']), ...given]
await import('../bin/sluice.js')
