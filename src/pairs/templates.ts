import { hash } from 'node:crypto'
import type { Value } from '../call.ts'
import type { DialectName } from '../facts.ts'
import { readQuestion } from './question.ts'
import type { Literal, Statement } from './statement.ts'

/** A place of a template for a value. `example` is one that was used; `fixed` is true where every pair has that one, which then may be left out. */
export type Slot = Readonly<{ name: string; type: 'text' | 'integer' | 'number' | 'date'; example: string; fixed: boolean }>

/** What several statements have in common: the same but for the values that they compare with. */
export type Template = Readonly<{
  /** The same for everybody and as long as the pattern is. */
  id: string
  source: string
  dialect: DialectName
  /** The question of the best pair, `{name}` in the place of its values. */
  question: string
  /** With placeholders as the dialect writes them. */
  statement: string
  slots: readonly Slot[]
  /** Ids of the pairs that it was made of. */
  pairs: readonly string[]
}>

type Source = Readonly<{
  id: string
  source: string
  dialect: DialectName
  question: string
  read: Statement
  tables: readonly string[]
  text: string
}>

const SLOTS_MAX = 20

/** The templates of pairs, of which the best come first. One statement alone is no pattern. */
export function templatesOf(pairs: readonly Source[]): Template[] {
  const groups = new Map<string, Source[]>()
  for (const pair of pairs) {
    const slots = pair.read.literals.filter(({ slot }) => slot)
    const given = pair.read.tokens.some(({ kind }) => kind === 'parameter')
    if (slots.length === 0 || slots.length > SLOTS_MAX || given) continue
    const key = JSON.stringify([pair.source, pair.dialect, pair.tables, pair.read.pattern])
    const group = groups.get(key)
    if (group) group.push(pair)
    else groups.set(key, [pair])
  }
  return [...groups].flatMap(([key, group]) => {
    const texts = new Set(group.map(({ read }) => read.exact))
    return texts.size < 2 ? [] : [templateOf(key, group)]
  })
}

function templateOf(key: string, group: readonly Source[]): Template {
  const first = group[0]!
  const slotsOf = ({ read }: Source) => read.literals.filter(({ slot }) => slot)
  const own = slotsOf(first)
  const taken = new Set<string>()
  const slots = own.map((literal, i): Slot => {
    const values = group.map((pair) => slotsOf(pair)[i]!.value)
    return { name: nameFor(literal, taken), type: typeOf(literal, values), example: literal.value, fixed: new Set(values).size === 1 }
  })
  return {
    id: hash('sha256', key, 'hex').slice(0, 24),
    source: first.source,
    dialect: first.dialect,
    question: slottedQuestion(first.question, slots),
    statement: withPlaceholders(first, own),
    slots,
    pairs: group.map(({ id }) => id),
  }
}

function nameFor({ about }: Literal, taken: Set<string>): string {
  const plain = about
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40)
  const base = /^[a-z]/.test(plain) ? plain : 'value'
  let name = base
  for (let i = 2; taken.has(name); i++) name = `${base}_${i}`
  taken.add(name)
  return name
}

const isDate = (value: string): boolean => /^\d{4}-\d\d-\d\d$/.test(value)

function typeOf({ kind }: Literal, values: readonly string[]): Slot['type'] {
  if (kind === 'text') return values.every(isDate) ? 'date' : 'text'
  return values.every((value) => /^\d+$/.test(value)) ? 'integer' : 'number'
}

function withPlaceholders({ text, read, dialect }: Source, literals: readonly Literal[]): string {
  let end = 0
  let whole = ''
  literals.forEach(({ at }, i) => {
    const token = read.tokens[at]!
    whole += text.slice(end, token.at) + (dialect === 'postgres' || dialect === 'duckdb' ? `$${i + 1}` : '?')
    end = token.at + token.text.length
  })
  return whole + text.slice(end)
}

function slottedQuestion(question: string, slots: readonly Slot[]): string {
  const said = new Set(readQuestion(question).values)
  return slots.reduce((text, { name, example, fixed }) => {
    if (fixed || example === '') return text
    // A value that is written in the question under the same form is the slot's; other words stay as they are.
    const whole = new RegExp(`(?<![\\p{L}\\p{N}])${literally(example)}(?![\\p{L}\\p{N}])`, 'u')
    return said.has(example) || whole.test(text) ? text.replace(whole, () => `{${name}}`) : text
  }, question)
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Why the values do not fit the slots, with the slot that is meant. */
export type Misfit = Readonly<{ slot: string; why: 'unknown' | 'missing' | 'type' }>

const TEXT_CHARS_MAX = 4_000

/** The values of a template's placeholders in their order, or what does not fit. Values are never made into text of a statement. */
export function valuesFor({ slots }: Pick<Template, 'slots'>, given: Readonly<Record<string, unknown>>): readonly Value[] | Misfit {
  const strange = Object.keys(given).find((name) => !slots.some((slot) => slot.name === name))
  if (strange !== undefined) return { slot: strange, why: 'unknown' }
  const values: Value[] = []
  for (const slot of slots) {
    const value = Object.hasOwn(given, slot.name) ? given[slot.name] : slot.fixed ? slot.example : undefined
    if (value === undefined || value === null) return { slot: slot.name, why: 'missing' }
    const checked = checkedAs(slot.type, value)
    if (checked === undefined) return { slot: slot.name, why: 'type' }
    values.push(checked)
  }
  return values
}

function checkedAs(type: Slot['type'], value: unknown): Value | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : undefined
  if (text === undefined || text.length > TEXT_CHARS_MAX) return undefined
  switch (type) {
    case 'text':
      return text
    case 'date':
      return isDate(text) && !Number.isNaN(Date.parse(text)) ? text : undefined
    case 'integer':
      if (!/^-?\d{1,18}$/.test(text)) return undefined
      return Number.isSafeInteger(Number(text)) ? Number(text) : text
    case 'number':
      if (!/^-?\d{1,30}(\.\d{1,30})?$/.test(text)) return undefined
      return String(Number(text)) === text ? Number(text) : text
    default:
      return undefined
  }
}
