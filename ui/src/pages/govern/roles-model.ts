import { Document, isMap, parseDocument } from 'yaml'

export type MaskValue = string | null | Readonly<Record<string, unknown>>
export type SourceForm = Readonly<{
  tables?: Readonly<{ allow?: readonly string[]; deny?: readonly string[]; write?: readonly string[] }>
  columns?: Readonly<
    Record<string, Readonly<{ allow?: readonly string[]; deny?: readonly string[]; mask?: Readonly<Record<string, MaskValue>> }>>
  >
  rows?: Readonly<Record<string, string | readonly string[]>>
  actions?: readonly string[]
  confirm?: string
}>
export type RoleForm = Readonly<{ extends?: readonly string[] | string; sources?: Readonly<Record<string, SourceForm | null>> }>
export type Path = readonly string[]

/** The roles of a text, or undefined while it cannot be read as such. */
export function rolesIn(text: string): Readonly<Record<string, RoleForm>> | undefined {
  try {
    const document = parseDocument(text, { prettyErrors: false })
    if (document.errors.length > 0) return undefined
    const { roles = {} } = (document.toJS({ maxAliasCount: 100 }) ?? {}) as { roles?: unknown }
    const whole = isObject(roles) && Object.values(roles).every((role) => role === null || isObject(role))
    return whole
      ? (Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, role ?? {}])) as Record<string, RoleForm>)
      : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text with one value at a path, or without it where that is undefined; comments and everything else stay as they are. */
export function withValue(text: string, path: Path, value: unknown): string {
  const document = text.trim() === '' ? new Document({ roles: {} }) : parseDocument(text)
  if (!isMap(document.contents)) return text
  if (value === undefined) {
    document.deleteIn(path)
    // What is left empty says nothing any more.
    for (let up = path.slice(0, -1); up.length > 4; up = up.slice(0, -1)) {
      const left = document.getIn(up)
      if (isMap(left) && left.items.length === 0) document.deleteIn(up)
    }
  } else {
    for (let depth = 1; depth < path.length; depth++) {
      const at = path.slice(0, depth)
      if (!isMap(document.getIn(at))) document.setIn(at, document.createNode({}))
      const node = document.getIn(at)
      if (isMap(node) && node.items.length === 0) node.flow = false
    }
    document.setIn(path, document.createNode(value, { flow: typeof value === 'object' && value !== null && Object.keys(value).length > 0 }))
  }
  return document.toString({ lineWidth: 0 })
}

/** Texts between commas. */
export const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

export type ColumnRule = Readonly<{ table: string; column: string; shown: 'deny' | MaskValue }>

/** What a role says of columns, one rule each. */
export const columnRules = ({ columns = {} }: SourceForm): readonly ColumnRule[] =>
  Object.entries(columns).flatMap(([table, said]) => [
    ...(said?.deny ?? []).map((column): ColumnRule => ({ table, column, shown: 'deny' })),
    ...Object.entries(said?.mask ?? {}).map(([column, mask]): ColumnRule => ({ table, column, shown: mask })),
  ])

/** What a role says of rows, one rule each. */
export const rowRules = ({ rows = {} }: SourceForm): readonly Readonly<{ table: string; rule: string }>[] =>
  Object.entries(rows).flatMap(([table, said]) => (typeof said === 'string' ? [said] : (said ?? [])).map((rule) => ({ table, rule })))

/** The text with another set of column rules for a source of a role; what it says by `allow` stays. */
export function withColumnRules(text: string, role: string, source: string, before: SourceForm, rules: readonly ColumnRule[]): string {
  const tables = new Set([...Object.keys(before.columns ?? {}), ...rules.map(({ table }) => table)])
  let next = text
  for (const table of tables) {
    const mine = rules.filter((rule) => rule.table === table)
    const deny = mine.filter(({ shown }) => shown === 'deny').map(({ column }) => column)
    const mask = Object.fromEntries(mine.filter(({ shown }) => shown !== 'deny').map(({ column, shown }) => [column, shown]))
    const at = ['roles', role, 'sources', source, 'columns', table]
    next = withValue(next, [...at, 'deny'], deny.length > 0 ? deny : undefined)
    next = withValue(next, [...at, 'mask'], Object.keys(mask).length > 0 ? mask : undefined)
  }
  return next
}

/** The text with another set of row rules. */
export function withRowRules(
  text: string,
  role: string,
  source: string,
  before: SourceForm,
  rules: readonly Readonly<{ table: string; rule: string }>[],
): string {
  const tables = new Set([...Object.keys(before.rows ?? {}), ...rules.map(({ table }) => table)])
  let next = text
  for (const table of tables) {
    const mine = rules.filter((rule) => rule.table === table).map(({ rule }) => rule)
    next = withValue(
      next,
      ['roles', role, 'sources', source, 'rows', table],
      mine.length === 0 ? undefined : mine.length === 1 ? mine[0] : mine,
    )
  }
  return next
}
