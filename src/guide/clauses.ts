import type { Token } from '../sql/sql.ts'

/** The parts of the outermost SELECT as the caller wrote them, and what stands within them. */
export type Clauses = Readonly<{
  with: boolean
  select: readonly Token[]
  from: readonly Token[]
  where: readonly Token[]
  group: readonly Token[]
  having: readonly Token[]
  order: readonly Token[]
  limit: readonly Token[]
  offset: readonly Token[]
  /** `UNION`, `UNION ALL`, … in order, at the outermost level. */
  sets: readonly string[]
}>

const starts: Readonly<Record<string, keyof Clauses>> = {
  SELECT: 'select',
  FROM: 'from',
  WHERE: 'where',
  GROUP: 'group',
  HAVING: 'having',
  ORDER: 'order',
  LIMIT: 'limit',
  FETCH: 'limit',
  OFFSET: 'offset',
}

/** Divides a statement at its outermost keywords; of a UNION the clauses of all its parts come together. Pure. */
export function clausesOf(tokens: readonly Token[]): Clauses {
  const found: Record<string, Token[]> = { select: [], from: [], where: [], group: [], having: [], order: [], limit: [], offset: [] }
  const sets: string[] = []
  let now: string | undefined
  let depth = 0
  tokens.forEach((token, i) => {
    if (token.kind === 'end') return
    if (token.word === ')') depth -= 1
    if (depth === 0) {
      const next = starts[token.word]
      const by = token.word === 'BY' && (tokens[i - 1]?.word === 'GROUP' || tokens[i - 1]?.word === 'ORDER')
      if (/^(UNION|INTERSECT|EXCEPT)$/.test(token.word)) {
        sets.push(tokens[i + 1]?.word === 'ALL' ? `${token.word} ALL` : token.word)
        now = undefined
      } else if (next !== undefined && tokens[i - 1]?.word !== '.') now = next
      else if (now !== undefined && !by) found[now]!.push(token)
    } else if (now !== undefined) found[now]!.push(token)
    if (token.word === '(') depth += 1
  })
  return { with: tokens[0]?.word === 'WITH', sets, ...(found as unknown as Omit<Clauses, 'with' | 'sets'>) }
}

/** Tokens as the caller wrote them, on one line. */
export const textOf = (tokens: readonly Token[]): string =>
  tokens.map(({ gap, text }, i) => (i === 0 ? text : `${gap === '' ? '' : ' '}${text}`)).join('')

/** True for a word or a quoted name. */
export const isName = (token: Token | undefined): token is Token => token?.kind === 'word' || token?.kind === 'name'
