import { examplesFor } from '../bank.ts'
import type { Call } from '../call.ts'
import { schemaForModel } from '../guide.ts'
import type { Asking, Turn } from './mode.ts'
import type { Fence } from './prompts/fence.ts'
import type { Scenery } from './prompts/standalone.ts'

/** What a model is told before it writes SQL: what holds for the whole question, and the question with what belongs to it. */
export type Context = Readonly<{
  scenery: Scenery
  text: string
  tables: readonly string[]
  rules: readonly string[]
  schema: string
  examples: readonly Example[]
}>
export type Example = Readonly<{ question: string; sql: string }>

const SCHEMA_TOKENS = 6_000
const TABLES_MAX = 12
const TURNS_MAX = 4
const WORDS_CHARS_MAX = 400
const SQL_CHARS_MAX = 2_000

/** Everything in it is as the caller may see it; nothing but names, types, comments, verified questions and the turns before. */
export async function contextOf(asking: Asking, fence: Fence): Promise<Context> {
  const { asked, look, parts, call, today, newId } = asking
  const source = look.source.name
  const quiet: Call = { ...call, id: newId(), text: 'schema for a model' }
  const before = asked.before.filter((turn) => turn.source === source).slice(-TURNS_MAX)
  // A short question that goes on from another needs the tables of that one too.
  const about = [...before.slice(-1).map(({ question }) => question), asked.question].join('\n')
  const {
    rules,
    schema,
    tables,
    more_tables: more,
    not_named: rest,
    description,
  } = await schemaForModel(quiet, { question: about, tokens: SCHEMA_TOKENS, tablesMax: TABLES_MAX }, parts)
  const examples = await examplesIn(asking)
  const scenery: Scenery = {
    source,
    dialect: look.source.dialect,
    today,
    weekday: weekdayOf(today),
    rules,
    own: parts.ask.prompts[source] ?? '',
    mark: fence.name,
    rows: true,
  }
  const others = more.length === 0 ? '' : `\n\nOther tables: ${more.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  const told = [
    fence.around('question', asked.question),
    '',
    'The tables that seem to fit:',
    fence.around('data', `${description === '' ? '' : `${description}\n\n`}${schema}${others}`),
    ...(examples.length === 0
      ? []
      : ['', 'Questions that were answered well before:', fence.around('data', examples.map(exampleText).join('\n\n'))]),
    ...(before.length === 0 ? [] : ['', 'The conversation so far:', fence.around('data', before.map(turnText).join('\n\n'))]),
  ]
  return { scenery, text: told.join('\n'), tables, rules, schema, examples }
}

/** None where there is no registry, which asking must not make, or it does not answer. */
async function examplesIn({ asked, parts, call, newId }: Asking): Promise<readonly Example[]> {
  const wanted = parts.ask.examples
  if (wanted === 0 || !(await parts.storeIfAny().catch(() => undefined))) return []
  const quiet: Call = { ...call, id: newId(), text: 'examples for a model' }
  return (await examplesFor(quiet, asked.question, wanted, parts)).map(({ question, sql }) => ({ question, sql }))
}

const exampleText = ({ question, sql }: Example): string => `${question}\n${cut(sql, SQL_CHARS_MAX)}`
const turnText = ({ question, sql, words }: Turn): string =>
  [
    `Asked: ${question}`,
    ...(sql ? [`SQL: ${cut(sql, SQL_CHARS_MAX)}`] : []),
    ...(words ? [`Told: ${cut(words, WORDS_CHARS_MAX)}`] : []),
  ].join('\n')
const cut = (text: string, chars: number) => (text.length > chars ? `${text.slice(0, chars)}…` : text)

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const weekdayOf = (today: string): string => days[new Date(`${today}T00:00:00Z`).getUTCDay()] ?? 'day'
