import type { Used } from '../answer.ts'
import type { Model } from '../search/search.ts'
import { candidateSigns, signScene } from './candidate-signs.ts'
import { type Draft, draftsOf } from './drafts.ts'
import { tollOf } from './ground.ts'
import { joinTree } from './joins.ts'
import { type Linked, link } from './link.ts'
import type { AskModel } from './model.ts'
import type { Candidate, Scene } from './nl2sql.ts'
import { printQuery } from './print.ts'
import { sayQuery } from './say.ts'
import { type Slots, slotsOf } from './slots.ts'

export { CANDIDATE_SIGNS, candidateSignNames } from './candidate-signs.ts'

const CANDIDATES_MAX = 60
const DRAFTS_MAX = 160

/** What a question may mean, best first, each statement once. */
export function candidatesOf(question: string, scene: Scene, model: AskModel, search: Omit<Model, 'sources'>): readonly Candidate[] {
  return candidatesFor(link(question, scene, search), scene, model)
}

/** The same of a question that is linked already. */
export function candidatesFor(linked: Linked, scene: Scene, model: AskModel): readonly Candidate[] {
  if (linked.tokens.length === 0 || linked.scope.tables.length === 0) return []
  const slots = slotsOf(linked, model)
  const drafts: { draft: Draft; rank: number }[] = []
  slots.shapes.forEach((chance, rank) => {
    for (const draft of draftsOf(slots, chance)) drafts.push({ draft, rank })
  })
  drafts.sort((a, b) => b.draft.score - a.draft.score)
  return finished(slots, drafts.slice(0, DRAFTS_MAX), scene)
}

function finished(slots: Slots, drafts: readonly Readonly<{ draft: Draft; rank: number }>[], scene: Scene): readonly Candidate[] {
  const { linked } = slots
  const about = signScene(slots)
  const index = linked.scope.index
  const toll = tollOf(linked)
  const seen = new Set<string>()
  const made: Candidate[] = []
  for (const { draft, rank } of drafts) {
    if (made.length >= CANDIDATES_MAX) break
    const sql = printQuery(draft.query, index, scene.dialect, scene.cut, toll)
    if (sql === undefined || seen.has(sql)) continue
    seen.add(sql)
    const tree = joinTree(index, draft.query.tables, scene.cut, draft.query.joins, toll)!
    const passed = tree.steps.map(({ table }) => table).filter((table) => !draft.query.tables.includes(table))
    const used = [...draft.query.tables, ...passed].map((table) => usedOf(linked, table, passed))
    made.push({
      query: draft.query,
      sql,
      says: sayQuery(draft.query, index),
      score: draft.score,
      used,
      signs: candidateSigns(about, draft, rank, passed),
    })
  }
  return made
}

/** Why a table is read, in the words of the question that name it. */
function usedOf({ scope, tokens, tableClaims, claims, topTable, top }: Linked, table: number, passed: readonly number[]): Used {
  const { name } = scope.index.tables[table]!
  if (passed.includes(table)) return { table: name, why: 'it joins the others' }
  const t = scope.tables.indexOf(table)
  const n = tokens.length
  const words = new Set<string>()
  for (let i = 0; i < n; i++) {
    const own = tableClaims[t * n + i] ?? 0
    if (own >= 0.6 && own >= topTable[i]! - 1e-6) words.add(tokens[i]!.raw)
    for (let c = scope.first[t] ?? 0; c < (scope.first[t + 1] ?? 0); c++) {
      if (claims[c * n + i]! >= 0.6 && claims[c * n + i]! >= top[i]! - 1e-6) words.add(tokens[i]!.raw)
    }
  }
  return { table: name, why: words.size === 0 ? 'it holds what is asked for' : `the question says ${[...words].slice(0, 4).join(', ')}` }
}
