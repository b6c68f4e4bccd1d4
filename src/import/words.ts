import { SluiceError } from '../error.ts'
import { withNearColumns } from '../unknown-column.ts'
import { type LoadSetting, tableOf } from './load.ts'

/** No message names a hidden column, and one about a column names those that are near. */
export function inOurWords(error: SluiceError, setting: LoadSetting): SluiceError {
  const { target, schema, grant } = setting
  const near = withNearColumns(error, [tableOf(setting)], schema, grant)
  const hidden = target.table.columns.map(({ name }) => name).filter((name) => !target.granted.columns.includes(name))
  const message = hidden.reduce((text, name) => text.replaceAll(new RegExp(`\\b${RegExp.escape(name)}\\b`, 'gi'), '…'), near.message)
  return message === near.message ? near : new SluiceError(near.code, message, { cause: error, hint: near.hint })
}
