import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { SluiceError } from '../../error.ts'

/** A message of libpg_query's tree as JSON: `{ NodeName: fields }`, or the fields alone where the grammar leaves no choice. */
export type Node = Readonly<Record<string, unknown>>

type Library = Readonly<{
  loadModule(): Promise<void>
  parseSync(text: string): unknown
  parsePlPgSQLSync(text: string): unknown
}>

const require = createRequire(import.meta.url)
let library: Library | undefined
let loading: Promise<void> | undefined

/** PostgreSQL's own parser, compiled to WebAssembly. Undefined when it is there already, so that a caller need not wait. */
export function load(again = false): Promise<void> | undefined {
  if (library && !again) return undefined
  loading ??= reload()
  return loading
}

// Optimising the parser's WebAssembly in the background would take some 500 MB for a moment and 50 MB for good, for 8 µs a parse.
// Either flag alone does nothing.
setFlagsFromString('--no-wasm-tier-up')
setFlagsFromString('--no-wasm-dynamic-tiering')

/** Each time a module with fresh memory: one that has trapped must never be asked again. */
async function reload(): Promise<void> {
  try {
    delete require.cache[require.resolve('libpg-query')]
    const fresh = require('libpg-query') as Library
    await fresh.loadModule()
    library = fresh
  } finally {
    loading = undefined
  }
}

/** The statements of a text; throws `sql_syntax` with PostgreSQL's own message, or `sql_too_deep`. */
export function statements(text: string): readonly Node[] {
  const { stmts } = ask(text, (parser) => parser.parseSync(text)) as { stmts?: readonly { stmt: Node }[] }
  return (stmts ?? []).map(({ stmt }) => stmt)
}

/** The tree of a CREATE FUNCTION … LANGUAGE plpgsql. */
export const plpgsqlTree = (text: string): unknown => ask(text, (parser) => parser.parsePlPgSQLSync(text))

function ask(text: string, question: (parser: Library) => unknown): unknown {
  if (!library) throw new SluiceError('sql_too_slow', 'The parser is starting again.', { hint: 'Send the same statement again.' })
  try {
    return question(library)
  } catch (error) {
    const fault = error instanceof Error ? faultOf(error) : undefined
    if (fault === undefined) throw syntaxError(text, error)
    if (fault === 'broken') library = undefined
    load(true)?.catch(() => {})
    throw new SluiceError('sql_too_deep', 'The statement is nested too deeply to be read.', { cause: error })
  }
}

/**
 * A module that has trapped may hold anything and is never asked again. One whose caller ran out of stack has only lost a part of its
 * own, so it serves the others for the moment that the next one takes to start.
 */
function faultOf(error: Error): 'broken' | 'worn' | undefined {
  if (error instanceof RangeError) return 'worn'
  const broken = error.constructor.name === 'RuntimeError' || /memory access|unreachable|aborted|allocation failed/i.test(error.message)
  return broken && error.constructor.name !== 'SqlError' ? 'broken' : undefined
}

function syntaxError(text: string, error: unknown): SluiceError {
  const whole = error instanceof Error ? error.message : 'The statement cannot be read.'
  if (/^(memory exhausted|stack depth limit)/.test(whole)) {
    return new SluiceError('sql_too_deep', 'The statement is nested too deeply to be read.', { cause: error })
  }
  const message = whole.length > 200 ? `${whole.slice(0, 200)}…` : whole
  const at = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition
  return new SluiceError('sql_syntax', message, { cause: error, ...(at === undefined ? {} : { position: units(text, at) }) })
}

/** PostgreSQL counts code points; we count UTF-16 units. */
function units(text: string, points: number): number {
  let at = 0
  for (let i = 0; i < points && at < text.length; i++) at += text.codePointAt(at)! > 0xffff ? 2 : 1
  return at
}
