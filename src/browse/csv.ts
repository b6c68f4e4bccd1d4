import { type Bytes, type FileSink, rowsOf, textOf } from './file.ts'

/** RFC 4180 in UTF-8: an empty field is NULL, `""` the empty text; numbers have all their digits. */
export function csvSink(out: Bytes): FileSink {
  return {
    columns: (columns) => out(Buffer.from(`${columns.map(({ name }) => quoted(name)).join(',')}\r\n`)),
    batch(batch) {
      if (batch.rows === 0) return
      let text = ''
      for (const row of rowsOf(batch)) {
        text += `${row.map((cell) => field(textOf(cell))).join(',')}\r\n`
      }
      return out(Buffer.from(text))
    },
    end() {},
  }
}

const field = (text: string | undefined): string => (text === undefined ? '' : quoted(text))
const quoted = (text: string): string => (text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
