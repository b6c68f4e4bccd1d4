import type { Facts, Resolved } from '../facts.ts'
import type { Grant } from '../grant.ts'
import type { Schema } from '../schema.ts'
import type { Dialect, Parsed } from '../sql/sql.ts'
import { grantedViews } from './granted-views.ts'
import { limitRows } from './limit-rows.ts'

export type RewriteSetting<Tree = unknown> = Readonly<{
  dialect: Dialect<Tree>
  grant: Grant
  schema: Schema
  /** Hex; keys of hash masks are derived from it, one for each column. Asked for only when there is such a mask. */
  maskKey: () => string
  /** Rows of the answer at most. */
  rowsMax: number
  /** Judges what a view is made of, as it would judge a statement. Throws what it refuses. */
  guard(facts: Facts): readonly Resolved[]
}>

/** What the rewrite did, besides the tree itself. */
export type Notes = Readonly<{
  policies: Set<string>
  masked: Set<string>
  /** Texts inside the printed SQL that hold keys of hash masks. */
  secrets: Set<string>
}>

export type Rewritten<Tree> = Readonly<{ tree: Tree; notes: Notes }>

/** The statement as the grant lets it run: tables become granted views, then the rows are limited. Pure. */
export async function rewrite<Tree>(
  parsed: Parsed<Tree>,
  resolved: readonly Resolved[],
  setting: RewriteSetting<Tree>,
): Promise<Rewritten<Tree>> {
  const notes: Notes = { policies: new Set(), masked: new Set(), secrets: new Set() }
  let tree = parsed.tree
  tree = await grantedViews(parsed, resolved, setting, notes)
  tree = limitRows(tree, parsed.facts, setting)
  return { tree, notes }
}
