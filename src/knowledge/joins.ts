import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { countable, find, fullName, type Look, looking, mustFind, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import {
  type Counts,
  findJoinPath,
  type JoinGraph,
  type JoinPath,
  type JoinUse,
  joinWarnings,
  type Relation,
  readSelects,
  relatedTables,
  type Used,
  type Warning,
} from '../graph/graph.ts'
import { graphOf, inclusionOf } from './graph-of.ts'
import { joinSql } from './join-sql.ts'
import { byFullName } from './objects.ts'
import { type ProfileTold, profilesFor } from './profile-value.ts'

/** One join of a path; names of tables are as a statement writes them. */
export type JoinTold = Readonly<{
  from: string
  columns: readonly string[]
  to: string
  references: readonly string[]
  kind: Relation['kind']
  strength: number
  cardinality: Relation['cardinality']
  optional: boolean
  evidence: string
  /** Other ways to join the same two tables: perhaps one of those is meant. */
  also?: readonly Readonly<{ columns: readonly string[]; references: readonly string[]; evidence: string }>[]
}>

export type WarningTold = Readonly<{ kind: Warning['kind'] | 'masked'; tables: readonly string[]; text: string }>

export type PathTold = Readonly<{
  source: string
  tables: readonly string[]
  joins: readonly JoinTold[]
  /** Of the weakest join, from 0 to 1. */
  strength: number
  /** A statement to start from. */
  sql: string
  warnings: readonly WarningTold[]
}>

export type RelatedTold = Readonly<{
  source: string
  related: readonly Readonly<{ table: string; steps: number; joins: readonly JoinTold[] }>[]
}>

const RELATED_DEFAULT = 10
const ALSO_MAX = 3

type Known = Readonly<{ graph: JoinGraph; profiles: ReadonlyMap<string, ProfileTold>; tables: ReadonlyMap<string, Visible> }>

/** The cheapest way to join tables that the caller may see. Throws `table_unknown`, and `not_supported` where no relation is known that joins them. */
export const findPath = (call: Call, names: readonly string[], parts: Parts): Promise<PathTold> =>
  looking(
    call,
    names,
    () => 1,
    parts,
    async (look) => {
      const known = await knownOf(look, parts)
      const wanted = names.map((name) => fullName(mustFind(name, call.source, look.visible).table))
      const path = findJoinPath(known.graph, wanted)
      if (!path) throw apart(names, wanted, known)
      return { source: call.source, ...(await toldPath(path, known, look, parts)) }
    },
  )

/** Names those that stand alone, so that the next question can be asked without them. */
function apart(names: readonly string[], wanted: readonly string[], { graph }: Known): SluiceError {
  const alone = names.filter((_, i) => i > 0 && !findJoinPath(graph, [wanted[0]!, wanted[i]!]))
  const which = alone.length === 0 ? '' : ` Nothing joins ${alone.slice(0, 5).join(', ')} with ${names[0]}.`
  return new SluiceError('not_supported', `No way to join these tables is known.${which}`, {
    hint: 'Join fewer tables, or by columns of which you know that they mean the same.',
  })
}

async function toldPath(path: JoinPath, known: Known, look: Look, parts: Parts): Promise<Omit<PathTold, 'source'>> {
  const { quoteName } = await parts.dialects(look.source.dialect)
  const joins: Used[] = path.joins.map(({ from, columns, to, references }) => ({
    left: from,
    leftColumns: columns,
    right: to,
    rightColumns: references,
    kind: 'inner',
  }))
  const name = nameIn(known)
  const warnings = warningsOf({ joins, added: [] }, known)
  return {
    tables: path.tables.map(name),
    joins: path.joins.map((relation) => toldJoin(relation, known)),
    strength: Math.min(1, ...path.joins.map(({ strength }) => strength)),
    sql: joinSql(path, (table) => known.tables.get(table)!.table, quoteName),
    warnings: [...warnings, ...path.joins.flatMap((relation) => maskedJoin(relation, known))],
  }
}

/** Tables that are near to some which the caller may see, nearest first. Throws `table_unknown`. */
export const suggestRelated = (call: Call, names: readonly string[], limit: number | undefined, parts: Parts): Promise<RelatedTold> =>
  looking(
    call,
    names,
    ({ related }) => related.length,
    parts,
    async (look) => {
      const known = await knownOf(look, parts)
      const wanted = names.map((name) => fullName(mustFind(name, call.source, look.visible).table))
      const related = relatedTables(known.graph, wanted, limit ?? RELATED_DEFAULT).map(({ table, steps, joins }) => ({
        table: nameIn(known)(table),
        steps,
        joins: joins.map((relation) => toldJoin(relation, known)),
      }))
      return { source: call.source, related }
    },
  )

export type JoinsChecked = Readonly<{
  source: string
  /** False where some SELECT of the statement could not be read for sure: then there may be more to say than is told. */
  understood: boolean
  joins: readonly Readonly<{
    left: string
    left_columns: readonly string[]
    right: string
    right_columns: readonly string[]
    kind: string
  }>[]
  warnings: readonly WarningTold[]
}>

/** What the joins of a statement may do to its figures and its rows; the statement is read and not run. Throws what reading throws. */
export const checkJoins = (call: Call, sql: string, parts: Parts): Promise<JoinsChecked> =>
  looking(
    call,
    [],
    ({ warnings }) => warnings.length,
    parts,
    async (look) => {
      const dialect = await parts.dialects(look.source.dialect)
      await dialect.parse(sql, look.schema)
      const known = await knownOf(look, parts)
      const { uses, whole } = readSelects(dialect.tokens(sql), {
        table: (parts) => {
          const one = find(parts.join('.'), look.visible)
          return one && fullName(one.table)
        },
        columns: (table) => known.tables.get(table)?.table.columns.map(({ name }) => name) ?? [],
      })
      const name = nameIn(known)
      const joins = uses
        .flatMap((use) => use.joins)
        .map(({ left, leftColumns, right, rightColumns, kind }) => ({
          left: name(left),
          left_columns: leftColumns,
          right: name(right),
          right_columns: rightColumns,
          kind,
        }))
      return {
        source: call.source,
        understood: whole,
        joins,
        warnings: oncePerText(uses.flatMap((use) => warningsOf(use, known))),
      }
    },
  )

/** Two SELECTs of a statement may do the same. */
const oncePerText = (warnings: readonly WarningTold[]): readonly WarningTold[] => [
  ...new Map(warnings.map((warning) => [warning.text, warning])).values(),
]

/** The graph of what the caller may see, with what profiles tell them. Without the registry the graph still helps. */
async function knownOf(look: Look, parts: Parts): Promise<Known> {
  const profiles = await profilesFor(look.source.name, look.visible, look.grant, parts).catch((error: unknown) => {
    parts.log.failed(undefined, look.source.name, error)
    return new Map<string, ProfileTold>()
  })
  const measured = [...profiles].filter(([, { columns }]) => columns.some(({ found_in }) => found_in !== undefined))
  const evidence = measured.map(([table, { at }]) => `${table} ${at}`).join('\n')
  return { graph: graphOf(look, inclusionOf(profiles), evidence), profiles, tables: byFullName(look.visible) }
}

const nameIn =
  ({ tables }: Known) =>
  (table: string): string =>
    tables.get(table)?.name ?? table

function toldJoin(relation: Relation, known: Known): JoinTold {
  const name = nameIn(known)
  const { from, to, columns, references, kind, strength, cardinality, optional, evidence } = relation
  const also = known.graph.relations
    .filter((other) => other !== relation && ((other.from === from && other.to === to) || (other.from === to && other.to === from)))
    .slice(0, ALSO_MAX)
  return {
    from: name(from),
    columns,
    to: name(to),
    references,
    kind,
    strength,
    cardinality,
    optional,
    evidence,
    ...(also.length > 0
      ? { also: also.map((other) => ({ columns: other.columns, references: other.references, evidence: other.evidence })) }
      : {}),
  }
}

/** A mask hides each column in its own way, so that what was equal is equal no more. */
function maskedJoin({ from, to, columns, references }: Relation, { tables }: Known): WarningTold[] {
  const masked = [
    ...columns.filter((column) => tables.get(from)?.grant.masks.has(column)).map((column) => `${tables.get(from)!.name}.${column}`),
    ...references.filter((column) => tables.get(to)?.grant.masks.has(column)).map((column) => `${tables.get(to)!.name}.${column}`),
  ]
  if (masked.length === 0) return []
  const names = [from, to].map((table) => tables.get(table)!.name)
  return [
    {
      kind: 'masked',
      tables: names,
      text: `${masked.join(' and ')} ${masked.length === 1 ? 'is' : 'are'} masked for you, so this join finds no partners.`,
    },
  ]
}

/** Warnings with tables as the caller writes them. */
function warningsOf(use: JoinUse, known: Known): WarningTold[] {
  const name = nameIn(known)
  return joinWarnings(known.graph, use, countsOf(known), name).map(({ tables, ...warning }) => ({ ...warning, tables: tables.map(name) }))
}

/** Figures of profiles and of the source, where no rows are hidden: else they would tell how many. */
function countsOf({ profiles, tables }: Known): Counts {
  return {
    rows(table) {
      const one = tables.get(table)
      if (!one || !countable(one)) return undefined
      const profile = profiles.get(table)
      return profile && !profile.sampled ? profile.rows : one.table.rowsEstimate
    },
    nulls: (table, column) => profiles.get(table)?.columns.find(({ name }) => name === column)?.null_share,
  }
}
