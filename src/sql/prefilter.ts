import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import { limits } from '../limits.ts'

/** How a dialect writes what is not code: its quotes, comments and escapes. */
type Lexis = Readonly<{ quotes: string; escapes: 'always' | 'after E' | 'never'; nested: boolean; dollar: boolean; hash: boolean }>

const lexes: Readonly<Record<DialectName, Lexis>> = {
  postgres: { quotes: `'"`, escapes: 'after E', nested: true, dollar: true, hash: false },
  mysql: { quotes: `'"\``, escapes: 'always', nested: false, dollar: false, hash: true },
  sqlite: { quotes: `'"\``, escapes: 'never', nested: false, dollar: false, hash: false },
  duckdb: { quotes: `'"`, escapes: 'after E', nested: true, dollar: true, hash: false },
}

/** More separators than any honest text has; a parser would read every statement before anyone could refuse the second. */
const separatorsMax = 100
/** PostgreSQL's scanner reads a run of operator signs again from each of its signs. */
const operatorSignsMax = 64

/**
 * Refuses in linear time what could hang, exhaust or deceive a parser: `sql_empty`, `sql_too_large`, `sql_character`, `sql_comment`,
 * `sql_too_deep`, `statement_many`. Quotes and comments are read only well enough to leave honest text alone; every parser behind
 * this still has to survive what it is given.
 */
export function prefilter(text: string, dialect: DialectName): void {
  if (text.length > limits.sqlBytesMax || Buffer.byteLength(text) > limits.sqlBytesMax) {
    throw new SluiceError('sql_too_large', `The statement is longer than ${limits.sqlBytesMax} bytes.`)
  }
  const nul = text.indexOf('\0')
  if (nul >= 0) throw new SluiceError('sql_character', 'The statement holds a NUL character.', { position: nul })
  if (!text.isWellFormed()) throw new SluiceError('sql_character', 'The statement holds half of a Unicode surrogate pair.')
  countComments(text)
  scan(text, dialect, lexes[dialect])
}

/** Counted without regard to quotes: libpg_query needs quadratic time for many `/*`, and no honest text has a thousand. */
function countComments(text: string): void {
  let count = 0
  for (let at = text.indexOf('/*'); at >= 0; at = text.indexOf('/*', at + 2)) {
    if (++count > limits.sqlCommentsMax) {
      throw new SluiceError('sql_comment', `The statement holds more than ${limits.sqlCommentsMax} comments.`, { position: at })
    }
  }
}

function scan(text: string, dialect: DialectName, lexis: Lexis): void {
  let depth = 0
  let cases = 0
  let separators = 0
  let signs = 0
  let empty = true
  for (let at = 0; at < text.length; ) {
    const end = skip(text, at, dialect, lexis)
    if (end > at) {
      if (!isComment(text, at, lexis)) empty = false
      at = end
      signs = 0
      continue
    }
    const char = text[at]!
    if (isWordStart(char)) {
      const word = wordAt(text, at)
      const lower = word.length <= 4 ? word.toLowerCase() : ''
      if (lower === 'case') cases++
      else if (lower === 'end' && cases > 0) cases--
      at += word.length
      signs = 0
      empty = false
    } else {
      if (char === '(' || char === '[' || char === '{') depth++
      else if ((char === ')' || char === ']' || char === '}') && depth > 0) depth--
      else if (char === ';') separators++
      signs = '+-*/<>=~!@#%^&|`?'.includes(char) ? signs + 1 : 0
      if (char > ' ' && char !== ';') empty = false
      at++
    }
    if (depth + cases > limits.sqlDepthMax) throw tooDeep(`The statement nests deeper than ${limits.sqlDepthMax} levels.`, at)
    if (signs > operatorSignsMax) throw tooDeep(`The statement holds more than ${operatorSignsMax} operator signs in a row.`, at)
    if (separators > separatorsMax) throw new SluiceError('statement_many', 'The text holds many statements.', { position: at })
  }
  if (empty) throw new SluiceError('sql_empty', 'The text holds no statement.')
}

const tooDeep = (message: string, position: number): SluiceError => new SluiceError('sql_too_deep', message, { position })

const isWordStart = (char: string): boolean => (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_' || char > '\x7f'

const word = /[A-Za-z0-9_$\u0080-\uffff]+/y
function wordAt(text: string, at: number): string {
  word.lastIndex = at
  return word.exec(text)?.[0] ?? text[at]!
}

const isComment = (text: string, at: number, { hash }: Lexis): boolean =>
  text.startsWith('--', at) || text.startsWith('/*', at) || (hash && text[at] === '#')

/** The place after the quoted text or comment that begins at `at`, or `at` where none begins. */
function skip(text: string, at: number, dialect: DialectName, lexis: Lexis): number {
  const char = text[at]!
  if (lexis.quotes.includes(char)) return afterQuote(text, at, escapes(text, at, lexis))
  if (char === '[' && dialect === 'sqlite') return after(text, ']', at + 1)
  if (char === '$' && lexis.dollar) return afterDollars(text, at)
  if (char === '#' && lexis.hash) return after(text, '\n', at)
  if (char === '-' && text[at + 1] === '-') return afterDashes(text, at, dialect)
  if (char === '/' && text[at + 1] === '*') return afterComment(text, at, dialect, lexis)
  return at
}

/** The place after the next `what`; the end of the text where there is none. */
function after(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from)
  return found < 0 ? text.length : found + what.length
}

/** A doubled quote reads as two texts side by side, which ends at the same place. */
function afterQuote(text: string, at: number, escaped: boolean): number {
  const quote = text[at]!
  if (!escaped) return after(text, quote, at + 1)
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === quote) return i + 1
  }
  return text.length
}

function escapes(text: string, at: number, lexis: Lexis): boolean {
  if (lexis.escapes === 'always') return text[at] !== '`'
  if (lexis.escapes === 'never' || text[at] !== "'") return false
  const before = text[at - 1]
  return (before === 'e' || before === 'E') && (at < 2 || !/[A-Za-z0-9_$\u0080-\uffff]/.test(text[at - 2]!))
}

const tag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y
function afterDollars(text: string, at: number): number {
  tag.lastIndex = at
  const opening = tag.exec(text)?.[0]
  return opening === undefined ? at : after(text, opening, at + opening.length)
}

/** In MySQL two dashes begin a comment only before a blank; else they are two signs, as its reader knows. */
const afterDashes = (text: string, at: number, dialect: DialectName): number =>
  dialect === 'mysql' && at + 2 < text.length && text[at + 2]! > ' ' ? at + 2 : after(text, '\n', at)

function afterComment(text: string, at: number, dialect: DialectName, { nested }: Lexis): number {
  if (dialect === 'mysql' && /^\/\*M?!/i.test(text.slice(at, at + 4))) {
    throw new SluiceError('sql_comment', 'The statement holds an executable comment.', { position: at })
  }
  if (!nested) return after(text, '*/', at + 2)
  let depth = 0
  for (let i = at; i < text.length; i++) {
    if (text[i] === '/' && text[i + 1] === '*') {
      depth++
      i++
    } else if (text[i] === '*' && text[i + 1] === '/') {
      i++
      if (--depth === 0) return i + 1
    }
  }
  return text.length
}
