import type { Call } from '../call.ts'
import { named, SluiceError } from '../error.ts'
import { countable, fullName, intend, type Look, lookInto, recorded, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { type Detector, detector, type Kind } from '../pii/pii.ts'
import type { Principal } from '../principal.ts'
import type { TableColumn } from '../schema.ts'
import { type Asking, askingAs, inTurn, type NewId } from './as-role.ts'
import { inclusionsOf } from './inclusion.ts'
import { byFullName, namesOf, tablesOf, type Wanted } from './objects.ts'
import { type Asked, askedOf, type Figures, figuresOf, figuresSql, frequentSql, type Naming, sampleSql } from './profile-sql.ts'
import {
  type ColumnProfile,
  type ProfileTold,
  profileFor,
  scopeOf,
  type TableProfile,
  textsOf,
  valueText,
  withSeenTables,
} from './profile-value.ts'
import { shapesOf } from './text-shape.ts'

/** What to profile. `rows` are those of a table that are looked at, its first ones. */
export type ProfileWanted = Readonly<{ tables?: Wanted; role: string; rows?: number | undefined }>

/** How far a long piece of work has come. */
export type Progress = (done: number, total: number, what: string) => void

export type Profiled = Readonly<{
  source: string
  role: string
  /** `profile` is absent where it was made of what the caller may not see: it is kept for who may. */
  tables: readonly Readonly<{ table: string; profile?: ProfileTold }>[]
  /** Tables that could not be read, with the code of the failure. */
  failed: readonly Readonly<{ table: string; code: string }>[]
}>

export const PROFILE_ROWS = 50_000
const ROWS_MAX = 10_000_000
const SAMPLE_ROWS = 200
const COLUMNS_AT_ONCE = 30
const FREQUENT = 10
const TIMEOUT_MS = 60_000

/**
 * Looks at the values of tables as a role sees them, and keeps what they are like. It goes the way of every query under that role, so masks and
 * row rules hold; of a masked column, and of one that seems to hold personal data, nothing but counts is kept. Needs the role itself, or the
 * action `admin`. Throws `action_refused`, `table_unknown`.
 */
export const profileTables = (
  call: Call,
  wanted: ProfileWanted,
  newId: NewId,
  parts: Parts,
  progress: Progress = () => undefined,
): Promise<Profiled> =>
  recorded(
    call,
    parts,
    ({ tables }) => tables.length,
    async (entry, principal) => {
      await intend(entry, principal, call, namesOf(wanted.tables))
      const look = await lookInto(call.source, call, principal, parts)
      if (!principal.roles.includes(wanted.role) && !look.grant.actions.has('admin'))
        throw new SluiceError(
          'action_refused',
          `You do not have the role, and your roles do not allow the action "admin" on "${call.source}".`,
        )
      return profileAs({ ...principal, roles: [wanted.role] }, { principal, look }, call, wanted, newId, parts, progress)
    },
  )

async function profileAs(
  seer: Principal,
  caller: Readonly<{ principal: Principal; look: Look }>,
  call: Call,
  wanted: ProfileWanted,
  newId: NewId,
  parts: Parts,
  progress: Progress,
): Promise<Profiled> {
  const look = await lookInto(call.source, call, seer, parts)
  const rows = Math.min(wanted.rows ?? PROFILE_ROWS, ROWS_MAX)
  // An administrator of a part of the source gets no further through another role.
  const own = byFullName(caller.look.visible)
  const seen = byFullName(look.visible)
  const tables = tablesOf(wanted.tables, caller.look).flatMap(({ table }) => seen.get(fullName(table)) ?? [])
  const ask = askingAs(seer, caller.principal, call, newId, TIMEOUT_MS, parts)
  const personal = await personalColumns(call.source, parts)
  const made: { table: string; profile?: ProfileTold }[] = []
  const failed: { table: string; code: string }[] = []
  const store = await parts.store()
  let done = 0
  await inTurn(tables, 2, async (one) => {
    call.signal.throwIfAborted()
    try {
      const profile = await profileOf(one, look, rows, personal, ask, parts)
      const kept = { table: fullName(one.table), role: wanted.role, at: new Date().toISOString() }
      await store.profiles.put(call.source, { ...kept, profile: JSON.stringify(profile) })
      const told = profileFor({ ...kept, profile }, own.get(kept.table)!, caller.look.grant)
      made.push({ table: one.name, ...(told ? { profile: withSeenTables(told, caller.look.visible) } : {}) })
    } catch (caught) {
      const { code } = named(caught, call.signal)
      // What is wrong with the registry, or takes the call back, is wrong with every table.
      if (call.signal.aborted || code === 'registry_unavailable' || code === 'audit_unavailable') throw caught
      failed.push({ table: one.name, code })
    }
    progress(++done, tables.length, one.name)
  })
  const order = new Map(tables.map(({ name }, i) => [name, i]))
  const sorted = <T extends Readonly<{ table: string }>>(all: T[]) => all.sort((a, b) => order.get(a.table)! - order.get(b.table)!)
  return { source: call.source, role: wanted.role, tables: sorted(made), failed: sorted(failed) }
}

/** `table\0column` of everything that was found to be personal, whatever was decided but that it is none; of `but` only what is to stay masked. */
export async function personalColumns(source: string, parts: Parts, but?: Kind): Promise<ReadonlySet<string>> {
  const found = await (await parts.store()).findings.of(source)
  const closed = found.filter(({ kind, decision }) => (kind === but ? decision === 'mask' : decision !== 'dismiss'))
  return new Set(closed.map(({ table, column }) => `${table}\0${column}`.toLowerCase()))
}

async function profileOf(
  one: Visible,
  look: Look,
  rows: number,
  personal: ReadonlySet<string>,
  ask: Asking,
  parts: Parts,
): Promise<TableProfile> {
  const naming: Naming = { dialect: await parts.dialects(look.source.dialect), table: one.table }
  const { columns } = one.table
  const sample = await sampleOf(columns, naming, ask)
  const { detect } = await detector()
  const closed = new Map<string, 'masked' | 'personal'>()
  for (const column of columns) {
    const texts = textsOf(sample.get(column.name) ?? [])
    if (one.grant.masks.has(column.name)) closed.set(column.name, 'masked')
    else if (personal.has(`${fullName(one.table)}\0${column.name}`.toLowerCase()) || seemsPersonal(detect, column, one.table.name, texts))
      closed.set(column.name, 'personal')
  }
  const asked = columns.map((column) => askedOf(column, !closed.has(column.name)))
  const { looked, figures } = await figuresFor(asked, rows, naming, ask)
  const found = await inclusionsOf(one, look, naming, ask)
  const profiles = await Promise.all(
    columns.map(async (column, i): Promise<ColumnProfile> => {
      const figure = figures[i]
      const why = closed.get(column.name)
      if (!figure) return { name: column.name, ...(why ? { closed: why } : {}) }
      const told = counts(column, figure, looked)
      if (why) return { ...told, closed: why }
      const texts = column.type === 'text' ? textsOf(sample.get(column.name) ?? []) : []
      const patterns = texts.length >= 5 ? shapesOf(texts) : []
      return {
        ...told,
        ...range(figure),
        ...(await frequent(column, figure, looked, rows, naming, ask)),
        ...(patterns.length > 0 ? { patterns } : {}),
        ...(found.has(column.name) ? { found_in: found.get(column.name)! } : {}),
      }
    }),
  )
  const estimate = countable(one) ? one.table.rowsEstimate : undefined
  return {
    rows: looked,
    sampled: looked >= rows,
    ...(estimate === undefined ? {} : { rows_estimate: estimate }),
    columns: profiles,
    scope: scopeOf(one, look.grant),
  }
}

/** By its name alone or by its values: where the two do not agree nothing is kept. What both say is `but` is not meant. */
export function seemsPersonal(
  detect: Detector['detect'],
  { name, type }: TableColumn,
  table: string,
  values: readonly string[],
  but?: Kind,
): boolean {
  const found = [detect({ name, type, values, table }), detect({ name, type, values: [], table })]
  return found.some((one) => one !== undefined && one.kind !== but)
}

async function sampleOf(columns: readonly TableColumn[], naming: Naming, ask: Asking): Promise<ReadonlyMap<string, readonly unknown[]>> {
  if (columns.length === 0) return new Map()
  const { rows } = await ask(sampleSql(columns, SAMPLE_ROWS, naming), SAMPLE_ROWS)
  return new Map(columns.map(({ name }, i) => [name, rows.map((row) => row[i])]))
}

/** Figures of every column. Where the engine cannot count some of them they are asked for one by one, and those that fail are left out. */
async function figuresFor(
  asked: readonly Asked[],
  rows: number,
  naming: Naming,
  ask: Asking,
): Promise<Readonly<{ looked: number; figures: readonly (Figures | undefined)[] }>> {
  let looked = 0
  const figures: (Figures | undefined)[] = []
  const take = async (some: readonly Asked[]): Promise<void> => {
    const answer = await ask(figuresSql(some, rows, naming), 1)
    const told = figuresOf(answer.rows[0] ?? [], some)
    looked = Math.max(looked, told.rows)
    figures.push(...told.figures)
  }
  for (let at = 0; at < asked.length; at += COLUMNS_AT_ONCE) {
    const some = asked.slice(at, at + COLUMNS_AT_ONCE)
    try {
      await take(some)
    } catch (error) {
      if (!(error instanceof SluiceError) || !retried.has(error.code)) throw error
      for (const column of some) await take([column]).catch(() => figures.push(undefined))
    }
  }
  return { looked, figures }
}
const retried: ReadonlySet<string> = new Set([
  'source_failed',
  'function_unknown',
  'function_refused',
  'value_invalid',
  'column_unknown',
  'feature_refused',
])

function counts(column: TableColumn, { filled, distinct }: Figures, looked: number): ColumnProfile {
  const nulls = looked - filled
  return {
    name: column.name,
    nulls,
    ...(looked > 0 ? { null_share: Math.round((nulls / looked) * 10_000) / 10_000 } : {}),
    ...(distinct === undefined ? {} : { distinct, unique: distinct === filled && filled > 0 }),
  }
}

function range({ min, max, shortest, longest }: Figures): Partial<ColumnProfile> {
  const [low, high] = [valueText(min), valueText(max)]
  return {
    ...(low === undefined || high === undefined ? {} : { min: low, max: high }),
    ...(shortest === undefined || longest === undefined ? {} : { length: { min: shortest, max: longest } }),
  }
}

/** Only where values come again: a list of keys is nothing that anybody wants to know. */
async function frequent(
  column: TableColumn,
  { filled, distinct }: Figures,
  looked: number,
  rows: number,
  naming: Naming,
  ask: Asking,
): Promise<Pick<ColumnProfile, 'frequent'>> {
  if (distinct === undefined || distinct === 0 || distinct > Math.max(50, filled / 2) || looked === 0) return {}
  const answer = await ask(frequentSql(column, rows, FREQUENT, naming), FREQUENT).catch((error: unknown) => {
    if (error instanceof SluiceError && retried.has(error.code)) return { rows: [] }
    throw error
  })
  const values = answer.rows.flatMap(([value, count]) => {
    const text = valueText(value)
    return text === undefined ? [] : [{ value: text, count: Number(count) }]
  })
  return values.length === 0 ? {} : { frequent: values }
}
