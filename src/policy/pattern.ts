/** A name or `schema.name` with `*` for any characters. `exact` holds when there is no `*` in it. */
export type Pattern = Readonly<{ text: string; exact: boolean; schema: Glob | undefined; name: Glob }>

type Glob = Readonly<{ test(name: string): boolean }>

/**
 * How letters compare. What takes away (deny, mask, rows) must hold however a name is written, so it is compared `loosely`;
 * what gives must not give the table next to it where the engine tells case apart.
 */
export type Case = 'loosely' | 'exactly'

/** `dotted` false: a dot is a part of the name, as it may be in a column's. */
export function pattern(text: string, letters: Case, dotted = true): Pattern {
  const dot = dotted ? text.indexOf('.') : -1
  const flags = letters === 'loosely' ? 'isu' : 's'
  const glob = (part: string) => lazily(() => new RegExp(`^${part.split('*').map(RegExp.escape).join('.*')}$`, flags))
  return {
    text,
    exact: !text.includes('*'),
    schema: dot < 0 ? undefined : glob(text.slice(0, dot)),
    name: glob(text.slice(dot + 1)),
  }
}

/** The first expression that ignores the case of all letters costs many milliseconds: a start that only lists tools must not pay them. */
function lazily(make: () => RegExp): Glob {
  let made: RegExp | undefined
  return {
    test(name) {
      made ??= make()
      return made.test(name)
    },
  }
}

/** A pattern without a dot means the table in any schema. */
export function matchesTable({ schema, name }: Pattern, table: Readonly<{ schema: string; name: string }>): boolean {
  return name.test(table.name) && (schema === undefined || schema.test(table.schema))
}

/** The higher, the fewer names it can match: an exact `schema.name`, an exact name, then patterns by length. */
export function specificity({ text, exact, schema }: Pattern): number {
  return (exact ? 10_000 : 0) + (schema ? 1_000 : 0) + text.replaceAll('*', '').length
}

/** True when `name` is matched by a source pattern; sources are named by the configuration, so letters count. */
export function matchesSource(text: string, name: string): boolean {
  return text === name || (text.includes('*') && new RegExp(`^${text.split('*').map(RegExp.escape).join('.*')}$`).test(name))
}
