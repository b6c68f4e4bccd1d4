import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { commands, flagsOf } from '../../src/cli/cli.ts'
import { loadConfig } from '../../src/config/config.ts'

const pages = ['README.md', 'CONTRIBUTING.md', 'AGENTS.md', 'SECURITY.md', 'docs/architecture.md']
const readme = readFileSync('README.md', 'utf8')
const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts

// The sessions show what is said once the demo data are there, which a fresh checkout does not have.
beforeAll(() => void spawnSync(process.execPath, ['bin/sluice.js', 'demo'], { stdio: 'ignore' }), 120_000)

/** The fenced blocks of a language. */
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1]!)

test('JSON examples are JSON', () => {
  const examples = blocks(readme, 'json')
  expect(examples.length).toBeGreaterThanOrEqual(3)
  for (const example of examples) expect(() => JSON.parse(example)).not.toThrow()
})

test('configuration examples are accepted as they stand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-readme-'))
  try {
    const examples = blocks(readme, 'yaml')
    expect(examples.length).toBeGreaterThanOrEqual(2)
    for (const example of examples) {
      const file = join(folder, 'sluice.yaml')
      writeFileSync(file, example)
      const config = await loadConfig(file, { SALES_URL: 'postgres://reader:secret@db.example/sales' })
      expect(Object.keys(config.sources)).toContain('sales')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('npm scripts that pages name exist', () => {
  const named = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/npm (?:run )?(start|test|(?<=run )[\w:-]+)/g)].map((match) => match[1]!),
  )
  expect(named).toContain('bench')
  expect([...new Set(named)].filter((name) => !scripts[name])).toEqual([])
})

test('commands that pages name exist, with the options they are shown with', () => {
  const mentions = pages
    .flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/sluice(?:\.js)? ([a-z]+)\b([^\n`"']*)/g)])
    .filter(isCommand)
  expect(mentions.length).toBeGreaterThan(5)
  for (const [, word, rest] of mentions) {
    const words = [word, /^ ([a-z]+)/.exec(rest!)?.[1]].join(' ')
    const command = commands.find(({ name }) => name === words) ?? commands.find(({ name }) => name === word)
    expect(command, `sluice ${words}`).toBeDefined()
    const known = Object.keys(flagsOf(command!)).map((name) => `--${name}`)
    for (const [option] of rest!.matchAll(/--[a-z][\w-]*/g)) expect(known, `sluice ${words} ${option}`).toContain(option)
  }
})

/** Prose also says "Sluice stands"; a command is written in lower case after `node bin/` or in code. */
const isCommand = (match: RegExpMatchArray): boolean => match[0].startsWith('sluice.js') || match.input![match.index! - 1] === '`'

test('pages link only to files that exist', () => {
  for (const page of pages) {
    const folder = page.includes('/') ? 'docs/' : ''
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!)
    expect(
      links.filter((link) => !existsSync(folder + link)),
      page,
    ).toEqual([])
  }
})

/** A line of the README, in which `…` stands for what differs from run to run. */
const patternOf = (line: string): RegExp =>
  new RegExp(
    `^${line
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )

/** The sessions of the README: a command after `$ ` and what it prints. `…` stands for what differs from run to run. */
const sessions = blocks(readme, 'text').flatMap((block) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...lines] = part.trimEnd().split('\n')
      return { command, lines }
    }),
)

test('the README shows sessions', () => expect(sessions.length).toBeGreaterThanOrEqual(3))

test.each(sessions)('$command', { timeout: 120_000 }, ({ command, lines }) => {
  const { stdout, stderr } = spawnSync('sh', ['-c', command.replace(/^node /, `"${process.execPath}" `)], { encoding: 'utf8' })
  const said = `${stdout}${stderr}`.trimEnd().split('\n')
  expect(said.length, said.join('\n')).toBe(lines.length)
  for (const [i, line] of lines.entries()) expect(said[i]).toMatch(patternOf(line.trimEnd()))
})

test('the change that the README shows is previewed like that, applied with its token, and undone', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-readme-'))
  const [, sent, shown] = /^update_rows (\{.*\})\n\n([\s\S]*?)\n```/m.exec(readme)!
  copyFileSync(join('.sluice', 'demo', 'shop.db'), join(folder, 'shop.db'))
  writeFileSync(join(folder, 'sluice.yaml'), 'sources: { shop: { connector: sqlite, path: shop.db } }\nlocal: { roles: [data_editor] }\n')
  const server = spawn(process.execPath, ['bin/sluice.js', 'serve', '--config', join(folder, 'sluice.yaml'), '--quiet', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  try {
    const url = await new Promise<string>((resolve) => server.stdout.once('data', (said: Buffer) => resolve(said.toString().trim())))
    const call = async (name: string, args: object) => {
      const body = JSON.stringify({ name, arguments: args })
      const response = await fetch(`${url}/mcp/tools/call`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
      return (await response.json()) as { content: [{ text: string }]; structuredContent: Record<string, string> }
    }
    const change = JSON.parse(sent!) as object
    const preview = await call('update_rows', change)
    const lines = preview.content[0].text.split('\n')
    for (const [i, line] of shown!.split('\n').entries()) expect(lines[i]).toMatch(patternOf(line))
    const token = preview.structuredContent.confirm_token
    const applied = await call('update_rows', { ...change, confirm_token: token })
    expect(applied.structuredContent.status).toBe('applied')
    const { change_id } = applied.structuredContent
    const undo = await call('undo_change', { change_id })
    const undone = await call('undo_change', { change_id, confirm_token: undo.structuredContent.confirm_token })
    expect(undone.structuredContent.status).toBe('applied')
    expect((await call('update_rows', change)).content[0].text.split('\n').slice(0, -1)).toEqual(lines.slice(0, -1))
  } finally {
    server.kill()
    await ended
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['README.md', 6],
  ['docs/http.md', 1],
])('the HTTP example of %s is answered', { timeout: 120_000 }, async (page, rowsMin) => {
  const [, path, body] = /curl -s http:\/\/127\.0\.0\.1:8000(\S+) .*\\\n\s+-d '([^']+)'/.exec(readFileSync(page, 'utf8'))!
  const server = spawn(process.execPath, ['bin/sluice.js', 'serve', '--demo', '--quiet', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  try {
    const url = await new Promise<string>((resolve) => server.stdout.once('data', (said: Buffer) => resolve(said.toString().trim())))
    const response = await fetch(url + path!, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: body! })
    const answer = (await response.json()) as { rows: unknown[]; truncated: boolean; receipt: { source: string } }
    expect(response.status).toBe(200)
    expect(answer.rows.length).toBeGreaterThanOrEqual(rowsMin)
    expect(answer.truncated).toBe(false)
    expect(answer.receipt.source).toBe('shop')
  } finally {
    server.kill()
    await ended
  }
})
