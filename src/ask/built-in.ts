import type { Answer, Used } from '../answer.ts'
import { learnFrom } from '../bank.ts'
import { SluiceError } from '../error.ts'
import { verdict } from '../guide.ts'
import type { Candidate, Judged, Query, Reading } from '../nl2sql/nl2sql.ts'
import type { SearchIndex } from '../search/search.ts'
import { type Banked, verifiedFor } from './banked.ts'
import { chartOf } from './chart.ts'
import { type Delivered, deliver, mended } from './deliver.ts'
import { maskedColumns } from './masked.ts'
import type { Answered, Asking, Mode } from './mode.ts'
import { plainAsk } from './plain-asks.ts'
import { checkPlan, costly, type PlanChecked } from './plan-check.ts'
import { readOnce } from './readings.ts'
import { askBack, blank, notAsked, refused, unlinked, unsure } from './refuse.ts'
import { type Seen, sceneOf } from './scene.ts'
import { thingsSeen } from './suggest.ts'
import { followUps } from './suggest-follow.ts'
import { type Tried, tryAll } from './tries.ts'
import { answerWords } from './words.ts'

/** A statement that may be the answer, and what is known of it. */
type Chosen = Readonly<{ sql: string; says: string; used: readonly Used[]; confidence: number; query?: Query; tried?: Tried }>

/** Statements that are tried for good when the chosen one fails. */
const REPAIRS_MAX = 3
/** What is less sure is not learnt. */
const LEARN_MIN = 0.8

/** The gateway's own engine: no key, no network, the same answer for the same question. */
export const builtIn: Mode = async (asking) => {
  await asking.step('context', `Looking at what ${asking.look.source.name} holds.`)
  const seen = await sceneOf(asking)
  const { chosen: meant } = asking.asked
  if (meant) return await settle([{ ...meant, used: await usedIn(meant.sql, asking), confidence: 1 }], seen, asking)
  const engine = await asking.parts.finder.engine()
  const reading = readOnce(engine, asking.asked.question, seen.scene)
  await asking.step('intent', saidOf(reading))
  const other = notAsked(reading, asking)
  if (other) return other
  const known = reading.sure === undefined ? await knownAlready(reading, seen, asking) : undefined
  if (known) return known
  if (reading.candidates.length === 0) return unlinked(reading, asking)
  const { candidates } = reading
  await asking.step('context', `Tables that fit: ${tablesOf(candidates).join(', ')}.`)
  await asking.step('candidates', `${counted(candidates.length, 'reading')} of the question.`, candidates[0]!.sql)
  const tries = asking.asked.execute === false ? [] : await tryAll(candidates, asking)
  const judged = engine.judge(
    reading,
    tries.map(({ outcome }) => outcome),
  )
  await asking.step('compare', comparedOf(tries, judged))
  // A word that nothing answers to is no choice between readings.
  const always = asking.asked.always === true && judged.best !== undefined
  if (!always && judged.status === 'ask_back' && judged.choices.length > 1 && reading.unlinked.length === 0)
    return guessed(askBack(judged.choices, judged.confidence, asking), judged.choices)
  if ((!always && judged.status !== 'answered') || !judged.best) return whyRefused(reading, judged, tries, asking)
  const chosen = chosenOf(judged.best, judged.confidence, tries)
  const others = tries
    .filter(({ candidate, error }) => candidate !== judged.best && !error)
    .map((one) => chosenOf(one.candidate, judged.confidence / 2, tries))
  return await settle([chosen, ...others].slice(0, REPAIRS_MAX), seen, asking, reading.understood)
}

/** The words that could not be placed; where all could, what failed says why, or what it may have meant is put to the asker. */
function whyRefused(reading: Reading, { confidence }: Judged, tries: readonly Tried[], asking: Asking): Answered {
  const failed = tries.find(({ error }) => error)?.error
  if (reading.unlinked.length > 0) return withConfidence(unlinked(reading, asking), confidence)
  if (failed && tries.every(({ error }) => error)) {
    if (failed.code !== 'question_costly') throw failed
    return refused(asking, 'question_costly', failed.message, { sql: tries[0]!.candidate.sql })
  }
  const apart = new Map(tries.filter(({ error, outcome }) => !error && outcome.rows > 0).map((one) => [one.outcome.digest, one.candidate]))
  const guesses = [...apart.values()].slice(0, GUESSES_TOLD)
  return guessed(withConfidence(unsure(guesses, asking), confidence), guesses)
}
const GUESSES_TOLD = 3

/** Who goes on without choosing means the likeliest reading. */
const guessed = (answered: Answered, [first]: readonly Candidate[]): Answered => (first ? { ...answered, query: first.query } : answered)

const withConfidence = ({ answer }: Answered, confidence: number): Answered => ({ answer: { ...answer, confidence } })

const chosenOf = (candidate: Candidate, confidence: number, tries: readonly Tried[]): Chosen => {
  const tried = tries.find((one) => one.candidate === candidate)
  const { sql, says, used, query } = candidate
  return { sql, says, used, confidence, query, ...(tried ? { tried } : {}) }
}

/** What the bank or a plain name answers, of a question of its own: a turn that hangs on the one before says the same words of something else. */
async function knownAlready(reading: Reading, seen: Seen, asking: Asking): Promise<Answered | undefined> {
  const banked = await verifiedFor(asking)
  const answered = banked && (await fromBank(banked, seen, asking))
  if (answered) return answered
  const plain = await plainly(reading, seen, asking)
  return plain && (await settle([plain], seen, asking, reading.understood))
}

/** What names a table and nothing else is not guessed at. */
async function plainly({ understood }: Reading, { searchable }: Seen, { asked, look, parts, step }: Asking): Promise<Chosen | undefined> {
  const { quoteName } = await parts.dialects(look.source.dialect)
  const plain = plainAsk(asked.question, searchable, quoteName) ?? plainAsk(understood, searchable, quoteName)
  if (plain) await step('candidates', `The question names ${plain.says}.`, plain.sql)
  return plain
}

async function usedIn(sql: string, asking: Asking): Promise<readonly Used[]> {
  const { tables } = await verdict({ ...asking.call, id: asking.newId(), text: sql }, asking.newId, asking.parts)
  return tables.map((table) => ({ table, why: 'the reading that was chosen' }))
}

/** Undefined when the pair's statement fails: then the question is read as any other. */
async function fromBank({ question, sql, score }: Banked, seen: Seen, asking: Asking): Promise<Answered | undefined> {
  await asking.step('candidates', `The query bank has a verified statement for ${JSON.stringify(question)}.`, sql)
  const { valid, tables } = await verdict({ ...asking.call, id: asking.newId(), text: sql }, asking.newId, asking.parts)
  if (!valid) return undefined
  const used = tables.map((table) => ({ table, why: 'a verified statement of the query bank reads it' }))
  return await settle([{ sql, says: question, used, confidence: score }], seen, asking).catch((error: unknown) => {
    asking.call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return undefined
  })
}

/** Checks the plan of the first, runs it and says what came; what fails is mended, or the next takes its place. */
async function settle(options: readonly Chosen[], seen: Seen, asking: Asking, understood?: string): Promise<Answered> {
  let failure: unknown
  for (const [i, chosen] of options.entries()) {
    const plan = asking.asked.execute === false ? { tooCostly: false, warnings: [] } : await planned(chosen, asking)
    if (plan.tooCostly) return tooCostly(chosen, plan, asking)
    if (asking.asked.execute === false) return unrun(chosen, asking, understood)
    try {
      await asking.step('run', chosen.says, chosen.sql)
      const delivered = await deliverMended(chosen, asking)
      const answer = {
        ...answerOf(chosen, delivered, plan, seen.index, asking, understood),
        follow_ups: chosen.query ? followUps(chosen.query, delivered.receipt, seen.scene, thingsSeen(seen.searchable)) : [],
      }
      await asking.step('answer', answer.words)
      learn(answer, asking)
      return { answer, ...(chosen.query ? { query: chosen.query } : {}) }
    } catch (error) {
      asking.call.signal.throwIfAborted()
      if (!(error instanceof SluiceError) || error instanceof Begun) throw error instanceof Begun ? error.cause : error
      failure ??= error
      if (i + 1 < options.length) await asking.step('repair', `It failed (${error.code}); the next reading is tried.`)
    }
  }
  throw failure
}

/** Rows have gone out already: nothing else can be put in their place. */
class Begun extends Error {}

async function deliverMended(chosen: Chosen, asking: Asking): Promise<Delivered> {
  let begun = false
  const sink = {
    columns: (columns: Parameters<Asking['sink']['columns']>[0]) => {
      begun = true
      return asking.sink.columns(columns)
    },
    batch: asking.sink.batch.bind(asking.sink),
  }
  const watched: Asking = { ...asking, sink }
  try {
    return await deliver(chosen.sql, chosen.tried, watched)
  } catch (error) {
    if (begun) throw new Begun('rows have gone out', { cause: error })
    const better = await mended(chosen.sql, error, asking)
    if (better === undefined) throw error
    await asking.step('repair', 'The statement failed and was mended.', better)
    return await deliver(better, undefined, watched)
  }
}

async function planned({ sql }: Chosen, asking: Asking): Promise<PlanChecked> {
  const plan = await checkPlan(sql, asking)
  const cost = plan.cost === undefined ? 'The source tells no cost' : `The source expects a cost of ${plan.cost}`
  await asking.step('plan', `${cost}; ${plan.warnings.length === 0 ? 'nothing speaks against its joins' : plan.warnings.join(' ')}.`)
  return plan
}

const tooCostly = ({ sql, used }: Chosen, { cost, warnings }: PlanChecked, asking: Asking): Answered =>
  refused(asking, 'question_costly', costly(cost!, asking).message, { sql, used, warnings })

const unrun = ({ sql, says, used, confidence, query }: Chosen, asking: Asking, understood: string | undefined): Answered => ({
  answer: { ...blank(asking), ...understoodAs(understood, asking), status: 'answered', words: says, sql, used, confidence },
  ...(query ? { query } : {}),
})

function answerOf(
  { used, confidence, query }: Chosen,
  { sql, receipt, kept }: Delivered,
  { warnings }: PlanChecked,
  index: SearchIndex,
  asking: Asking,
  understood: string | undefined,
): Answer {
  const cells = kept.cells()
  const masked = maskedColumns(kept.head, receipt.masked, query, index)
  const told = { columns: kept.head, cells, rows: receipt.rows, truncated: receipt.truncated, masked }
  const hidden = masked.size === 0 ? [] : [`${[...masked].map((i) => kept.head[i]!.name).join(', ')}: masked for you.`]
  const filtered = receipt.policies
    .filter((policy) => policy.startsWith('row rule'))
    .map((policy) => `Only rows that you may see: ${policy}.`)
  const cut = receipt.truncated ? [`There are more rows than the ${receipt.rows} shown.`] : []
  return {
    ...blank(asking),
    ...understoodAs(understood, asking),
    status: 'answered',
    words: answerWords(told, query && { query, index }),
    sql,
    confidence,
    used,
    columns: kept.head,
    rows: receipt.rows,
    truncated: receipt.truncated,
    warnings: [...warnings, ...hidden, ...filtered, ...cut],
    chart: chartOf(kept.head, cells, receipt.rows),
    receipt,
  }
}

const understoodAs = (understood: string | undefined, { asked }: Asking): Partial<Answer> =>
  understood === undefined || understood === '' || understood === asked.question ? {} : { understood }

/** What was answered well is kept by the bank where it learns, or counted where it has it already. */
function learn({ question, sql, confidence }: Answer, { call, parts, newId }: Asking): void {
  const { learn } = parts.bank
  if (learn === 'off' || sql === undefined || confidence < LEARN_MIN) return
  void learnFrom({ ...call, id: newId(), text: sql }, { question, failed: undefined, remember: false }, learn, parts)
}

const saidOf = ({ intent, language, understood, unlinked: words }: Reading): string =>
  [
    `A ${intent === 'read' ? 'question' : intent} in ${language}`,
    understood === '' ? '' : `: ${understood}`,
    words.length === 0 ? '' : `; not placed: ${words.join(', ')}`,
  ].join('')

const tablesOf = (candidates: readonly Candidate[]): string[] => [
  ...new Set(candidates.slice(0, 5).flatMap(({ used }) => used.map(({ table }) => table))),
]

function comparedOf(tries: readonly Tried[], { confidence, status }: Judged): string {
  const failed = tries.filter(({ error }) => error).length
  const results = new Set(tries.flatMap(({ outcome, error }) => (error ? [] : [outcome.digest]))).size
  const ran = tries.length === 0 ? 'None was run' : `${tries.length} run, ${failed} failed, ${counted(results, 'different result')}`
  return `${ran}; ${status}, confidence ${Math.round(confidence * 100)} %.`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
