import type { Used } from '../answer.ts'
import type { Phrase } from '../phrase/phrase.ts'
import { followUp } from './follow.ts'
import { joinTree } from './joins.ts'
import type { Candidate, Reading, Scene } from './nl2sql.ts'
import { printQuery } from './print.ts'

/** What a turn that hangs on the one before comes to; undefined where it is a question of its own. */
export function carriedOver(phrase: Phrase, scene: Scene): Pick<Reading, 'understood' | 'candidates' | 'sure'> | undefined {
  const followed = followUp(phrase, scene)
  if (!followed) return undefined
  const { query, understood, sure } = followed
  const sql = printQuery(query, scene.index, scene.dialect, scene.cut)
  if (sql === undefined) return undefined
  const tree = joinTree(scene.index, query.tables, scene.cut, query.joins)
  const passed = (tree?.steps ?? []).map(({ table }) => table).filter((table) => !query.tables.includes(table))
  const before = new Set(scene.before?.tables)
  const used = [...query.tables, ...passed].map((table): Used => {
    const why = passed.includes(table)
      ? 'it joins the others'
      : before.has(table)
        ? 'the question before was about it'
        : 'the question says so'
    return { table: scene.index.tables[table]!.name, why }
  })
  const candidate: Candidate = { query, sql, says: understood, score: 1, used, signs: new Float32Array() }
  return { understood, candidates: [candidate], sure }
}
