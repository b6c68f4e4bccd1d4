import type { DialectName } from '../facts.ts'
import type { ColumnType } from '../result.ts'

type Columns = readonly Readonly<{ name: string; type: ColumnType }>[]
type Shape = Readonly<{ columns: Columns; sure: boolean }>

/** What is not as it was in the columns of an answer, as a sentence; undefined when nothing is. */
export function difference(before: Shape, after: Shape, dialect: DialectName): string | undefined {
  const [was, is] = [before.columns, after.columns]
  if (was.length !== is.length) return `The answer had ${was.length} columns and has ${is.length}.`
  const renamed = was.findIndex(({ name }, i) => name.toLowerCase() !== is[i]!.name.toLowerCase())
  if (renamed >= 0) return `Column ${renamed + 1} of the answer has another name.`
  // SQLite types values, not columns: without a value there is no type, and a whole number among fractions is no other column.
  if (dialect === 'sqlite' && !(before.sure && after.sure)) return undefined
  const kind = dialect === 'sqlite' ? familyOf : (type: ColumnType) => type
  const at = was.findIndex(({ type }, i) => kind(type) !== kind(is[i]!.type))
  return at < 0 ? undefined : `Column ${at + 1} of the answer was ${was[at]!.type} and is ${is[at]!.type}.`
}

const familyOf = (type: ColumnType): string =>
  type === 'int' || type === 'float' || type === 'decimal' ? 'number' : type === 'binary' ? type : 'text'
