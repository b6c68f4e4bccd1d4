import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { planOf } from '../guide.ts'
import { checkJoins } from '../knowledge.ts'
import type { Asking } from './mode.ts'

/** What a statement would cost the source in its own units, where it tells, and what its joins do to figures and rows. */
export type PlanChecked = Readonly<{ cost?: number; tooCostly: boolean; warnings: readonly string[] }>

const EXPLAIN_MS = 3_000

/** Looks at a statement before it is run for good. That nothing can be said is no reason to refuse it. */
export async function checkPlan(sql: string, asking: Asking): Promise<PlanChecked> {
  const [cost, warnings] = [await costOf(sql, asking), await joinWarnings(sql, asking)]
  const { costMax } = asking.parts.ask
  return { ...(cost === undefined ? {} : { cost }), tooCostly: costMax > 0 && cost !== undefined && cost > costMax, warnings }
}

/** Why a statement is not run; its message is for who asked. */
export const costly = (cost: number, { parts }: Asking): SluiceError =>
  new SluiceError(
    'question_costly',
    `This would cost the source about ${Math.round(cost)}, and at most ${parts.ask.costMax} is allowed. Ask for less: name a period, a group or a value.`,
  )

/** Undefined for sources whose plans name no cost, and for who may not see plans. */
export async function costOf(sql: string, { call, look, parts, newId }: Asking): Promise<number | undefined> {
  const { dialect } = look.source
  if (!(dialect in costIn) || !look.grant.actions.has('explain')) return undefined
  const asked: Call = { ...call, text: sql, timeoutMs: EXPLAIN_MS }
  const { lines } = await planOf(asked, newId(), parts)
  return costIn[dialect as keyof typeof costIn](lines)
}

const costIn = {
  /** `Seq Scan on t  (cost=0.00..35.50 rows=2550 width=4)`: the outermost node holds the whole. */
  postgres: (lines: readonly string[]) => numberIn(/cost=[\d.]+\.\.([\d.]+)/.exec(lines[0] ?? '')),
  /** A row a table, with the rows that are looked at in each for one of the table before. */
  mysql: (lines: readonly string[]) => {
    const rows = lines.flatMap((line) => {
      const figures = line
        .split(' | ')
        .filter((cell) => /^\d+$/.test(cell))
        .map(Number)
      return figures.length > 1 ? [Math.max(1, figures.at(-1)!)] : []
    })
    return rows.length === 0 ? undefined : rows.reduce((all, one) => all * one, 1)
  },
} as const

const numberIn = (found: RegExpExecArray | null): number | undefined => (found ? Number(found[1]) : undefined)

async function joinWarnings(sql: string, { call, parts, newId }: Asking): Promise<readonly string[]> {
  if (!/\bjoin\b/i.test(sql)) return []
  try {
    const { warnings } = await checkJoins({ ...call, id: newId(), text: 'check the joins of an answer' }, sql, parts)
    return warnings.map(({ text }) => text)
  } catch (error) {
    call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return []
  }
}
