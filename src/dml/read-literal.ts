import type { Value } from '../call.ts'
import type { DialectName } from '../facts.ts'
import type { Token } from '../sql/sql.ts'
import type { Piece } from './read-cursor.ts'

/** The value that a piece is, when it is one literal or one placeholder; undefined when only the source can tell what it comes to. */
export function literalOf({ tokens, params }: Piece, dialect: DialectName): Readonly<{ value: Value }> | undefined {
  const [first, second, more] = tokens
  const last = tokens[tokens.length - 1]
  if (first?.word === '(' && last?.word === ')' && more) return literalOf({ tokens: tokens.slice(1, -1), params }, dialect)
  if (!first || more) return undefined
  if (second) return signed(first, second, dialect)
  switch (first.kind) {
    case 'parameter':
      return { value: params[0]! }
    case 'string':
      return text(first, dialect)
    case 'number':
      return number(first.text, dialect)
    case 'blob':
      return dialect === 'postgres' || dialect === 'duckdb' ? escapedText(first.text) : bytes(first.text)
    case 'word':
      return constants[first.word]
    default:
      return undefined
  }
}

const constants: Readonly<Record<string, Readonly<{ value: Value }>>> = {
  NULL: { value: null },
  TRUE: { value: true },
  FALSE: { value: false },
}

function signed(sign: Token, token: Token, dialect: DialectName): Readonly<{ value: Value }> | undefined {
  if (token.kind !== 'number' || (sign.word !== '-' && sign.word !== '+')) return undefined
  return number(sign.word === '-' ? `-${token.text}` : token.text, dialect)
}

/** Integers are exact; what has a point or an exponent stays as it was written, save in SQLite, which takes it for a double as we do. */
function number(written: string, dialect: DialectName): Readonly<{ value: Value }> | undefined {
  if (/^-?\d+$/.test(written)) {
    const value = Number(written)
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return { value }
    return { value: BigInt(written) }
  }
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(written)) return undefined
  const value = Number(written)
  if (dialect === 'sqlite' || String(value) === written) return Number.isFinite(value) ? { value } : undefined
  return { value: Number.isSafeInteger(value) && /[eE]/.test(written) && !Object.is(value, -0) ? value : written }
}

const unescaped: Readonly<Record<string, string>> = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' }

function text({ text: written, value }: Token, dialect: DialectName): Readonly<{ value: Value }> | undefined {
  if (dialect !== 'mysql') return { value }
  const quote = written[0]!
  // N'…' has a character set of its own.
  if (quote !== "'" && quote !== '"') return undefined
  const meant = value.replace(/\\([\s\S])|''|""/g, (pair, letter: string | undefined) => {
    if (letter !== undefined) return unescaped[letter] ?? (letter === '%' || letter === '_' ? pair : letter)
    return pair[0] === quote ? quote : pair
  })
  return { value: meant }
}

const plainEscapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** `E'…'` whose escapes are single letters; the others are left to the source. */
function escapedText(written: string): Readonly<{ value: Value }> | undefined {
  if (!/^[eE]'/.test(written) || /\\[0-7xuU]/.test(written)) return undefined
  const value = written
    .slice(2, -1)
    .replace(/\\([\s\S])|''/g, (_pair, letter: string | undefined) => (letter === undefined ? "'" : (plainEscapes[letter] ?? letter)))
  return { value }
}

/** `x'0a'`; bits and MySQL's `\N` are left to the source. */
function bytes(written: string): Readonly<{ value: Value }> | undefined {
  const digits = /^[xX]'([0-9a-fA-F]*)'$/.exec(written)?.[1]
  return digits === undefined || digits.length % 2 !== 0 ? undefined : { value: new Uint8Array(Buffer.from(digits, 'hex')) }
}
