import { expect, test } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import { openLog } from '../../src/log/log.ts'

function logging() {
  const lines: string[] = []
  let at = 0
  const log = openLog(
    (line) => lines.push(line),
    () => at,
  )
  return {
    log,
    lines,
    pass: (ms: number) => {
      at += ms
    },
  }
}

test('what a caller can mend is not told', () => {
  const { log, lines } = logging()
  log.failed('1', 'shop', new SluiceError('sql_syntax', 'no'))
  log.failed('1', undefined, new SluiceError('credential_unknown', 'no'))
  expect(lines).toEqual([])
})

test('a failure of our own is told with its place and without its message', () => {
  const { log, lines } = logging()
  const cause = new TypeError("cannot read 'secret value'")
  log.failed('id-1', 'shop', new SluiceError('internal', 'x', { cause }))
  expect(lines[0]).toContain('"audit_id":"id-1"')
  expect(lines[0]).toContain('TypeError')
  expect(lines[0]).toContain('log.test.ts')
  expect(lines[0]).not.toContain('secret value')
})

test('what a source says never reaches the log, only the class and code of the cause', () => {
  const { log, lines } = logging()
  const cause = Object.assign(new Error('value "secret" of 4711'), { code: 'XX000' })
  log.failed('id-1', 'shop', new SluiceError('source_failed', 'value "secret" of 4711', { cause }))
  expect(lines[0]).toContain('Error XX000')
  expect(lines[0]).not.toContain('secret')
})

test('the same failure is told once in ten seconds, and then how often it happened', () => {
  const { log, lines, pass } = logging()
  const down = new SluiceError('source_unavailable', 'The source "shop" does not answer.')
  for (let i = 0; i < 5; i++) log.failed(`id-${i}`, 'shop', down)
  log.failed('other', 'crm', down)
  expect(lines).toHaveLength(2)
  pass(10_000)
  log.failed('id-9', 'shop', down)
  expect(JSON.parse(lines[2]!)).toMatchObject({ more: 4, audit_id: 'id-9' })
})
