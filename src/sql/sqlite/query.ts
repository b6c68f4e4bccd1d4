import type { Reader } from '../reader/reader.ts'
import { asciiLower } from '../reader/token.ts'
import type { LimitMark, Span } from '../reader/tree.ts'
import { expression, nameHere, orderBy, windowDefinition } from './expression.ts'
import { isBareAlias, isName, joinWords } from './words.ts'

/** True when the next word begins a query; inside brackets these words are never names. */
export const isQuery = (r: Reader): boolean => r.at('SELECT', 'VALUES', 'WITH')

/** `[WITH …] SELECT … {UNION … SELECT …} [ORDER BY …] [LIMIT …]`; answers where its row limit is. */
export function query(r: Reader): LimitMark {
  const outer = r.scope
  if (r.at('WITH')) withClause(r)
  let limit = arm(r)
  while (r.at('UNION', 'EXCEPT', 'INTERSECT')) {
    if (r.next().word === 'UNION') r.take('ALL')
    limit = arm(r)
  }
  r.scope = outer
  return limit
}

/** What may follow WITH queries but writes. */
function refuseWriting(r: Reader): void {
  if (r.at('INSERT', 'REPLACE', 'UPDATE', 'DELETE')) r.refuseStatement(`WITH … ${r.peek().word}`)
}

/** Every query of one WITH sees every other, also itself and later ones. */
function withClause(r: Reader): void {
  r.expect('WITH')
  r.take('RECURSIVE')
  r.scope = r.opened()
  const { scope } = r
  r.list(() => {
    r.withQuery()
    scope.add(nameHere(r, 'a name for the WITH query'))
    if (r.at('(')) r.brackets(() => r.list(() => indexedName(r)))
    r.expect('AS')
    if (r.take('NOT')) r.expect('MATERIALIZED')
    else r.take('MATERIALIZED')
    r.brackets(() => {
      if (!isQuery(r)) r.fail('SELECT')
      query(r)
    })
  })
}

function indexedName(r: Reader): void {
  nameHere(r, 'a column')
  if (r.take('COLLATE')) nameHere(r, 'a collation')
  r.take('ASC', 'DESC')
}

function arm(r: Reader): LimitMark {
  if (r.take('VALUES')) {
    r.list(() => r.brackets(() => r.list(() => expression(r))))
    return undefined
  }
  refuseWriting(r)
  r.expect('SELECT')
  r.take('DISTINCT', 'ALL')
  r.list(() => resultColumn(r))
  if (r.take('FROM')) joins(r)
  if (r.take('WHERE')) r.predicate(() => expression(r))
  if (r.take('GROUP')) {
    r.expect('BY')
    r.list(() => expression(r))
  }
  if (r.take('HAVING')) r.predicate(() => expression(r))
  if (r.take('WINDOW')) r.list(() => windowName(r))
  if (r.at('ORDER')) orderBy(r)
  return limitClause(r)
}

function windowName(r: Reader): void {
  nameHere(r, 'a window name')
  r.expect('AS')
  windowDefinition(r)
}

function limitClause(r: Reader): LimitMark {
  const here = r.position
  if (!r.take('LIMIT')) return { kind: 'add', token: here }
  const first = literalCount(r)
  if (r.take(',')) return literalCount(r)
  if (r.take('OFFSET')) expression(r)
  return first
}

/** A count; it can be lowered when it is a plain integer and nothing else. */
function literalCount(r: Reader): LimitMark {
  const from = r.position
  const token = r.peek()
  expression(r)
  return r.position === from + 1 && /^\d+$/.test(token.text) ? { kind: 'lower', token: from } : undefined
}

function resultColumn(r: Reader): void {
  if (r.take('*')) return
  if (isName(r.peek()) && r.peek(1).word === '.' && r.peek(2).word === '*') {
    r.next()
    r.expect('.', '*')
    return
  }
  const from = r.position
  expression(r)
  const to = r.position
  if (alias(r) === undefined) r.unnamed.push({ from, to })
}

/** `[[AS] name]`; answers the name. A word that begins a WINDOW clause is none. */
function alias(r: Reader): string | undefined {
  if (r.take('AS')) return nameHere(r, 'an alias')
  if (!isBareAlias(r.peek()) || startsWindow(r)) return undefined
  return r.next().value
}

const startsWindow = (r: Reader): boolean =>
  r.at('WINDOW') && (isName(r.peek(1)) || joinWords.includes(r.peek(1).word)) && r.peek(2).word === 'AS'

function joins(r: Reader): void {
  source(r)
  for (;;) {
    if (!r.take(',')) {
      const from = r.position
      while (r.take(...joinWords));
      if (!r.take('JOIN')) {
        if (r.position > from) r.fail('JOIN')
        return
      }
    }
    source(r)
  }
}

/** One item of a FROM clause with its ON or USING. */
function source(r: Reader): void {
  if (r.at('(')) {
    r.brackets(() => {
      if (isQuery(r)) query(r)
      else joins(r)
    })
    alias(r)
  } else tableSource(r)
  if (r.take('ON')) r.predicate(() => expression(r))
  else if (r.take('USING')) r.brackets(() => r.list(() => nameHere(r, 'a column')))
}

function tableSource(r: Reader): void {
  const from = r.position
  const parts = [nameHere(r, 'a table')]
  if (r.take('.')) parts.push(nameHere(r, 'a table'))
  const name = asciiLower(parts[parts.length - 1]!)
  if (r.at('(')) {
    const args = r.brackets(() => (r.at(')') ? 0 : r.list(() => expression(r))))
    tableFunction(r, name, args, { from, to: r.position })
    alias(r)
    return
  }
  const span = { from, to: r.position }
  const aliased = alias(r)
  const hints = indexHint(r)
  if (name.startsWith('pragma_')) tableFunction(r, name, 0, span)
  else r.table(parts, 'from', span, { hints, ...(aliased === undefined ? {} : { alias: aliased }) })
}

/** Table functions that tell about the one table their first argument names. */
const aboutTable = new Set(['pragma_table_info', 'pragma_table_xinfo', 'pragma_index_list', 'pragma_foreign_key_list'])

/** A pragma as a table tells about the database itself, unless it names the table that it tells about. */
function tableFunction(r: Reader, name: string, args: number, span: Span): void {
  r.function(name, args)
  if (!name.startsWith('pragma_')) return
  const literal = r.tokens[span.from + 2 * (r.tokens[span.from + 1]!.word === '.' ? 2 : 1)]
  const single = args === 1 && r.tokens[span.to - 2] === literal && literal?.kind === 'string'
  if (single && aboutTable.has(name)) r.table([literal.value], 'named', span)
  else r.problem('function_refused', `${name} tells about the database itself.`, 'Call search_schema or describe_table instead.')
}

function indexHint(r: Reader): readonly Span[] {
  const from = r.position
  if (r.takeAll('INDEXED', 'BY')) nameHere(r, 'an index')
  else if (!r.takeAll('NOT', 'INDEXED')) return []
  return [{ from, to: r.position }]
}
