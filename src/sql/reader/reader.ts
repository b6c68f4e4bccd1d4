import { SluiceError } from '../../error.ts'
import type { Facts, Kind, NameRef, Problem } from '../../facts.ts'
import { limits } from '../../limits.ts'
import { type NameRules, Scope } from './scope.ts'
import type { Token } from './token.ts'
import type { Edit, LimitMark, QualifierMark, Span, TableMark, Tree } from './tree.ts'

/** A table as it was met, before it is known whether its name is that of a WITH query. */
type Met = Omit<TableMark, 'ref'> & Readonly<{ parts: readonly string[]; alias: string | undefined; scope: Scope; at: number }>

const withQueriesMax = 500

/** Walks over the tokens of one statement and notes what the grammar meets. Each token is taken once, so reading is linear. */
export class Reader {
  readonly tokens: readonly Token[]
  scope = new Scope({ canon: (name) => name, fold: (name) => name })
  limit: LimitMark
  sealed: Problem | undefined
  /** What the tables that are met now stand in, where they cannot be replaced. */
  inside: string | undefined
  params = 0
  /** Numbers of the named parameters. */
  readonly parameters = new Map<string, number>()
  readonly edits: Edit[] = []
  leaky = false
  /** Columns met so far: what holds none is computed once and cannot tell about rows. */
  columns = 0
  readonly functions: NameRef[] = []
  readonly problems: Problem[] = []
  readonly qualifiers: QualifierMark[] = []
  readonly unnamed: Span[] = []
  private readonly met: Met[] = []
  private readonly names: NameRules
  private index = 0
  private withQueries = 0
  private depth = 0
  private predicates = 0

  constructor(tokens: readonly Token[], names: NameRules) {
    this.tokens = tokens
    this.names = names
  }

  /** A scope for the names of a WITH clause, inside the present one. */
  opened(parent: Scope = this.scope): Scope {
    return new Scope(this.names, parent)
  }

  get position(): number {
    return this.index
  }

  peek(ahead = 0): Token {
    return this.tokens[this.index + ahead] ?? this.tokens[this.tokens.length - 1]!
  }

  /** True when the next token is one of these keywords or symbols. */
  at(...words: readonly string[]): boolean {
    const { word } = this.peek()
    return word !== '' && words.includes(word)
  }

  /** True when the next token can be no operator; most expressions end so, and this is the quickest way to see it. */
  ends(): boolean {
    const { word } = this.peek()
    return word === '' || word === ',' || word === ')' || word === 'FROM' || word === 'AS'
  }

  /** True when the next tokens are exactly these keywords or symbols. */
  atAll(...words: readonly string[]): boolean {
    return words.every((word, i) => this.peek(i).word === word)
  }

  next(): Token {
    const token = this.peek()
    if (token.kind === 'end') this.fail('more of the statement')
    this.index++
    return token
  }

  /** Takes the next token if it is one of these. */
  take(...words: readonly string[]): boolean {
    if (!this.at(...words)) return false
    this.index++
    return true
  }

  takeAll(...words: readonly string[]): boolean {
    if (!this.atAll(...words)) return false
    this.index += words.length
    return true
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.take(word)) this.fail(word)
  }

  fail(expected: string): never {
    const token = this.peek()
    const near = token.kind === 'end' ? 'at its end' : `at position ${token.at + 1}, near ${excerpt(token)}`
    throw new SluiceError('sql_syntax', `The statement cannot be read ${near}: expected ${expected}.`, { position: token.at })
  }

  /** Refuses something that was understood. */
  refuse(what: string, hint?: string): never {
    throw new SluiceError('feature_refused', what, { position: this.peek().at, ...(hint === undefined ? {} : { hint }) })
  }

  /** Refuses a statement that does more than read. */
  refuseStatement(words: string): never {
    throw new SluiceError('statement_refused', `${words} does not only read.`, { position: this.peek().at })
  }

  /** Counts a WITH query; names are looked up through all of them, so their number is bounded. */
  withQuery(): void {
    if (++this.withQueries > withQueriesMax) this.refuse(`The statement holds more than ${withQueriesMax} WITH queries.`)
  }

  /** Runs a production that may hold itself: brackets, CASE, INTERVAL. */
  nest<T>(read: () => T): T {
    if (++this.depth > limits.sqlDepthMax) {
      throw new SluiceError('sql_too_deep', 'The statement is nested too deeply.', { position: this.peek().at })
    }
    const result = read()
    this.depth--
    return result
  }

  /** Runs a production whose rows are chosen by what it reads: WHERE, ON, HAVING. */
  predicate(read: () => void): void {
    this.predicates++
    read()
    this.predicates--
  }

  /** Notes something that can fail or be observed, if a column was met since `columns` were counted. */
  risk(columns = -1): void {
    if (this.predicates > 0 && this.columns > columns) this.leaky = true
  }

  /** `one {, one}` */
  list(read: () => void): number {
    let count = 0
    do {
      read()
      count++
    } while (this.take(','))
    return count
  }

  /** `( inside )` */
  brackets<T>(read: () => T): T {
    this.expect('(')
    const result = this.nest(read)
    this.expect(')')
    return result
  }

  function(name: string, args: number, schema?: string): void {
    this.functions.push(schema === undefined ? { name, args } : { schema, name, args })
  }

  problem(code: Problem['code'], what: string, hint?: string): void {
    this.problems.push(hint === undefined ? { code, what } : { code, what, hint })
  }

  table(parts: readonly string[], place: TableMark['place'], span: Span, rest: Partial<Pick<Met, 'alias' | 'hints' | 'bound'>> = {}): void {
    const at = this.tokens[span.from]!.at
    this.met.push({
      parts,
      place,
      span,
      alias: rest.alias,
      hints: rest.hints ?? [],
      bound: rest.bound,
      inside: this.inside,
      scope: this.scope,
      at,
    })
  }

  /** Ends the reading: names of WITH queries are told from tables, and facts and tree are made. */
  finish(kind: Kind, statement: string): { tree: Tree; facts: Facts } {
    const marks: TableMark[] = []
    for (const { parts, alias, scope, at, ...mark } of this.met) {
      const name = parts[parts.length - 1]!
      const meaning = parts.length > 1 || mark.place === 'named' ? 'table' : scope.meaning(name)
      if (meaning === 'unclear') {
        const hint = 'Give the WITH query a name that no table has, written the same everywhere, and put it before its use.'
        throw new SluiceError('feature_refused', `It is not clear whether "${name}" is a table or a WITH query.`, { hint, position: at })
      }
      if (meaning === 'query') {
        if (mark.bound)
          throw new SluiceError('feature_refused', `${mark.bound} cannot be used on the WITH query "${name}".`, { position: at })
        continue
      }
      const schema = parts.length > 1 ? { schema: parts[parts.length - 2]! } : {}
      marks.push({ ...mark, ref: { id: marks.length, ...schema, name, ...(alias === undefined ? {} : { alias }) } })
    }
    const facts: Facts = {
      kind,
      statement,
      tables: marks.map((mark) => mark.ref),
      functions: this.functions,
      operators: [],
      types: [],
      params: this.params,
      problems: this.problems,
      leaky: this.leaky,
    }
    const { tokens, qualifiers, unnamed, limit, sealed } = this
    return { facts, tree: { tokens, marks, qualifiers, unnamed, limit, sealed, refused: this.problems[0], edits: this.edits } }
  }
}

/** A statement of which only the first words were read, enough to name what it is in the refusal. */
export function refusedStatement(tokens: readonly Token[], kind: Kind, statement: string, hint?: string): { tree: Tree; facts: Facts } {
  const what = `${statement} does not only read.`
  const problem: Problem = { code: 'statement_refused', what, ...(hint === undefined ? {} : { hint }) }
  return {
    tree: { tokens, marks: [], qualifiers: [], unnamed: [], limit: undefined, sealed: undefined, refused: problem, edits: [] },
    facts: { kind, statement, tables: [], functions: [], operators: [], types: [], params: 0, problems: [problem], leaky: false },
  }
}

/** Names and keywords only: a literal of the caller never goes into a message. */
const excerpt = (token: Token): string => {
  if (token.kind === 'string' || token.kind === 'blob' || token.kind === 'number') return `a ${token.kind}`
  return `"${token.text.slice(0, 40)}"`
}

/** The tokens without the separators around them; throws `statement_many` when a separator has a statement on both sides. */
export function oneStatement(tokens: readonly Token[]): readonly Token[] {
  const end = tokens[tokens.length - 1]!
  let from = 0
  let to = tokens.length - 1
  while (tokens[from]?.word === ';') from++
  while (to > from && tokens[to - 1]!.word === ';') to--
  const inner = tokens.slice(from, to)
  if (inner.length === 0) throw new SluiceError('sql_empty', 'The text holds no statement.')
  const separator = inner.find((token) => token.word === ';')
  if (separator) throw new SluiceError('statement_many', 'The text holds more than one statement.', { position: separator.at })
  return [...inner, end]
}
