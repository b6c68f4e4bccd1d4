import type { Sink } from './result.ts'

/** The text with every secret blotted out. */
export const blot = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((done, secret) => done.replaceAll(secret, '…'), text)

/** Plans quote the statement, so the keys of hash masks are blotted out of whatever comes back. Only where a statement holds such keys. */
export function blotting(sink: Sink, secrets: readonly string[]): Sink {
  return {
    columns: (columns) => sink.columns(columns.map((column) => ({ ...column, name: blot(column.name, secrets) }))),
    batch(batch) {
      const bytes = Buffer.from(batch.json.buffer, batch.json.byteOffset, batch.json.byteLength)
      if (!secrets.some((secret) => bytes.includes(secret))) return sink.batch(batch)
      const rows = Array.from({ length: batch.rows }, (_, i) =>
        blot(bytes.toString('utf8', i === 0 ? 0 : batch.ends[i - 1]! + 1, batch.ends[i]), secrets),
      )
      let end = -1
      const ends = rows.map((row) => (end += 1 + Buffer.byteLength(row)))
      return sink.batch({ rows: batch.rows, json: Buffer.from(rows.join(',')), ends })
    },
  }
}
