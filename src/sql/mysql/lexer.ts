import { SluiceError } from '../../error.ts'
import { isDigit, isHex, isLetter, type Token, TokenList } from '../reader/token.ts'

/**
 * Splits a text as the lexers of MySQL 8 and MariaDB do (sql/sql_lex.cc) under a sql_mode without ANSI_QUOTES, IGNORE_SPACE and
 * NO_BACKSLASH_ESCAPES in utf8mb4. What they read in ways that nobody expects (`1.e(`, `=!`, `$$`) is refused.
 */
export function lexMysql(text: string): readonly Token[] {
  const list = new TokenList(text)
  let at = 0
  while (at < text.length) at = lexOne(list, text, at)
  list.add('end', at, at)
  return list.tokens
}

const blanks = ' \t\n\v\f\r'
const symbols = new Set('( ) + - * / % ^ ~ , ; . { } = < > ! & | -> ->> >= <= <> != <=> << >> && || :='.split(' '))
const comparing = '<>=!'

/** Takes one token, blank or comment; answers the place after it. */
function lexOne(list: TokenList, text: string, at: number): number {
  const char = text[at]!
  const code = text.charCodeAt(at)
  if (blanks.includes(char)) return at + 1
  if (char === '#' || (char === '-' && text[at + 1] === '-' && endsDashes(text, at + 2))) return lineComment(list, text, at)
  if (char === '/' && text[at + 1] === '*') return blockComment(list, text, at)
  if (char === "'" || char === '"') return quoted(list, text, at, at)
  if (char === '`') return quotedName(list, text, at)
  if (isDigit(code) || (char === '.' && isDigit(text.charCodeAt(at + 1)))) return number(list, text, at)
  if (text[at + 1] === "'" && 'nN'.includes(char)) return quoted(list, text, at, at + 1)
  if (text[at + 1] === "'" && 'xXbB'.includes(char)) return bits(list, text, at)
  if (char === '?') return parameter(list, text, at)
  if (char === '@') return variable(list, text, at)
  if (isNamePart(code)) return word(list, text, at)
  if (char === '\\' && text[at + 1] === 'N') {
    list.add('blob', at, at + 2)
    return at + 2
  }
  return symbol(list, text, at)
}

const isNamePart = (code: number): boolean => isLetter(code) || isDigit(code) || code === 95 || code === 36 || code > 127

/** Two dashes begin a comment when a blank, a control character or the end follows. */
const endsDashes = (text: string, at: number): boolean => at >= text.length || text.charCodeAt(at) <= 32 || text.charCodeAt(at) === 127

function lineComment(list: TokenList, text: string, at: number): number {
  list.comment()
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

function blockComment(list: TokenList, text: string, at: number): number {
  if (/^\/\*M?!/i.test(text.slice(at, at + 4)))
    throw new SluiceError('sql_comment', 'The statement holds an executable comment.', { position: at })
  list.comment()
  const end = text.indexOf('*/', at + 2)
  return end < 0 ? list.fail(at, 'A comment that does not end') : end + 2
}

/** A string; a backslash hides the character after it, a doubled quote stands for itself. */
function quoted(list: TokenList, text: string, at: number, open: number): number {
  const quote = text[open]!
  for (let end = open + 1; end < text.length; end++) {
    if (text[end] === '\\') end++
    else if (text[end] === quote && text[end + 1] === quote) end++
    else if (text[end] === quote) {
      list.add('string', at, end + 1, text.slice(open + 1, end))
      return end + 1
    }
  }
  return list.fail(at, 'A quote that does not end')
}

function quotedName(list: TokenList, text: string, at: number): number {
  let end = at + 1
  for (;;) {
    end = text.indexOf('`', end)
    if (end < 0) return list.fail(at, 'A quote that does not end')
    if (text[end + 1] !== '`') break
    end += 2
  }
  list.add('name', at, end + 1, text.slice(at + 1, end).replaceAll('``', '`'))
  return end + 1
}

function bits(list: TokenList, text: string, at: number): number {
  const isHexadecimal = 'xX'.includes(text[at]!)
  let end = at + 2
  while (isHexadecimal ? isHex(text.charCodeAt(end)) : text[end] === '0' || text[end] === '1') end++
  if (text[end] !== "'" || (isHexadecimal && (end - at) % 2 !== 0))
    return list.fail(at, 'A hexadecimal or binary literal that cannot be read')
  list.add('blob', at, end + 1)
  return end + 1
}

const plainNumbers = /0x[0-9a-fA-F]+|0b[01]+|\d+[eE][+-]?\d+|\d+/y
const realNumbers = /\d*\.\d*(?:[eE][+-]?\d+)?/y

/** A number, or a name that begins with a digit. `1.e` without digits after it makes the servers skip what was read: refused. */
function number(list: TokenList, text: string, at: number): number {
  plainNumbers.lastIndex = at
  const plain = plainNumbers.exec(text)?.[0] ?? ''
  const end = at + plain.length
  const isExponent = /^\d+[eE]/.test(plain)
  if (plain && !isExponent && isNamePart(text.charCodeAt(end))) return name(list, text, at)
  if (text[end] !== '.' || (plain && !/^\d+$/.test(plain))) {
    list.add('number', at, end)
    return end
  }
  realNumbers.lastIndex = at
  const real = at + realNumbers.exec(text)![0].length
  if (/^[eE]/.test(text.slice(real, real + 1)) && !/[eE]/.test(text.slice(at, real))) return list.fail(at, 'A number that cannot be read')
  list.add('number', at, real)
  return real
}

function parameter(list: TokenList, text: string, at: number): number {
  if (isNamePart(text.charCodeAt(at + 1))) return list.fail(at, 'A parameter that a name follows')
  list.add('parameter', at, at + 1)
  return at + 1
}

const systemVariables = /@@(?:`[^`]+`|[A-Za-z0-9_$]+)(?:\.(?:`[^`]+`|[A-Za-z0-9_$]+))*/y
const userVariables = /@[A-Za-z0-9_.$]+/y

/** `@name`, `@'name'`, `@@name`, `@@scope.name` as one token. */
function variable(list: TokenList, text: string, at: number): number {
  const quote = text[at + 1]
  if (quote === "'" || quote === '"') return quotedVariable(list, text, at)
  if (quote === '`') {
    const end = text.indexOf('`', at + 2)
    if (end < 0) return list.fail(at, 'A quote that does not end')
    list.add('variable', at, end + 1)
    return end + 1
  }
  const pattern = quote === '@' ? systemVariables : userVariables
  pattern.lastIndex = at
  const end = at + (pattern.exec(text)?.[0].length ?? 0)
  if (end === at || isNamePart(text.charCodeAt(end))) return list.fail(at, 'A variable that cannot be read')
  list.add('variable', at, end)
  return end
}

/** Names with escapes in them are not worth two readings. */
function quotedVariable(list: TokenList, text: string, at: number): number {
  const end = text.indexOf(text[at + 1]!, at + 2)
  if (end < 0 || text.slice(at, end).includes('\\') || text[end + 1] === text[at + 1])
    return list.fail(at, 'A variable that cannot be read')
  list.add('variable', at, end + 1)
  return end + 1
}

/** A word that touches `.` and a name is a name itself, whatever it spells, and so is what follows. */
function word(list: TokenList, text: string, at: number): number {
  if (text[at] === '$') return list.fail(at, 'A name that begins with $')
  let end = at
  while (isNamePart(text.charCodeAt(end))) end++
  if (text[end] === '.' && isNamePart(text.charCodeAt(end + 1))) return name(list, text, at)
  list.add('word', at, end)
  return end
}

/** A name, and every `.name` that touches it. */
function name(list: TokenList, text: string, at: number): number {
  let from = at
  for (;;) {
    let end = from
    while (isNamePart(text.charCodeAt(end))) end++
    list.add('name', from, end)
    if (text[end] !== '.' || !isNamePart(text.charCodeAt(end + 1))) return end
    list.add('symbol', end, end + 1)
    from = end + 1
  }
}

/** Comparison signs are taken together as the servers do, and a run that means nothing to them is refused. */
function symbol(list: TokenList, text: string, at: number): number {
  let end = at + 1
  if (comparing.includes(text[at]!)) {
    if (comparing.includes(text[end] ?? ' ')) end++
    if (text[at] === '<' && end === at + 2 && '>=!'.includes(text[end] ?? ' ')) end++
  } else if (text.startsWith('->>', at)) end = at + 3
  else if (['->', ':=', '&&', '||'].includes(text.slice(at, at + 2))) end = at + 2
  if (!symbols.has(text.slice(at, end))) return list.fail(at, 'A sign that has no meaning in MySQL')
  list.add('symbol', at, end)
  // A dot that touches a word makes a name of it, whatever it spells.
  if (text[at] === '.' && isNamePart(text.charCodeAt(end))) return name(list, text, end)
  return end
}
