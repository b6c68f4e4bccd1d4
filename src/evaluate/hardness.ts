export const hardnesses = ['easy', 'medium', 'hard', 'extra'] as const
/** How hard a question is by the form of its SQL, as the rules of Spider tell (Yu et al. 2018). */
export type Hardness = (typeof hardnesses)[number]

type Level = { words: string[]; nested: number }

/** Counts clauses of the outermost statement, what is nested in it, and what there is several of. Pure text: it need not be valid. */
export function hardnessOf(sql: string): Hardness {
  const { words, nested } = outermost(sql)
  const combined = words.findIndex((word) => word === 'union' || word === 'intersect' || word === 'except')
  const own = combined < 0 ? words : words.slice(0, combined)
  const clauses = clausesOf(own)
  const conditions = [clauses.on, clauses.where, clauses.having].flat()
  const has = (name: keyof typeof clauses) => (clauses[name].length > 0 ? 1 : 0)
  const joins = Math.max(0, own.filter((word) => word === 'join').length + commas(clauses.from))
  const plain =
    has('where') +
    has('group') +
    has('order') +
    (own.includes('limit') ? 1 : 0) +
    joins +
    count(conditions, (word) => word === 'or') +
    count(conditions, (word) => word === 'like')
  const inner = nested + (combined < 0 ? 0 : 1)
  const aggregates = count([...clauses.select, ...clauses.where, ...clauses.group, ...clauses.order, ...clauses.having], (word) =>
    aggregate.has(word),
  )
  const connectives = clauses.where.filter((word, i, all) => word === 'or' || (word === 'and' && !betweenAt(all, i))).length
  const several =
    (aggregates > 1 ? 1 : 0) + (commas(clauses.select) > 0 ? 1 : 0) + (connectives > 0 ? 1 : 0) + (commas(clauses.group) > 0 ? 1 : 0)
  return graded(plain, inner, several)
}

function graded(plain: number, inner: number, several: number): Hardness {
  if (plain <= 1 && several === 0 && inner === 0) return 'easy'
  if (inner === 0 && ((several <= 2 && plain <= 1) || (plain <= 2 && several < 2))) return 'medium'
  const hard =
    (several > 2 && plain <= 2 && inner === 0) ||
    (plain > 2 && plain <= 3 && several <= 2 && inner === 0) ||
    (plain <= 1 && several === 0 && inner <= 1)
  return hard ? 'hard' : 'extra'
}

const aggregate = new Set(['count', 'sum', 'avg', 'min', 'max'])
const count = (words: readonly string[], of: (word: string) => boolean): number => words.filter(of).length
const commas = (words: readonly string[]): number => count(words, (word) => word === ',')

/** An AND that belongs to a BETWEEN joins no conditions. */
function betweenAt(words: readonly string[], and: number): boolean {
  const before = words.slice(0, and)
  const between = before.lastIndexOf('between')
  return between >= 0 && !before.slice(between).includes('and')
}

/** The words outside of what is nested, and how many statements are nested in it. Texts are one word each. */
function outermost(sql: string): Level {
  const words: string[] = []
  let nested = 0
  let depth = 0
  const opened: boolean[] = []
  const all = sql.toLowerCase().match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[\w.]+|[(),*]|[<>=!]+/g) ?? []
  all.forEach((word, i) => {
    if (word === '(') {
      const inner = all[i + 1] === 'select'
      opened.push(inner)
      if (inner) {
        if (depth === 0) nested++
        depth++
      }
    } else if (word === ')') {
      if (opened.pop()) depth--
    } else if (depth === 0 && (word !== ',' || opened.length === 0)) words.push(word)
  })
  return { words, nested }
}

function clausesOf(words: readonly string[]) {
  const clauses = { select: [], from: [], on: [], where: [], group: [], having: [], order: [], limit: [] } as Record<
    'select' | 'from' | 'on' | 'where' | 'group' | 'having' | 'order' | 'limit',
    string[]
  >
  let now: keyof typeof clauses = 'select'
  for (const word of words) {
    if (word === 'join') now = 'from'
    else if (Object.hasOwn(clauses, word)) now = word as keyof typeof clauses
    else clauses[now].push(word)
  }
  return clauses
}
