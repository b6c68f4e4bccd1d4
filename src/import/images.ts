import type { Value } from '../call.ts'
import { statements } from '../dml/dml.ts'
import type { Image } from '../journal/journal.ts'
import type { Cell } from '../result.ts'
import type { WriteSession } from '../source/source.ts'
import { answered, type LoadSetting, tableOf } from './load.ts'

const keysAtOnce = 200
const imageBytesMax = 16 * 1024 * 1024

/** The new rows as they are now, by which they can be taken away again; undefined where they are too many or cannot be known. */
export async function images(
  keys: readonly (readonly Value[])[] | undefined,
  setting: LoadSetting,
  session: WriteSession,
): Promise<Image | undefined> {
  const { target, proof, key } = setting
  if (!keys || keys.length === 0 || key.length > 0) return undefined
  const columns = target.table.columns.filter((column) => column.generated !== 'always' || proof.includes(column))
  const rows: Readonly<{ after: readonly Cell[] }>[] = []
  let bytes = 0
  for (let at = 0; at < keys.length; at += keysAtOnce) {
    const { sql, params } = statements.readByKey(target, columns, proof, keys.slice(at, at + keysAtOnce), setting)
    for (const after of await answered(sql, params, session)) {
      for (const cell of after) bytes += typeof cell === 'string' ? cell.length : 8
      rows.push({ after })
    }
    if (bytes > imageBytesMax) return undefined
  }
  if (rows.length !== keys.length) return undefined
  return { table: tableOf(setting), key: proof.map(({ name }) => name), columns: columns.map(({ name }) => name), rows }
}
