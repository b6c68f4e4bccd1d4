/**
 * A small reader of TypeScript text for the rules of the house: it knows strings, templates, comments and regular expressions,
 * and finds the bodies of functions by the tokens before their opening brace. It reads the text as it is formatted; it is no parser.
 */

type Token = Readonly<{ text: string; line: number; kind: 'word' | 'mark' | 'literal' }>

/** A function body and the lines it takes, braces included; `own` is without the lines inside bodies within it. */
export type Body = Readonly<{ line: number; lines: number; own: number }>

const beforeRegex = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'else', 'do', 'await', 'yield'])
const blockHeads = new Set(['if', 'for', 'while', 'switch', 'catch', 'with'])

/** The text with comments, strings, templates and regular expressions blotted out by spaces; line breaks stay. */
export function codeOnly(text: string): string {
  const out = text.split('')
  for (const [from, to] of blots(text)) for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' '
  return out.join('')
}

function blots(text: string): [number, number][] {
  const found: [number, number][] = []
  const templates: number[] = []
  let depth = 0
  let last = ''
  for (let i = 0; i < text.length; ) {
    const rest = text[i]!
    const end = rest === '}' && templates.at(-1) === depth ? templateEnd(text, i + 1) : literalEnd(text, i, last)
    if (end !== undefined) {
      found.push([i, end.to])
      if (rest === '}') templates.pop()
      if (end.opens) templates.push(depth)
      if (end.value) last = '"'
      i = end.to
      continue
    }
    if (rest === '{') depth++
    if (rest === '}') depth--
    const word = /^[\w$]+/.exec(text.slice(i, i + 80))?.[0]
    if (!/\s/.test(rest)) last = word ?? rest
    i += word?.length ?? 1
  }
  return found
}

type End = Readonly<{ to: number; opens?: boolean; value?: boolean }>

function literalEnd(text: string, at: number, last: string): End | undefined {
  const two = text.slice(at, at + 2)
  if (two === '//') return { to: lineEnd(text, at) }
  if (two === '/*') return { to: text.indexOf('*/', at + 2) + 2 || text.length }
  const one = text[at]!
  if (one === "'" || one === '"') return { to: stringEnd(text, at + 1, one), value: true }
  if (one === '`') return templateEnd(text, at + 1)
  if (one === '/' && (beforeRegex.has(last) || !/^[\w$)\]}"]/.test(last))) return { to: regexEnd(text, at + 1), value: true }
  return undefined
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function stringEnd(text: string, at: number, quote: string): number {
  for (let i = at; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === quote) return i + 1
  }
  return text.length
}

function templateEnd(text: string, at: number): End {
  for (let i = at; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '`') return { to: i + 1, value: true }
    else if (text[i] === '$' && text[i + 1] === '{') return { to: i + 2, opens: true }
  }
  return { to: text.length, value: true }
}

function regexEnd(text: string, at: number): number {
  let inClass = false
  for (let i = at; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '[') inClass = true
    else if (text[i] === ']') inClass = false
    else if (text[i] === '/' && !inClass) return i + 1 + (/^[a-z]*/.exec(text.slice(i + 1, i + 10))?.[0].length ?? 0)
    else if (text[i] === '\n') return i
  }
  return text.length
}

function tokens(text: string): Token[] {
  const found: Token[] = []
  let line = 1
  for (const match of codeOnly(text).matchAll(/\n|[\w$]+|=>|[^\s\w$]/g)) {
    if (match[0] === '\n') line++
    else found.push({ text: match[0], line, kind: /^[\w$]/.test(match[0]) ? 'word' : 'mark' })
  }
  return found
}

/** Every function body that stands in braces. */
export function bodies(text: string): Body[] {
  const all = tokens(text)
  const found: Body[] = []
  const open: { at: number; body: boolean; within: number }[] = []
  const matching = brackets(all)
  for (const [i, token] of all.entries()) {
    if (token.text === '{') open.push({ at: i, body: isBody(all, i, matching), within: 0 })
    if (token.text !== '}') continue
    const start = open.pop()
    if (!start) continue
    const { line } = all[start.at]!
    const lines = token.line - line + 1
    const outer = open.at(-1)
    // The first and the last line of a body within belong to the outer one.
    if (outer) outer.within += start.body ? Math.max(0, lines - 2) : start.within
    if (start.body) found.push({ line, lines, own: lines - start.within })
  }
  return found
}

/** For each closing bracket the place of its opening one. */
function brackets(all: readonly Token[]): Map<number, number> {
  const pairs = new Map<number, number>()
  const open: number[] = []
  for (const [i, { text }] of all.entries()) {
    if (text === '(' || text === '[' || text === '{') open.push(i)
    if (text === ')' || text === ']' || text === '}') pairs.set(i, open.pop() ?? 0)
  }
  return pairs
}

function isBody(all: readonly Token[], brace: number, pairs: ReadonlyMap<number, number>): boolean {
  const before = all[brace - 1]?.text ?? ''
  if (before === '=>') return true
  if (before === ')') return !blockHeads.has(all[(pairs.get(brace - 1) ?? 0) - 1]?.text ?? '')
  if (/^[:=,(|&?[{;}<]$/.test(before)) return false
  // A return type may stand between the parameters and the body.
  for (let i = brace - 1; i > 0; i--) {
    const { text } = all[i]!
    if (text === ')' && all[i + 1]?.text === ':') return true
    if (text === ')' || text === ']' || text === '}') i = pairs.get(i) ?? 0
    else if (/^[;{(=]$/.test(text)) return false
  }
  return false
}
