import type { Mask, TableGrant } from '../grant.ts'
import type { Judged, RoleTable } from './role-table.ts'

export type United = TableGrant & Readonly<{ explicit: boolean }>

const isGiven = (judged: Judged): judged is RoleTable => !('refused' in judged)

/**
 * What several roles of one principal come to on one table. The rule: nothing is shown that no single role shows. A row rule falls
 * away only when some role gives the table without one. A column is then shown, or shown unmasked, when a role without row rules
 * does that; when every role has row rules and they differ, when all of them do, for no row may show by one role's leave what
 * only another role may see of other rows. Undefined when no role gives the table. `writing` are the roles that may write: what they
 * give decides what may be changed.
 */
export function unite(
  names: readonly string[],
  all: readonly Judged[],
  label: string,
  writing: readonly Judged[] = all,
): United | undefined {
  const given = all.filter(isGiven)
  if (given.length === 0) return undefined
  const unfiltered = given.filter(({ rows }) => rows.length === 0)
  const everyRow = unfiltered.length > 0 ? unfiltered : given
  // Roles with one and the same rule show the same rows, so each may lift what the other masks.
  const sameRows = everyRow.every(({ rows }) => rows.join('\0') === everyRow[0]!.rows.join('\0'))
  const columns: string[] = []
  const masks = new Map<string, Mask>()
  const reasons: string[] = []
  for (const name of names) {
    const showing = everyRow.filter(({ hidden }) => !hidden.has(name))
    if (sameRows ? showing.length === 0 : showing.length < everyRow.length) continue
    columns.push(name)
    const masking = showing.find(({ masks }) => masks.has(name))
    const plain = showing.find(({ masks }) => !masks.has(name))
    if (!masking || (plain && sameRows)) continue
    masks.set(name, masking.masks.get(name)!)
    reasons.push(`column ${label}.${name} is masked (${masking.masks.get(name)!.kind})`)
  }
  if (names.length > 0 && columns.length === 0) return undefined
  if (columns.length < names.length) reasons.push(hidden(names.length - columns.length, label))
  const rows = unfiltered.length > 0 ? [] : rowsOf(everyRow, sameRows)
  for (const rule of rows) reasons.push(`row rule on ${label}: ${rule}`)
  const restricted = masks.size > 0 || rows.length > 0 || columns.length < names.length
  // A column that is not known yet is shown as one of `names` would be of which the rules say nothing.
  const guarded = sameRows ? everyRow.every((role) => role.guarded) : everyRow.some((role) => role.guarded)
  const shown = { columns, masks, rows }
  const may = (what: 'writes' | 'alters'): boolean =>
    given.every((one) => one[what]) || writing.some((one) => isGiven(one) && one[what] && givesAll(one, shown))
  const explicit = given.every((one) => one.explicit)
  return { ...shown, restricted, guarded, writable: may('writes'), alterable: may('alters'), reasons, explicit }
}

/**
 * True when one role alone shows every row and every column that all together show. Only then may it write what they show: a role that may
 * not write must not lend its rows and columns to one that may.
 */
function givesAll({ hidden, masks, rows }: RoleTable, shown: Pick<United, 'columns' | 'masks' | 'rows'>): boolean {
  const sameRows = rows.length === 0 || (rows.length === shown.rows.length && rows.every((rule) => shown.rows.includes(rule)))
  return sameRows && shown.columns.every((name) => !hidden.has(name) && (!masks.has(name) || shown.masks.has(name)))
}

/** Rules of one role must all hold; of several roles, those of one of them. */
function rowsOf(roles: readonly RoleTable[], same: boolean): readonly string[] {
  if (same) return roles[0]!.rows
  const each = new Set(roles.map(({ rows }) => (rows.length === 1 ? rows[0]! : rows.map((rule) => `(${rule})`).join(' AND '))))
  return [[...each].map((rule) => `(${rule})`).join(' OR ')]
}

const hidden = (count: number, label: string): string =>
  count === 1 ? `1 column of ${label} is hidden` : `${count} columns of ${label} are hidden`
