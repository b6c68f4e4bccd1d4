import type { Parts } from '../../src/gateway.ts'
import type { Candidate, Condition, Engine, Item, Query, Reading, Scene } from '../../src/nl2sql/nl2sql.ts'

/**
 * An engine that understands a handful of forms, so that the walk is tested and not what real questions mean: `how many THINGS [in VALUE]`, `list THINGS`,
 * `broken THINGS` (the first candidate fails), `best THINGS` (two readings), `THINGS by COLUMN` (grouped), `average COLUMN of THINGS`, `slow THINGS`.
 */
export const standIn: Engine = {
  read: (question, scene) => read(question.toLowerCase().replace(/[?.!]/g, '').trim(), question, scene),
  judge({ candidates, unlinked }, outcomes) {
    if (candidates.length === 0 || unlinked.length > 0) return { status: 'refused', confidence: 0, choices: [] }
    const good = candidates.filter((_, i) => outcomes[i] === undefined || outcomes[i].failed === undefined)
    const digests = new Set(outcomes.map(({ digest }) => digest))
    if (candidates[0]!.says.startsWith('best') && digests.size > 1) return { status: 'ask_back', confidence: 0.5, choices: candidates }
    return good.length === 0
      ? { status: 'refused', confidence: 0, choices: [] }
      : { status: 'answered', best: good[0]!, confidence: 0.9, choices: [] }
  },
}

export function withEngine(parts: Parts, engine: Engine = standIn): Parts {
  const made: Parts = { ...parts, finder: { ...parts.finder, engine: async () => engine }, now: () => made }
  return made
}

const nothing: Reading = {
  language: 'en',
  intent: 'read',
  understood: '',
  unlinked: [],
  doubts: new Float32Array(),

  candidates: [],
}

function read(text: string, question: string, scene: Scene): Reading {
  if (/^(delete|insert|update|drop|add)\b/.test(text)) return { ...nothing, intent: 'write' }
  if (/\?.+\?/s.test(question)) return { ...nothing, intent: 'several' }
  if (/^(hello|thanks)/.test(text)) return { ...nothing, intent: 'talk' }
  if (/^kuinka/.test(text)) return { ...nothing, language: 'unknown' }
  const found = formOf(text, question, scene)
  return found ? { ...nothing, understood: text, candidates: found } : { ...nothing, unlinked: [text.split(' ').at(-1)!] }
}

const plain: Omit<Query, 'tables' | 'select'> = { distinct: false, where: [], whereAny: false, group: [], having: [], order: [] }

function formOf(text: string, question: string, scene: Scene): Candidate[] | undefined {
  const { index, cut } = scene
  const tableOf = (word: string | undefined) => index.tables.findIndex(({ name }, t) => name === word && (!cut || cut.tables[t] === 1))
  const columnOf = (table: number, word: string | undefined) =>
    index.tables[table]!.columns.findIndex(({ name }, c) => name === word && (!cut || cut.columns[index.firstColumn[table]! + c] === 1)) +
    index.firstColumn[table]!
  const made = (query: Query, sql: string, says: string): Candidate => ({
    query,
    sql,
    says,
    score: 0,
    used: query.tables.map((t) => ({ table: index.tables[t]!.name, why: 'it is named in the question' })),
    signs: new Float32Array(),
  })
  const one = (words: string | undefined, build: (table: number, name: string) => Candidate[]) => {
    const table = tableOf(words)
    return table < 0 ? undefined : build(table, index.tables[table]!.name)
  }
  const [, counted, inside] = /^how many (\w+)(?: in (.+))?$/.exec(text) ?? []
  if (counted) {
    return one(counted, (table, name) => {
      const hit = inside === undefined ? undefined : scene.values?.find(question).find(({ column }) => index.tableOf[column] === table)
      if (inside !== undefined && !hit) return []
      const where: Condition[] = hit ? [{ left: { column: hit.column }, operator: '=', right: [{ kind: 'text', text: hit.value }] }] : []
      const column = hit && index.tables[table]!.columns[hit.column - index.firstColumn[table]!]!.name
      const clause = hit ? ` WHERE ${column} = '${hit.value.replaceAll("'", "''")}'` : ''
      return [
        made(
          { ...plain, tables: [table], select: [{ column: -1, aggregate: 'count' }], where },
          `SELECT count(*) FROM ${name}${clause}`,
          `how many ${name}`,
        ),
      ]
    })
  }
  const [, verb, things] = /^(list|broken|best|slow) (\w+)$/.exec(text) ?? []
  if (verb) {
    return one(things, (table, name) => {
      const first = index.firstColumn[table]!
      const item: Item = { column: first + 1 }
      const shown = index.tables[table]!.columns[1]!.name
      const good = made({ ...plain, tables: [table], select: [item] }, `SELECT ${shown} FROM ${name} ORDER BY id`, `${verb} ${name}`)
      if (verb === 'broken') return [made(good.query, `SELECT nope FROM ${name}`, 'broken'), good]
      if (verb === 'slow') return [made(good.query, `SELECT count(*) FROM ${name} a, ${name} b, ${name} c, ${name} d, ${name} e`, 'slow')]
      if (verb === 'best') return [good, made(good.query, `SELECT ${shown} FROM ${name} ORDER BY id DESC LIMIT 1`, `best by id`)]
      return [good]
    })
  }
  const [, grouped, by] = /^(\w+) by (\w+)$/.exec(text) ?? []
  if (grouped) {
    return one(grouped, (table, name) => {
      const column = columnOf(table, by)
      const query: Query = { ...plain, tables: [table], select: [{ column }, { column: -1, aggregate: 'count' }], group: [column] }
      return [made(query, `SELECT ${by}, count(*) AS number FROM ${name} GROUP BY ${by} ORDER BY ${by}`, `${name} by ${by}`)]
    })
  }
  const [, average, of] = /^average (\w+) of (\w+)$/.exec(text) ?? []
  if (average) {
    return one(of, (table, name) => [
      made(
        { ...plain, tables: [table], select: [{ column: columnOf(table, average), aggregate: 'avg' }] },
        `SELECT avg(${average}) FROM ${name}`,
        `average`,
      ),
    ])
  }
  return undefined
}
