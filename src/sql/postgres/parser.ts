import { createRequire } from 'node:module'
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
export function load(): Promise<void> | undefined {
  if (library) return undefined
  loading ??= reload()
  return loading
}

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
    if (error instanceof Error && isFault(error)) {
      library = undefined
      throw new SluiceError('sql_too_deep', 'The statement is nested too deeply to be read.', { cause: error })
    }
    throw syntaxError(text, error)
  }
}

/** The module's memory can no longer be trusted: its stack was left where it stood. */
const isFault = (error: Error): boolean =>
  error instanceof RangeError ||
  error.constructor.name === 'RuntimeError' ||
  /memory access|unreachable|aborted|allocation failed/i.test(error.message)

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
