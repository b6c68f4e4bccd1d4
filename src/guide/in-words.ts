import type { Call } from '../call.ts'
import { type Look, looking } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { type Clauses, clausesOf, isName, textOf } from './clauses.ts'
import { planOf, type Verdict, verdictWithin } from './verdict.ts'

/** What a statement does, in sentences; `plan` is how the source would do it. */
export type Explanation = Readonly<{
  source: string
  would_run: boolean
  sentences: readonly string[]
  tables: readonly string[]
  masked: readonly string[]
  plan: readonly string[]
  plan_missing?: string
}>

/** Explains the text of a call from its words, what policy makes of it, and the source's plan. Nothing is run. */
export const explainInWords = (call: Call, newId: () => string, parts: Parts): Promise<Explanation> =>
  looking(
    call,
    [],
    () => 1,
    parts,
    async (look) => {
      const judged = await verdictWithin(look, call, newId, parts)
      const base = { source: look.source.name, would_run: judged.valid, tables: judged.tables, masked: judged.masked }
      if (!judged.valid && judged.kind === undefined) {
        return { ...base, sentences: [`It would not run: ${judged.reason}`, judged.hint ?? ''].filter((one) => one !== ''), plan: [] }
      }
      const sentences = [...(await told(call.text, look, parts)), ...policyTold(judged)]
      if (!judged.valid) return { ...base, sentences: [...sentences, `It would not run: ${judged.reason}`], plan: [] }
      const plan = judged.kind === 'read' ? await planOf(call, newId(), parts) : { lines: [] }
      return { ...base, sentences, plan: plan.lines, ...('error' in plan && plan.error ? { plan_missing: plan.error.message } : {}) }
    },
  )

async function told(text: string, { source, grant }: Look, parts: Parts): Promise<string[]> {
  const dialect = await parts.dialects(source.dialect)
  const { facts } = await dialect.parse(text)
  if (facts.kind !== 'read') return [`It is a statement of the kind ${facts.kind} (${facts.statement}).`]
  const tokens = dialect.tokens(text)
  const tables = [...new Set(facts.tables.map(({ name }) => name))]
  const functions = [...new Set(facts.functions.map(({ name }) => name.toLowerCase()))]
  const inner = tokens.filter(({ word }) => word === 'SELECT').length - 1 - clausesOf(tokens).sets.length
  return [
    tables.length === 0 ? 'It reads no table.' : `It reads ${listed(tables)}.`,
    ...clauseSentences(clausesOf(tokens)),
    ...(inner > 0 ? [`It holds ${inner} subquer${inner === 1 ? 'y' : 'ies'}.`] : []),
    ...(functions.length > 0 ? [`It uses ${listed(functions)}.`] : []),
    `At most ${grant.limits.rowsDefault} rows come back unless the call asks for another number.`,
  ]
}

function clauseSentences({ with: named, select, from, where, group, having, order, limit, offset, sets }: Clauses): string[] {
  const joins = from.filter(({ word }) => word === 'JOIN').map((join) => joinKind(from, from.indexOf(join)))
  return [
    ...(named ? ['It first builds named subqueries (WITH).'] : []),
    ...(joins.length > 0 ? [`It joins ${joins.length + 1} tables: ${listed(joins)}.`] : []),
    ...(select[0]?.word === 'DISTINCT' ? ['Rows that are alike come once (DISTINCT).'] : []),
    ...(where.length > 0 ? [`It keeps the rows where ${textOf(where)}.`] : []),
    ...(group.length > 0 ? [`It makes one row for each ${textOf(group)}.`] : []),
    ...(having.length > 0 ? [`Of these it keeps those where ${textOf(having)}.`] : []),
    ...(sets.length > 0 ? [`It puts together ${sets.length + 1} results: ${listed(sets)}.`] : []),
    ...(order.length > 0 ? [`The result is in the order of ${textOf(order)}.`] : ['The result is in no particular order.']),
    ...(offset.length > 0 ? [`It leaves out the first ${textOf(offset)} rows.`] : []),
    ...(limit.length > 0 ? [`It asks for at most ${textOf(limit)} rows.`] : []),
  ]
}

/** E.g. `LEFT JOIN orders`. */
function joinKind(from: Clauses['from'], at: number): string {
  const kinds: string[] = []
  for (let i = at - 1; i >= 0 && /^(LEFT|RIGHT|FULL|INNER|OUTER|CROSS|NATURAL|SEMI|ANTI|ASOF)$/.test(from[i]!.word); i--)
    kinds.unshift(from[i]!.word)
  const name = from[at + 1]
  return [...kinds, 'JOIN', isName(name) ? name.value : 'a subquery'].join(' ')
}

const policyTold = ({ policies, masked }: Verdict): string[] => [
  ...(policies.length > 0 ? [`For you policy adds: ${policies.join('; ')}.`] : []),
  ...(masked.length > 0 ? [`You see these values only masked: ${listed(masked)}.`] : []),
]

const listed = (names: readonly string[]): string =>
  names.length <= 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
