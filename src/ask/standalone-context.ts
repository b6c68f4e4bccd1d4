import { examplesFor } from '../bank.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { schemaForModel } from '../guide.ts'
import { suggestRelated } from '../knowledge.ts'
import type { Asking, Turn } from './mode.ts'
import type { Fence } from './prompts/fence.ts'
import type { Scenery } from './prompts/standalone.ts'
import type { Seen } from './scene.ts'

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
const VALUES_MAX = 8
const JOINED_TABLES = 2
const JOINS_MAX = 12
const WORDS_CHARS_MAX = 400
const SQL_CHARS_MAX = 2_000

/**
 * Everything in it is as the caller may see it: names, types, comments, verified questions and the turns before; with `seen` also where words of
 * the question stand as values, and what the turns before were told.
 */
export async function contextOf(asking: Asking, fence: Fence, seen: Seen | undefined): Promise<Context> {
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
    // What stands alone has no placeholders.
    rules: rules.map((rule) => rule.replace(/ Placeholders: .*$/, '')),
    own: parts.ask.prompts[source] ?? '',
    mark: fence.name,
    rows: true,
  }
  const others = more.length === 0 ? '' : `\n\nOther tables: ${more.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  const found = seen ? valuesIn(asked.question, seen) : []
  const joins = await joinsIn(tables, asking).catch((error: unknown) => {
    call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return []
  })
  const told = [
    fence.around('question', asked.question),
    '',
    'The tables that seem to fit:',
    fence.around('data', `${description === '' ? '' : `${description}\n\n`}${schema}${others}`),
    ...(joins.length === 0 ? [] : ['', 'Joins that no key tells, but names and types do:', fence.around('data', joins.join('\n'))]),
    ...(examples.length === 0
      ? []
      : ['', 'Questions that were answered well before:', fence.around('data', examples.map(exampleText).join('\n\n'))]),
    ...(found.length === 0 ? [] : ['', 'Words of the question that are values:', fence.around('data', found.join('\n'))]),
    ...(before.length === 0
      ? []
      : ['', 'The conversation so far:', fence.around('data', before.map((turn) => turnText(turn, seen !== undefined)).join('\n\n'))]),
  ]
  return { scenery, text: told.join('\n'), tables, rules, schema, examples }
}

/** Ways to join the likeliest tables with the others that are shown, where no foreign key says so. */
async function joinsIn(tables: readonly string[], { call, parts, newId }: Asking): Promise<string[]> {
  const shown = new Set(tables)
  const lines = new Set<string>()
  for (const table of tables.length < 2 ? [] : tables.slice(0, JOINED_TABLES)) {
    const { related } = await suggestRelated({ ...call, id: newId(), text: 'joins for a model' }, [table], tables.length, parts)
    for (const { from, columns, to, references, kind } of related.flatMap(({ joins }) => joins)) {
      if (kind !== 'foreign_key' && shown.has(from) && shown.has(to))
        lines.add(`${from} (${columns.join(', ')}) = ${to} (${references.join(', ')})`)
    }
  }
  return [...lines].slice(0, JOINS_MAX)
}

/** None where there is no registry, which asking must not make, or it does not answer. */
async function examplesIn({ asked, parts, call, newId }: Asking): Promise<readonly Example[]> {
  const wanted = parts.ask.examples
  if (wanted === 0 || !(await parts.storeIfAny().catch(() => undefined))) return []
  const quiet: Call = { ...call, id: newId(), text: 'examples for a model' }
  return (await examplesFor(quiet, asked.question, wanted, parts)).map(({ question, sql }) => ({ question, sql }))
}

/** `customers.country = "Germany"`, for what stands in a column as the question has it, or nearly. */
function valuesIn(question: string, { scene, index }: Seen): string[] {
  const hits = scene.values?.find(question) ?? []
  const lines = hits.slice(0, VALUES_MAX).map(({ column, value }) => {
    const table = index.tables[index.tableOf[column]!]!
    const name = table.columns[column - index.firstColumn[index.tableOf[column]!]!]!.name
    return `${table.name}.${name} = ${JSON.stringify(value)}`
  })
  return [...new Set(lines)]
}

const exampleText = ({ question, sql }: Example): string => `${question}\n${cut(sql, SQL_CHARS_MAX)}`
const turnText = ({ question, sql, words }: Turn, withValues: boolean): string =>
  [
    `Asked: ${question}`,
    ...(sql ? [`SQL: ${cut(sql, SQL_CHARS_MAX)}`] : []),
    ...(words && withValues ? [`Told: ${cut(words, WORDS_CHARS_MAX)}`] : []),
  ].join('\n')
const cut = (text: string, chars: number) => (text.length > chars ? `${text.slice(0, chars)}…` : text)

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const weekdayOf = (today: string): string => days[new Date(`${today}T00:00:00Z`).getUTCDay()] ?? 'day'
