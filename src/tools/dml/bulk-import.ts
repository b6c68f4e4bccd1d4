import * as z from 'zod'
import { SluiceError } from '../../error.ts'
import { arrayRows, csvRows, importRows, jsonRows, ndjsonRows, type RowsIn, type WantedImport } from '../../import.ts'
import { limits } from '../../limits.ts'
import { changeAnswer, changeOutput } from '../change-answer.ts'
import type { Fields } from '../fields.ts'
import { sourceOf } from '../sql-call.ts'
import { askingCall, type Tool } from '../tool.ts'

const row = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())])

export const bulkImport: Tool = {
  kind: 'answer',
  group: 'dml',
  name: 'bulk_import',
  title: 'Import rows',
  description:
    'Put many rows into a table, all or none: rows as JSON, or data as CSV, NDJSON or JSON text. The first call answers a preview and a confirm_token; send the same again with it to apply. A wrong row is named. Large files: POST /import/{source}/{table}, or sluice import.',
  input: z.strictObject({
    source: z.string().optional(),
    table: z.string().min(1),
    rows: z.array(row).min(1).optional().describe('Objects by column name, or arrays beside columns'),
    data: z.string().min(1).optional().describe('Instead of rows: text in the given format'),
    format: z.enum(['csv', 'ndjson', 'json']).optional().describe('Of data; csv unless said'),
    columns: z.array(z.string().min(1)).min(1).optional().describe('Column names; for CSV without a header'),
    mode: z.enum(['insert', 'upsert']).optional().describe('insert unless said'),
    key_columns: z.array(z.string().min(1)).min(1).optional().describe('For upsert; the primary key unless said'),
    batch_size: z.int().min(1).max(limits.importBatchRowsMax).optional(),
    confirm_token: z.string().optional().describe('From the preview of the same import'),
  }),
  also: { table_name: 'table', keys: 'key_columns', key: 'key_columns' },
  output: changeOutput,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  needs: 'write',
  async answer(fields, caller, parts) {
    const rows = rowsOf(fields)
    const source = await sourceOf(fields, caller, parts)
    const token = fields.confirm_token as string | undefined
    const mode = (fields.mode as WantedImport['mode'] | undefined) ?? 'insert'
    const key = (fields.key_columns as readonly string[] | undefined) ?? []
    if (mode === 'insert' && key.length > 0) throw new SluiceError('field_invalid', 'The field key_columns goes with the mode upsert.')
    const wanted = {
      table: fields.table as string,
      rows,
      mode,
      key,
      ...(fields.batch_size === undefined ? {} : { batchRows: fields.batch_size as number }),
      progress: (done: number) => caller.progress?.(done, undefined, `${done} rows`),
    }
    const text = `import ${rows.format} into ${String(fields.table).slice(0, 200)}`
    return changeAnswer(await importRows(askingCall(caller, source, text, token === undefined ? 'preview' : 'apply'), wanted, token, parts))
  },
}

function rowsOf({ rows, data, format, columns }: Fields): RowsIn {
  const named = columns === undefined ? {} : { columns: columns as readonly string[] }
  if ((rows === undefined) === (data === undefined))
    throw new SluiceError('field_missing', 'One of the fields rows and data must be given, and not both.')
  if (rows !== undefined) {
    if (format !== undefined) throw new SluiceError('field_invalid', 'The field format goes with data, not with rows.')
    return arrayRows(rows as readonly unknown[], named)
  }
  const bytes = once(Buffer.from(data as string, 'utf8'))
  if (format === 'ndjson') return ndjsonRows(bytes, named, limits.importBytesMax)
  return format === 'json' ? jsonRows(bytes, named, limits.importBytesMax) : csvRows(bytes, named, limits.importBytesMax)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
