import type { Dependent } from '../details.ts'
import { SluiceError } from '../error.ts'
import type { Schema, Table } from '../schema.ts'
import type { DdlSetting } from './ddl.ts'
import { fullName, type Known, knownOf } from './names.ts'

/** What depends on a table or view. `known` is the table or view itself, where it is one that the caller may see. */
export type Leaning = Readonly<{ kind: Dependent['kind'] | 'partition'; name: string; table?: Table; known?: Known }>

const DEPTH_MAX = 16

/** Views of views too, in the order in which they would have to be dropped: what depends on nothing more comes first. */
export async function dependentsOf(table: Table, setting: DdlSetting): Promise<readonly Leaning[]> {
  const reads = await readersOf(setting)
  const seen = new Set<string>()
  const found: Leaning[] = []
  const walk = (one: Table, depth: number): void => {
    if (depth > DEPTH_MAX) throw new SluiceError('change_refused', `Too much depends on ${fullName(table)} to be told.`)
    for (const leaning of directly(one, reads, setting)) {
      const key = `${leaning.kind} ${leaning.name}`
      if (seen.has(key)) continue
      seen.add(key)
      if (leaning.table && leaning.kind !== 'foreign_key') walk(leaning.table, depth + 1)
      found.push(leaning)
    }
  }
  walk(table, 0)
  return found
}

function directly(table: Table, reads: Readers, setting: DdlSetting): readonly Leaning[] {
  const full = fullName(table)
  const same = (name: string) => name === full || (setting.dialect.name !== 'postgres' && name.toLowerCase() === full.toLowerCase())
  const leaning = (kind: Leaning['kind'], other: Table): Leaning => {
    const known = knownOf(other, setting)
    return { kind, name: fullName(other), table: other, ...(known ? { known } : {}) }
  }
  const others = setting.schema.tables.filter((other) => other !== table && !other.system)
  const views = (reads.get(full) ?? []).map((view) => leaning('view', view))
  const keys = others.filter((other) => other.foreignKeys?.some((key) => same(key.table))).map((other) => leaning('foreign_key', other))
  const partitions = others.filter((other) => other.inherits?.some(same)).map((other) => leaning('partition', other))
  const told = (setting.details?.dependents ?? []).filter(
    ({ on, kind }) => same(on) && (kind === 'trigger' || (kind === 'foreign_key' && keys.length === 0)),
  )
  const toldViews = (setting.details?.dependents ?? []).flatMap(({ on, kind, name }): Leaning[] => {
    if (kind !== 'view' || !same(on) || views.some((view) => view.name === name)) return []
    const view = others.find((other) => fullName(other) === name || other.name === name)
    if (!view) return [{ kind: 'view', name }]
    return views.some((known) => known.table === view) ? [] : [leaning('view', view)]
  })
  return [...views, ...toldViews, ...keys, ...partitions, ...told.map(({ kind, name }) => ({ kind, name }))]
}

type Readers = ReadonlyMap<string, readonly Table[]>
const known = new WeakMap<Schema, Promise<Readers>>()

/** Which views read a table, by `schema.name` of the table. Remembered with the schema: a definition is read once. */
function readersOf(setting: DdlSetting): Promise<Readers> {
  const reading = known.get(setting.schema) ?? readers(setting)
  known.set(setting.schema, reading)
  return reading
}

/** Where the source does not tell what a view reads, its definition is read. */
async function readers(setting: DdlSetting): Promise<Readers> {
  const { schema, dialect } = setting
  const readers = new Map<string, Table[]>()
  for (const view of schema.tables) {
    if (view.system || (view.kind !== 'view' && view.kind !== 'materialized_view')) continue
    for (const name of new Set(view.dependsOn ?? (await namesIn(view)))) readers.set(name, [...(readers.get(name) ?? []), view])
  }
  return readers

  async function namesIn(view: Table): Promise<readonly string[]> {
    if (view.definition === undefined) return []
    try {
      const { facts } = await dialect.parse(view.definition.replace(/;\s*$/, ''), schema)
      return facts.tables.flatMap((ref) => {
        const places = ref.schema === undefined ? [view.schema, ...schema.searchPath] : [ref.schema]
        const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
        const table = places
          .map((place) => schema.tables.find((known) => same(known.name, ref.name) && same(known.schema, place)))
          .find((known) => known !== undefined)
        return table ? [fullName(table)] : []
      })
    } catch {
      // A view that cannot be read here is not known to depend on anything; the source has the last word.
      return []
    }
  }
}

/** One line each; what the caller may not see is told and not named. */
export function told(all: readonly Leaning[]): readonly string[] {
  const named = all.filter((one) => one.table === undefined || one.known !== undefined)
  const hidden = all.length - named.length
  const lines = named.map(({ kind, name }) => `${kind.replace('_', ' ')} ${kind === 'foreign_key' ? `of ${name}` : name}`)
  return [...lines, ...Array<string>(hidden).fill('table or view that you may not see')]
}

/** Refuses to take along, or to change, what the caller could not change alone. */
export function mustMayDrop(all: readonly Leaning[]): void {
  for (const { table, known } of all) {
    if (table && known?.grant.writable && known.grant.alterable && !known.grant.restricted) continue
    const what = known ? known.full : 'a table or view that you may not see'
    throw new SluiceError('change_refused', `Something depends on it that you may not change: ${what}.`)
  }
}
