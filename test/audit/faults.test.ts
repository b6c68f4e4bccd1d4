import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { verify } from '../../src/audit/audit.ts'

let folder: string
let children: ChildProcess[]
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-audit-'))
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true, force: true })
})

const writer = path.join(import.meta.dirname, 'writer.ts')

/** Runs the writer and collects `[answer, id]` for each call; `onLine` sees each as it comes. */
function write(
  args: string[],
  onLine: (answer: string, id: string, child: ChildProcess) => void = () => {},
  shell = '',
): Promise<[string, string][]> {
  const child = spawn('bash', ['-c', `${shell} exec "$@"`, 'bash', process.execPath, writer, folder, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const answers: [string, string][] = []
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [answer, id] = line.split(' ') as [string, string]
      answers.push([answer, id])
      onLine(answer, id, child)
    })
    child.on('error', reject)
    child.on('close', () => resolve(answers))
  })
}

const recorded = (type: string) =>
  new Set(
    fs
      .readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl'))
      .flatMap((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim().split('\n'))
      .map((line) => JSON.parse(line) as { type: string; call?: string })
      .filter((record) => record.type === type)
      .map((record) => record.call),
  )

it('loses no accepted intent when the gateway is killed', async () => {
  for (const round of ['a', 'b', 'c']) {
    const answers = await write([round, '100000', '0'], (_, id, child) => {
      if (id.endsWith('-300')) child.kill('SIGKILL')
    })
    expect(answers.length).toBeGreaterThan(300)
    expect(answers.filter(([, id]) => !recorded('intent').has(id))).toEqual([])
    expect(verify(folder).broken).toEqual([])
  }
})

it('keeps apart the chains of processes that write at once', async () => {
  const answers = (await Promise.all(['a', 'b', 'c'].map((prefix) => write([prefix, '200', '0'])))).flat()
  expect(answers.filter(([answer]) => answer === 'ok')).toHaveLength(600)
  expect(verify(folder).broken).toEqual([])
  expect(recorded('intent').size).toBe(600)
})

it('refuses calls while the disk is full, keeps the chain whole, and goes on when there is room', async () => {
  let room = false
  const answers = await write(
    ['a', '200', '3'],
    (answer, _, child) => {
      if (answer !== 'audit_unavailable' || room) return
      room = true
      const full = verify(folder)
      expect(full.broken).toEqual([])
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited'])
    },
    'ulimit -Sf 24;',
  )
  expect(answers).toHaveLength(200)
  const refused = answers.filter(([answer]) => answer !== 'ok')
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.every(([answer]) => answer === 'audit_unavailable')).toBe(true)
  expect(answers.at(-1)![0]).toBe('ok')
  const intents = recorded('intent')
  expect(answers.filter(([answer, id]) => (answer === 'ok') !== intents.has(id))).toEqual([])
  // The refused calls are in the log too, written once there was room.
  expect(refused.filter(([, id]) => !recorded('outcome').has(id))).toEqual([])
  expect(verify(folder).broken).toEqual([])
})
