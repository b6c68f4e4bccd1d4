import { isDigit, isHex, isLetter, type Token, TokenList } from '../reader/token.ts'

/** Splits a text as SQLite's own tokenizer does (src/tokenize.c). */
export function lexSqlite(text: string): readonly Token[] {
  const list = new TokenList(text)
  let at = 0
  while (at < text.length) at = lexOne(list, text, at)
  list.add('end', at, at)
  return list.tokens
}

const symbols2 = new Set(['->', '==', '<=', '<>', '<<', '>=', '>>', '!=', '||'])
const symbols1 = new Set('()+-*/%=<>|,&~;.'.split(''))
const blanks = ' \t\n\f\r'

/** Takes one token, blank or comment; answers the place after it. */
function lexOne(list: TokenList, text: string, at: number): number {
  const char = text[at]!
  const code = text.charCodeAt(at)
  if (blanks.includes(char)) return at + 1
  if (text.startsWith('--', at)) return lineComment(list, text, at)
  if (text.startsWith('/*', at)) return blockComment(list, text, at)
  if (char === "'" || char === '"' || char === '`') return quoted(list, text, at, char)
  if (char === '[') return bracketed(list, text, at)
  if (isDigit(code) || (char === '.' && isDigit(text.charCodeAt(at + 1)))) return number(list, text, at)
  if ((char === 'x' || char === 'X') && text[at + 1] === "'") return blob(list, text, at)
  if (char === '?') return parameter(list, text, at)
  if (isNameStart(code)) return word(list, text, at)
  if (char === ':' || char === '@' || char === '$' || char === '#') return namedParameter(list, text, at)
  for (const length of [3, 2, 1]) {
    const symbol = text.slice(at, at + length)
    if (length === 3 ? symbol === '->>' : length === 2 ? symbols2.has(symbol) : symbols1.has(symbol)) {
      list.add('symbol', at, at + length)
      return at + length
    }
  }
  return list.fail(at, 'A character that has no meaning in SQLite')
}

const isNameStart = (code: number): boolean => isLetter(code) || code === 95 || code > 127
const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code) || code === 36

function lineComment(list: TokenList, text: string, at: number): number {
  list.comment()
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

function blockComment(list: TokenList, text: string, at: number): number {
  list.comment()
  const end = text.indexOf('*/', at + 2)
  return end < 0 ? list.fail(at, 'A comment that does not end') : end + 2
}

/** Strings and names escape their quote by doubling it and know no backslash. */
function quoted(list: TokenList, text: string, at: number, quote: string): number {
  let end = at + 1
  for (;;) {
    end = text.indexOf(quote, end)
    if (end < 0) return list.fail(at, 'A quote that does not end')
    if (text[end + 1] !== quote) break
    end += 2
  }
  const value = text.slice(at + 1, end).replaceAll(quote + quote, quote)
  list.add(quote === "'" ? 'string' : 'name', at, end + 1, value)
  return end + 1
}

function bracketed(list: TokenList, text: string, at: number): number {
  const end = text.indexOf(']', at)
  if (end < 0) return list.fail(at, 'A bracket that does not end')
  list.add('name', at, end + 1, text.slice(at + 1, end))
  return end + 1
}

const numbers = /0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?/y

function number(list: TokenList, text: string, at: number): number {
  numbers.lastIndex = at
  const end = at + (numbers.exec(text)?.[0].length ?? 0)
  if (end === at || isNamePart(text.charCodeAt(end))) return list.fail(at, 'A number that cannot be read')
  list.add('number', at, end)
  return end
}

function blob(list: TokenList, text: string, at: number): number {
  let end = at + 2
  while (isHex(text.charCodeAt(end))) end++
  if (text[end] !== "'" || (end - at) % 2 !== 0) return list.fail(at, 'A blob that cannot be read')
  list.add('blob', at, end + 1)
  return end + 1
}

function parameter(list: TokenList, text: string, at: number): number {
  let end = at + 1
  while (isDigit(text.charCodeAt(end))) end++
  list.add('parameter', at, end)
  return end
}

/** `:name`, `@name`, `$name`, in which `::` may stand; the form with brackets that only Tcl knows is not read. */
function namedParameter(list: TokenList, text: string, at: number): number {
  let end = at + 1
  for (;;) {
    if (isNamePart(text.charCodeAt(end))) end++
    else if (text.startsWith('::', end)) end += 2
    else break
  }
  if (text[at] === '#' || end < at + 2 || /^:*$/.test(text.slice(at + 1, end)))
    return list.fail(at, 'A character that has no meaning in SQLite')
  if (text[end] === '(') return list.fail(at, 'A parameter with brackets')
  list.add('parameter', at, end)
  return end
}

function word(list: TokenList, text: string, at: number): number {
  let end = at
  while (isNamePart(text.charCodeAt(end))) {
    // SQLite takes a byte order mark for a blank in front of a token and for a letter inside one.
    if (text[end] === '\ufeff') return list.fail(end, 'A byte order mark')
    end++
  }
  list.add('word', at, end)
  return end
}
