import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { Dialect, Token } from '../sql/sql.ts'
import { numbered } from './read-params.ts'

/** A part of a statement: balanced in its brackets, without comments, with the values of its own placeholders in order. */
export type Piece = Readonly<{ tokens: readonly Token[]; params: readonly Value[] }>

/** A name as the source understands it. */
export type Name = Readonly<{ value: string; quoted: boolean }>

const opening = new Set(['(', '[', '{'])
const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** Walks over the tokens of one writing statement and cuts it into pieces. */
export class Cursor {
  readonly dialect: Dialect
  readonly #tokens: readonly Token[]
  /** For each placeholder by its place among the tokens, the number of its value from 0. */
  readonly #numbers: ReadonlyMap<Token, number>
  readonly #params: readonly Value[]
  #index = 0

  /** Throws `parameter_count` when the values are not as many as the placeholders ask for. */
  constructor(tokens: readonly Token[], params: readonly Value[], dialect: Dialect) {
    this.dialect = dialect
    this.#tokens = tokens
    this.#params = params
    this.#numbers = numbered(tokens, params.length)
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)]!
  }

  at(...words: readonly string[]): boolean {
    const { word } = this.peek()
    return word !== '' && words.includes(word)
  }

  atAll(...words: readonly string[]): boolean {
    return words.every((word, i) => this.peek(i).word === word)
  }

  take(...words: readonly string[]): boolean {
    if (!this.at(...words)) return false
    this.#index++
    return true
  }

  takeAll(...words: readonly string[]): boolean {
    if (!this.atAll(...words)) return false
    this.#index += words.length
    return true
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.take(word)) this.fail(word)
  }

  /** True at the end of the statement. */
  get ended(): boolean {
    return this.peek().kind === 'end'
  }

  name(what: string): Name {
    const token = this.peek()
    if (token.kind !== 'name' && token.kind !== 'word') this.fail(what)
    this.#index++
    return nameOf(token, this.dialect.name)
  }

  /** The tokens up to the first outside of brackets for which `stop` answers true, or to the end. Throws when brackets do not match. */
  piece(what: string, stop: (token: Token) => boolean): Piece {
    const from = this.#index
    const open: string[] = []
    for (;;) {
      const token = this.peek()
      if (token.kind === 'end') break
      const close = token.kind === 'symbol' ? closing[token.word] : undefined
      if (open.length === 0 && (close !== undefined || stop(token))) break
      if (token.kind === 'symbol' && opening.has(token.word)) open.push(token.word)
      if (close !== undefined && open.pop() !== close) this.fail('a bracket that fits the one before')
      this.#index++
    }
    if (open.length > 0) this.fail('a closing bracket')
    if (this.#index === from) this.fail(what)
    return this.#cut(this.#tokens.slice(from, this.#index))
  }

  get position(): number {
    return this.#index
  }

  /** What lies between a place and here. */
  since(position: number): Piece {
    return this.#cut(this.#tokens.slice(position, this.#index))
  }

  /** A piece again after some of its tokens were left out; a name that stood behind one is parted by a blank from what stands before. */
  without(piece: Piece, left: ReadonlySet<number>): Piece {
    const kept = piece.tokens.flatMap((token, i) => (left.has(i) ? [] : [left.has(i - 1) ? { ...token, gap: ' ' } : token]))
    return this.#cut(kept)
  }

  #cut(tokens: readonly Token[]): Piece {
    const values = tokens.flatMap((token) => (token.kind === 'parameter' ? [this.#numbers.get(token)!] : []))
    // Numbered placeholders stand for the same value wherever they stand.
    const numbers = this.dialect.name === 'postgres' ? [...new Set(values)] : values
    return { tokens, params: numbers.map((number) => this.#params[number]!) }
  }

  /** The piece as text of its own, its placeholders numbered anew; it reads back as the same words and signs, or `feature_refused`. */
  text({ tokens }: Piece): string {
    const places = new Map<number, number>()
    const words = tokens.map((token) => {
      if (token.kind !== 'parameter') return token.text
      if (this.dialect.name !== 'postgres') return '?'
      const number = this.#numbers.get(token)!
      if (!places.has(number)) places.set(number, places.size + 1)
      return `$${places.get(number)}`
    })
    const text = words.map((word, i) => (i === 0 ? word : tokens[i]!.gap + word)).join('')
    const again = this.dialect.tokens(`(${text} )`)
    if (again.length === words.length + 3 && words.every((word, i) => word === again[i + 1]!.text)) return text
    return this.refuse('A part of the statement cannot be told apart from the rest.', 'Write it with blanks between the signs.')
  }

  fail(expected: string): never {
    const token = this.peek()
    const near = token.kind === 'end' ? 'at its end' : `at position ${token.at + 1}`
    throw new SluiceError('sql_syntax', `The statement cannot be read ${near}: expected ${expected}.`, { position: token.at })
  }

  refuse(what: string, hint: string): never {
    throw new SluiceError('feature_refused', what, { hint, position: this.peek().at })
  }
}

/** PostgreSQL folds the letters A to Z of what is not quoted; the others compare names without regard to case. */
function nameOf(token: Token, dialect: DialectName): Name {
  if (token.kind === 'name') return { value: token.value, quoted: true }
  const value = dialect === 'postgres' ? token.text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : token.text
  return { value, quoted: false }
}
