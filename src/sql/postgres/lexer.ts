import { isDigit, isLetter, type Token, TokenList } from '../reader/token.ts'

/**
 * Splits a text as PostgreSQL's scanner does (src/backend/parser/scan.l) with standard_conforming_strings on, and as DuckDB's, which is
 * made of it. What the two read differently or nobody expects is refused, save that a lone `?` is a placeholder of DuckDB and an operator
 * of PostgreSQL.
 */
export function lexPostgres(text: string, question: 'parameter' | 'operator'): readonly Token[] {
  const list = new TokenList(text)
  let at = 0
  while (at < text.length) at = text[at] === '?' && question === 'parameter' ? questionMark(list, text, at) : lexOne(list, text, at)
  list.add('end', at, at)
  return list.tokens
}

const blanks = ' \t\n\v\f\r'
const signs = '+-*/<>=~!@#%^&|`?'
const single = '()[]{},;.:'

/** Takes one token, blank or comment; answers the place after it. */
function lexOne(list: TokenList, text: string, at: number): number {
  const char = text[at]!
  const code = text.charCodeAt(at)
  const second = text[at + 1]
  if (blanks.includes(char)) return at + 1
  if (char === '-' && second === '-') return lineComment(list, text, at)
  if (char === '/' && second === '*') return blockComment(list, text, at)
  if (char === "'") {
    // Over a line break they are one text, and the second is read as the first began.
    if (list.tokens.at(-1)?.text.endsWith("'")) return list.fail(at, 'Two texts side by side')
    return quoted(list, text, at, at, 'string')
  }
  if (char === '"') return quoted(list, text, at, at, 'name')
  if (second === "'" && 'eE'.includes(char)) return escaped(list, text, at)
  if (second === "'" && 'bBxX'.includes(char)) return quoted(list, text, at, at + 1, 'blob')
  if ('uU'.includes(char) && second === '&' && (text[at + 2] === "'" || text[at + 2] === '"'))
    return list.fail(at, 'A text or name of the form U& that is not read here')
  if (char === '$') return isDigit(text.charCodeAt(at + 1)) ? parameter(list, text, at) : dollars(list, text, at)
  if (isDigit(code) || (char === '.' && isDigit(text.charCodeAt(at + 1)))) return number(list, text, at)
  if (isNameStart(code)) return word(list, text, at)
  if (single.includes(char)) return symbol(list, text, at)
  if (signs.includes(char)) return operator(list, text, at)
  return list.fail(at, 'A character that has no meaning')
}

const isNameStart = (code: number): boolean => isLetter(code) || code === 95 || code > 127
const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code) || code === 36

/** Ends before the line does; a lone carriage return ends a line too. */
function lineComment(list: TokenList, text: string, at: number): number {
  list.comment()
  let end = at
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++
  return end
}

/** Comments nest. */
function blockComment(list: TokenList, text: string, at: number): number {
  list.comment()
  let depth = 0
  for (let end = at; end < text.length; end++) {
    if (text[end] === '/' && text[end + 1] === '*') {
      depth++
      end++
    } else if (text[end] === '*' && text[end + 1] === '/') {
      end++
      if (--depth === 0) return end + 1
    }
  }
  return list.fail(at, 'A comment that does not end')
}

/** No backslash; a doubled quote stands for itself. A `blob` keeps its text, because only the server knows what it means. */
function quoted(list: TokenList, text: string, at: number, open: number, kind: 'string' | 'name' | 'blob'): number {
  const quote = text[open]!
  let end = open + 1
  for (;;) {
    end = text.indexOf(quote, end)
    if (end < 0) return list.fail(at, 'A quote that does not end')
    // Bits and hexadecimal digits know no doubled quote.
    if (text[end + 1] !== quote || kind === 'blob') break
    end += 2
  }
  const value = kind === 'blob' ? undefined : text.slice(open + 1, end).replaceAll(quote + quote, quote)
  list.add(kind, at, end + 1, value)
  return end + 1
}

/** `E'…'`, in which a backslash hides the character after it. What the escapes mean is left to the server. */
function escaped(list: TokenList, text: string, at: number): number {
  for (let end = at + 2; end < text.length; end++) {
    if (text[end] === '\\') end++
    else if (text[end] === "'" && text[end + 1] === "'") end++
    else if (text[end] === "'") {
      list.add('blob', at, end + 1)
      return end + 1
    }
  }
  return list.fail(at, 'A quote that does not end')
}

const tags = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y

function dollars(list: TokenList, text: string, at: number): number {
  tags.lastIndex = at
  const tag = tags.exec(text)?.[0]
  if (tag === undefined) return list.fail(at, 'A dollar sign that begins neither a parameter nor a text')
  const end = text.indexOf(tag, at + tag.length)
  if (end < 0) return list.fail(at, 'A quote that does not end')
  list.add('string', at, end + tag.length, text.slice(at + tag.length, end))
  return end + tag.length
}

function parameter(list: TokenList, text: string, at: number): number {
  let end = at + 1
  while (isDigit(text.charCodeAt(end))) end++
  if (isNamePart(text.charCodeAt(end))) return list.fail(at, 'A parameter that a name follows')
  list.add('parameter', at, end)
  return end
}

const numbers =
  /0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[oO][0-7]+|0[bB][01]+|(?:\d(?:_?\d)*(?:\.(?!\.)(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d+)?/y

function number(list: TokenList, text: string, at: number): number {
  numbers.lastIndex = at
  const end = at + (numbers.exec(text)?.[0].length ?? 0)
  if (end === at || isNamePart(text.charCodeAt(end))) return list.fail(at, 'A number that cannot be read')
  list.add('number', at, end)
  return end
}

function word(list: TokenList, text: string, at: number): number {
  let end = at
  while (isNamePart(text.charCodeAt(end))) end++
  // DuckDB takes blanks of Unicode for blanks, PostgreSQL for letters, and a person for nothing.
  if (blankLetters.test(text.slice(at, end))) return list.fail(at, 'A blank that is not an ASCII blank')
  list.add('word', at, end)
  return end
}

const blankLetters = /[\p{Z}\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/u

function symbol(list: TokenList, text: string, at: number): number {
  if (text.startsWith('..', at)) return list.fail(at, 'Two dots')
  const end = text[at] === ':' && (text[at + 1] === ':' || text[at + 1] === '=') ? at + 2 : at + 1
  list.add('symbol', at, end)
  return end
}

function questionMark(list: TokenList, text: string, at: number): number {
  if (isNamePart(text.charCodeAt(at + 1))) return list.fail(at, 'A parameter that a name follows')
  list.add('parameter', at, at + 1)
  return at + 1
}

/** The longest run of signs before a comment; it ends in plus or minus only when it holds a sign that standard SQL does not have. */
function operator(list: TokenList, text: string, at: number): number {
  let end = at
  while (end < text.length && signs.includes(text[end]!) && !['--', '/*'].includes(text.slice(end, end + 2))) end++
  if (!/[~!@#%^&|`?]/.test(text.slice(at, end))) while (end > at + 1 && '+-'.includes(text[end - 1]!)) end--
  list.add('symbol', at, end)
  return end
}
