import type { Answer, Choice, Used } from '../answer.ts'
import { learnFrom } from '../bank.ts'
import { SluiceError } from '../error.ts'
import { searchable } from '../explore.ts'
import { run } from '../gateway.ts'
import { optimize, verdict } from '../guide.ts'
import { outcomeOf } from '../nl2sql/nl2sql.ts'
import { chartOf } from './chart.ts'
import { type Delivered, deliver, mended } from './deliver.ts'
import { kept } from './kept.ts'
import { maskedColumns } from './masked.ts'
import type { Answered, Asking } from './mode.ts'
import { checkPlan } from './plan-check.ts'
import { blank, refused } from './refuse.ts'
import type { Second } from './standalone-second.ts'
import { plain } from './standalone-text.ts'
import type { Final } from './standalone-tools.ts'
import type { Worded } from './standalone-words.ts'
import type { ToldRows } from './words.ts'

const COMPARE_ROWS = 200
const COMPARE_BYTES = 256 * 1024
const COMPARE_MS = 5_000

/** What comes after the rows: they are put into words, and perhaps held against what another way comes to. */
export type After = Readonly<{
  word(shown: ToldRows): Promise<Worded>
  second?(delivered: Delivered): Promise<Second | undefined>
}>

/**
 * Makes an answer of the statement that a model means to be one: checked, held against the other reading, its plan looked at, run for the
 * asker, put into words. A statement that does not run comes back as the error that the model may mend it by; `failed` is how often it did.
 */
export async function settleFinal(final: Final, asking: Asking, failed: number, after: After): Promise<Answered | SluiceError> {
  const { call, parts, newId } = asking
  await asking.step('check', 'checking the statement', final.sql)
  const judged = await verdict({ ...call, id: newId(), text: final.sql }, newId, parts)
  if (!judged.valid)
    return new SluiceError(
      judged.code ?? 'sql_syntax',
      judged.reason ?? 'It would not run.',
      judged.hint === undefined ? {} : { hint: judged.hint },
    )
  if (judged.params > 0) return new SluiceError('parameter_count', 'The statement has placeholders. Write the values into it.')
  const used = usedOf(judged.tables, final)
  const other = asking.asked.execute === false ? undefined : await otherReading(final, asking)
  if (other) return askBack(final, other, used, asking)
  const plan = await checkPlan(final.sql, asking)
  await asking.step('plan', plan.warnings.length === 0 ? 'Nothing speaks against the plan.' : plan.warnings.join(' '))
  if (plan.tooCostly)
    return refused(
      asking,
      'question_costly',
      `This would cost the source about ${plan.cost}, and at most ${parts.ask.costMax} is allowed. Ask for less: name a period, a group or a value.`,
      {
        sql: final.sql,
        used,
        warnings: plan.warnings,
      },
    )
  const warnings = [...plan.warnings, ...(await adviceFor(final.sql, asking))]
  if (asking.asked.execute === false) return unrun(final, used, warnings, asking)
  const delivered = await delivering(final.sql, asking)
  if (delivered instanceof SluiceError) return delivered
  return await told(final, delivered, used, warnings, asking, failed, after)
}

function usedOf(tables: readonly string[], { why }: Final): Used[] {
  return tables.map((table) => {
    const last = table.slice(table.lastIndexOf('.') + 1).toLowerCase()
    return { table, why: plain(why.get(table.toLowerCase()) ?? why.get(last) ?? '') || 'the statement reads it' }
  })
}

/** The other reading that the model sees, where it runs and comes to other rows. */
async function otherReading({ sql, other }: Final, asking: Asking): Promise<Final['other'] | undefined> {
  if (!other || other.sql === sql) return undefined
  const [one, two] = [await digest(sql, asking), await digest(other.sql, asking)]
  if (one === undefined || two === undefined) return undefined
  await asking.step('compare', one === two ? 'Both readings come to the same rows.' : 'Two readings come to different rows.')
  return one === two ? undefined : other
}

async function digest(sql: string, { call, parts, newId, look }: Asking): Promise<string | undefined> {
  const rows = kept(COMPARE_ROWS, COMPARE_BYTES)
  const timeoutMs = Math.min(COMPARE_MS, look.grant.limits.ms)
  try {
    await run({ ...call, id: newId(), action: 'query', text: sql, rowsMax: COMPARE_ROWS, timeoutMs }, rows, parts)
    return outcomeOf(rows.head.length, rows.cells(), !rows.whole).digest
  } catch (error) {
    call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return undefined
  }
}

function askBack(final: Final, other: NonNullable<Final['other']>, used: readonly Used[], asking: Asking): Answered {
  const choices = [final, other].map(({ sql, says }): Choice => {
    const said = plain(says) || sql
    return { question: `${asking.asked.question} (${said})`, says: said, sql }
  })
  const words = `This can be read in two ways: ${choices.map(({ says }, i) => `${i + 1}) ${says}`).join('; ')}. Which one is meant?`
  return { answer: { ...blank(asking), status: 'ask_back', words, confidence: 0.5, used, choices } }
}

/** What would make the statement faster, where the operator wants that said. */
async function adviceFor(sql: string, { call, parts, newId }: Asking): Promise<readonly string[]> {
  if (!parts.ask.advise) return []
  const { advice } = await optimize({ ...call, id: newId(), text: sql }, newId, parts)
  return advice.map(({ text }) => text)
}

const unrun = ({ sql, says }: Final, used: readonly Used[], warnings: readonly string[], asking: Asking): Answered => ({
  answer: {
    ...blank(asking),
    status: 'answered',
    words: plain(says) || 'This statement would answer it.',
    sql,
    used,
    warnings,
    confidence: SURE,
  },
  version: asking.look.schema.version,
})

/** Runs it for the asker. Once rows have gone out nothing else can be put in their place, and a failure is thrown. */
async function delivering(sql: string, asking: Asking): Promise<Delivered | SluiceError> {
  let begun = false
  const columns: Asking['sink']['columns'] = (head) => {
    begun = true
    return asking.sink.columns(head)
  }
  const watched: Asking = { ...asking, sink: { columns, batch: (batch) => asking.sink.batch(batch) } }
  await asking.step('run', 'running the statement', sql)
  try {
    return await deliver(sql, undefined, watched)
  } catch (error) {
    asking.call.signal.throwIfAborted()
    if (begun || !(error instanceof SluiceError)) throw error
    const better = await mended(sql, error, asking)
    if (better === undefined) return error
    await asking.step('repair', 'The statement failed and was mended.', better)
    return await deliver(better, undefined, watched)
  }
}

/** A model's own certainty says little; what came, and what had to be mended, says some. Not calibrated. */
const SURE = 0.85
/** Two ways that have nothing in common came to the same rows. */
const AGREED = 0.95
const confidenceOf = (cells: readonly (readonly unknown[])[], failed: number): number =>
  Math.max(0.3, SURE - (cells.every((row) => row.every((cell) => cell === null)) ? 0.25 : 0) - 0.1 * failed)

async function told(
  { says }: Final,
  { sql, receipt, kept: rows }: Delivered,
  used: readonly Used[],
  warnings: readonly string[],
  asking: Asking,
  failed: number,
  after: After,
): Promise<Answered> {
  const { call, parts, newId } = asking
  const cells = rows.cells()
  const { index } = await searchable(asking.look, asking.parts)
  const masked = maskedColumns(rows.head, receipt.masked, undefined, index)
  const shown = { columns: rows.head, cells, rows: receipt.rows, truncated: receipt.truncated, masked }
  const { words, odd } = await after.word(shown)
  const second = await after.second?.({ sql, receipt, kept: rows })
  const hidden = masked.size === 0 ? [] : [`${[...masked].map((i) => rows.head[i]!.name).join(', ')}: masked for you.`]
  const filtered = receipt.policies
    .filter((policy) => policy.startsWith('row rule'))
    .map((policy) => `Only rows that you may see: ${policy}.`)
  const cut = receipt.truncated ? [`There are more rows than the ${receipt.rows} shown.`] : []
  const answer: Answer = {
    ...blank(asking),
    status: 'answered',
    ...(plain(says) === '' || plain(says) === asking.asked.question ? {} : { understood: plain(says) }),
    words,
    sql,
    confidence: second ? Math.max(AGREED, confidenceOf(cells, failed)) : confidenceOf(cells, failed),
    follow_ups: second?.followUps ?? [],
    used,
    columns: rows.head,
    rows: receipt.rows,
    truncated: receipt.truncated,
    warnings: [...warnings, ...hidden, ...filtered, ...cut, ...odd],
    chart: chartOf(rows.head, cells, receipt.rows),
    receipt,
  }
  await asking.step('answer', words)
  if (second && parts.bank.learn !== 'off')
    void learnFrom(
      { ...call, id: newId(), text: sql },
      { question: answer.question, failed: undefined, remember: false },
      parts.bank.learn,
      parts,
    )
  return { ...(second ? { query: second.query } : {}), answer, version: asking.look.schema.version }
}
