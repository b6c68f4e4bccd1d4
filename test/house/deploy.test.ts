import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
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
