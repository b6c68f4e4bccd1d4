import { blot } from '../blot.ts'
import { SluiceError } from '../error.ts'
import { withNearColumns } from '../unknown-column.ts'
import type { Scene, Step } from './scene.ts'

/** No message names a hidden column or shows the key of a hash mask, and one about a column names those that are near. */
export function wordsOf(error: SluiceError, steps: readonly Step[], { schema, grant }: Scene): SluiceError {
  const tables = [...new Set(steps.flatMap((step) => step.tables))]
  const near = withNearColumns(error, tables, schema, grant)
  const hidden = schema.tables
    .filter(({ schema: place, name }) => tables.includes(`${place}.${name}`) || tables.includes(name))
    .flatMap(({ schema: place, name, columns }) => {
      const names = columns.map((column) => column.name)
      const shown = grant.table({ schema: place, name, names })?.columns ?? []
      return names.filter((column) => !shown.includes(column))
    })
  const blotted = blot(
    hidden.reduce((text, name) => withoutName(text, name), near.message),
    steps.flatMap(({ secrets }) => secrets),
  )
  return blotted === near.message ? near : new SluiceError(near.code, blotted, { cause: error, hint: near.hint })
}

/** A constraint is often named after its columns, so a quoted name that holds the hidden one goes as a whole. */
function withoutName(text: string, name: string): string {
  const plain = text.replaceAll(new RegExp(`\\b${RegExp.escape(name)}\\b`, 'gi'), '…')
  return plain.replaceAll(/"[^"]*"/g, (quoted) => (quoted.toLowerCase().includes(name.toLowerCase()) ? '"…"' : quoted))
}
