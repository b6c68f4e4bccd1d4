import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { commands } from '../../src/cli/cli.ts'
import { configOf } from '../../src/config/config.ts'

const read = (file: string) => readFileSync(file, 'utf8')

test('the files for running Sluice elsewhere can be read by what they are for', () => {
  for (const file of globSync('deploy/*.yaml')) expect(parse(read(file)), file).toBeTypeOf('object')
  for (const file of globSync('deploy/*.json')) expect(JSON.parse(read(file)).mcpServers, file).toBeTypeOf('object')
})

test('the configuration of the compose file is one that Sluice takes', async () => {
  const config = await configOf('/etc/sluice/sluice.yaml', read('deploy/sluice.compose.yaml'), {})
  expect(config.local.roles).toEqual([])
  expect(config.state).toBe('/var/lib/sluice')
})

test('the image copies what the program needs and nothing that is not there', () => {
  const copied = [...read('deploy/Dockerfile').matchAll(/^COPY (?:--from=build )?(.+) \S+$/gm)].flatMap(([, names]) => names!.split(' '))
  const names = copied.map((name) => name.replace('/app/', '')).filter((name) => name !== '.' && name !== 'dist' && name !== 'node_modules')
  expect(names.length).toBeGreaterThan(4)
  expect(names.filter((name) => globSync(name).length === 0)).toEqual([])
})

test('every variable of the example environment is told on the page of the configuration', () => {
  const page = read('docs/configuration.md')
  const names = [...read('.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name!)
  expect(names.length).toBeGreaterThan(15)
  const ours = names.filter((name) => !/ADMIN_PASSWORD$/.test(name))
  expect(ours.filter((name) => !page.includes(name))).toEqual([])
})

/** Runs the setup script with nothing in its PATH but these programs. */
function setup(programs: Readonly<Record<string, string>>, ...words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-setup-'))
  try {
    for (const [name, text] of Object.entries({ uname: 'echo Linux', ...programs }))
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    symlinkSync('/usr/bin/dirname', join(folder, 'dirname'))
    return spawnSync('/bin/sh', ['scripts/setup.sh', ...words], { encoding: 'utf8', env: { PATH: folder } })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the setup script says what is missing and how to get it', () => {
  const without = setup({ 'apt-get': 'exit 1' })
  expect(without.status).toBe(1)
  expect(without.stdout).toMatch(/FAIL {2}Node is not installed\.\n +sudo apt-get install -y nodejs npm\n/)
  const elsewhere = setup({})
  expect(elsewhere.stdout).toContain('https://nodejs.org')
  const old = setup({ node: 'case "$1" in -v) echo v18.0.0 ;; *) echo 18 ;; esac', npm: 'echo 9' })
  expect(old.status).toBe(1)
  expect(old.stdout).toContain('FAIL  Node v18.0.0 is older than 20.')
  // Nothing is installed unless it was asked for.
  expect(without.stdout).not.toContain('2. ')
  const broken = setup({ node: 'case "$1" in scripts/*) exit 1 ;; -v) echo v24.0.0 ;; *) echo 24 ;; esac', npm: 'echo 11' })
  expect([broken.status, broken.stdout]).toEqual([1, expect.stringContaining('FAIL  Installing has failed.')])
  const found = setup({ node: 'case "$*" in *doctor*) exit 1 ;; -v) echo v24.0.0 ;; *) echo 24 ;; esac', npm: 'echo 11' })
  expect([found.status, found.stdout]).toEqual([1, expect.stringContaining('FAIL  The doctor has found something to mend')])
  const ready = setup({ node: 'case "$1" in -v) echo v24.0.0 ;; *) echo 24 ;; esac', npm: 'echo 11' })
  expect([ready.status, ready.stdout]).toEqual([0, expect.stringContaining('Ready. Next:')])
})

test('the Chinese README names the same commands and pages as the English one', () => {
  const chinese = read('README.zh-CN.md')
  for (const command of [
    'npm start',
    'npm test',
    'sluice.js doctor',
    'sluice.js key create',
    'sluice.js policy explain',
    'sluice.js init',
  ]) {
    expect(chinese).toContain(command)
    expect(read('README.md')).toContain(command)
  }
  for (const [, page] of chinese.matchAll(/\]\(([\w./-]+)\)/g)) expect(globSync(page!), page).toHaveLength(1)
})

test('each word of the Makefile names a service and a command that there are', () => {
  const text = read('Makefile')
  const words = [...text.matchAll(/^(\w+):/gm)].map(([, word]) => word!)
  expect(words).toEqual(['build', 'up', 'down', 'restart', 'logs', 'psql', 'seed', 'init_metadata'])
  const services = Object.keys((parse(read('deploy/compose.yaml')) as { services: object }).services)
  for (const [, service] of text.matchAll(/(?:exec|run --rm) (\w+)/g)) expect(services).toContain(service)
  const names = commands.map(({ name }) => name)
  for (const [, command] of text.matchAll(/\$\(sluice\) ([\w ]+)$/gm)) expect(names).toContain(command)
  const { seed } = (parse(read('deploy/compose.yaml')) as { services: { seed: { command: string[] } } }).services
  expect(names).toContain(seed.command.slice(0, 2).join(' '))
})
