import type { Applied, Previewed, Sample } from '../change.ts'
import type { Answer } from './tool.ts'

/** JSON Schema of what a tool that changes something answers: a preview with its token, or what was done. */
export const changeOutput = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['confirmation_required', 'applied'] },
    source: { type: 'string' },
    changed: { type: 'object' },
    samples: { type: 'array' },
    warnings: { type: 'array' },
    confirm_token: { type: 'string' },
    expires: { type: 'string' },
    change_id: { type: 'string' },
    results: { type: 'array' },
    undoable: { type: 'boolean' },
  },
} as const

/** A preview or an applied change, as data and as text for a model; values of rows stand in both as JSON has them. */
export function changeAnswer(done: Previewed | Applied): Answer {
  const structured = jsonOf(done) as Readonly<Record<string, unknown>>
  if (done.status === 'applied') return { structured, text: appliedText(done) }
  const { confirm_token: token, expires } = done
  return { structured, text: previewText(done), confirm: { token, expires, question: questionOf(done) } }
}

/** What a person is asked before the change is made. */
export function questionOf({ source, changed, warnings }: Previewed): string {
  return [`Change ${rowsText(changed)} in ${source}?`, ...warnings].join('\n')
}

function previewText(preview: Previewed): string {
  return [
    `Nothing has changed yet. This would change ${rowsText(preview.changed)} in ${preview.source}.`,
    ...preview.warnings.map((warning) => `Warning: ${warning}`),
    ...preview.samples.flatMap((sample) => sampleLines(sample, partOf(sample, preview))),
    `To apply it, send the same call with confirm_token "${preview.confirm_token}" before ${preview.expires}.`,
  ].join('\n')
}

function appliedText(done: Applied): string {
  const undo = done.undoable ? 'It can be undone.' : `It cannot be undone${done.undo_reason ? `: ${done.undo_reason}` : '.'}`
  const answers = done.results.flatMap((result, i) => (result ? [`Result of statement ${i + 1}: ${JSON.stringify(jsonOf(result))}`] : []))
  return [
    `Changed ${rowsText(done.changed)} in ${done.source}. change_id: ${done.change_id}. ${undo}`,
    ...done.warnings.map((warning) => `Warning: ${warning}`),
    ...answers,
  ].join('\n')
}

function rowsText(changed: Previewed['changed']): string {
  const parts = Object.entries(changed).map(([table, rows]) => `${rows} row${rows === 1 ? '' : 's'} of ${table}`)
  return parts.length === 0 ? 'no rows' : parts.join(', ')
}

const SAMPLE_LINES = 10

/** How many of how many rows are shown, where not all of them are; nothing where several samples are of one table. */
function partOf({ table, rows }: Sample, { samples, changed }: Previewed): string {
  const all = changed[table] ?? 0
  const shown = Math.min(rows.length, SAMPLE_LINES)
  return shown < all && samples.filter((one) => one.table === table).length === 1 ? `, ${shown} of ${all}` : ''
}

function sampleLines({ table, columns, rows }: Sample, part: string): string[] {
  const lines = rows.slice(0, SAMPLE_LINES).map(({ before, after }) => {
    const was = before === null ? 'new' : JSON.stringify(jsonOf(before))
    return `  ${was} -> ${after === null ? 'gone' : JSON.stringify(jsonOf(after))}`
  })
  return [`Rows of ${table} (${columns.join(', ')})${part}:`, ...lines]
}

/** As JSON has it: 64-bit integers that a number would round are digits, bytes are base64. */
function jsonOf(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item)]))
}
