import { type Bytes, distinctNames, type FileSink, rowsOf } from './file.ts'

/** One JSON object a line. */
export function linesSink(out: Bytes): FileSink {
  let keys: readonly string[] = []
  return {
    columns(columns) {
      keys = distinctNames(columns).map((name) => `${JSON.stringify(name)}:`)
    },
    batch(batch) {
      if (batch.rows === 0) return
      let text = ''
      for (const row of rowsOf(batch)) text += `{${row.map((cell, i) => keys[i] + JSON.stringify(cell)).join(',')}}\n`
      return out(Buffer.from(text))
    },
    end() {},
  }
}
