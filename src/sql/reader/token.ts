import { SluiceError } from '../../error.ts'

/** `word` is an unquoted word, keyword or not; `name` can only be an identifier; `symbol` is an operator or a sign. */
export type TokenKind = 'word' | 'name' | 'string' | 'number' | 'blob' | 'parameter' | 'variable' | 'symbol' | 'end'

/** One token of a statement, exactly as the server will read it. */
export type Token = Readonly<{
  kind: TokenKind
  /** As the caller wrote it. */
  text: string
  /** The word in upper case, or the symbol; empty for everything else, so that a quoted name is never taken for a keyword. */
  word: string
  /** A name or a string without its quotes; otherwise the text. */
  value: string
  /** Where it begins in the caller's text, in UTF-16 units. */
  at: number
  /** What is printed before it: the caller's blanks, or one blank where there was a comment. */
  gap: string
}>

/** Collects tokens while a lexer walks over the text; keeps the blanks, because servers name result columns by the text. */
export class TokenList {
  readonly text: string
  readonly tokens: Token[] = []
  private end = 0
  private commented = false
  constructor(text: string) {
    this.text = text
  }

  /** Tells that a comment lies before the next token. */
  comment(): void {
    this.commented = true
  }

  add(kind: TokenKind, from: number, to: number, value?: string): void {
    const text = this.text.slice(from, to)
    const blank = this.text.slice(this.end, from)
    // Two minus signs of MySQL would begin a comment if a blank came to stand behind them.
    const minuses = text === '-' && this.tokens[this.tokens.length - 1]?.text === '-'
    const gap = this.commented || !/^[ \t\r\n]*$/.test(blank) || (minuses && blank === '') ? ' ' : blank
    const word = kind === 'word' ? asciiUpper(text) : kind === 'symbol' ? text : ''
    this.tokens.push({ kind, text, word, value: value ?? text, at: from, gap })
    this.end = to
    this.commented = false
  }

  fail(at: number, what: string): never {
    throw new SluiceError('sql_syntax', `${what} at position ${at + 1}.`, { position: at })
  }
}

/** Upper case of the letters A to Z alone: servers compare keywords so, and `ı` or `ſ` must not become one of them. */
export const asciiUpper = (text: string): string => text.replace(/[a-z]+/g, (run) => run.toUpperCase())

/** Lower case of the letters A to Z alone. */
export const asciiLower = (text: string): string => text.replace(/[A-Z]+/g, (run) => run.toLowerCase())

export const isDigit = (c: number): boolean => c >= 48 && c <= 57
export const isHex = (c: number): boolean => isDigit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102)
export const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122)
