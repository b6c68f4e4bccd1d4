import { randomBytes } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import { metered } from './metered.ts'
import { type Field, fieldsOf, readable } from './parquet-fields.ts'
import { bounded, mustBeModest, tooMuch } from './parquet-pages.ts'
import type { Bytes, Intake, RowsIn } from './rows-in.ts'

/**
 * Rows of an Apache Parquet file. It is read from its end, so it is first laid down in a file that only this process can open and that
 * is gone with it. Columns of lists and structs cannot be imported.
 */
export function parquetRows(source: Bytes, setting: Readonly<{ columns?: readonly string[] }>, bytesMax: number): RowsIn {
  return {
    format: 'parquet',
    setting,
    async read(into, signal) {
      const { bytes, content } = metered(source, bytesMax, signal)
      const file = await nameless()
      try {
        let size = 0
        for await (const piece of bytes) {
          await file.writev([piece])
          size += piece.byteLength
        }
        await give(file, size, setting.columns, into, signal)
        return content()
      } finally {
        await file.close()
      }
    },
  }
}

/** A file without a name: nobody else can open it, and it is gone when it is closed, however this process ends. */
async function nameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `sluice-import-${randomBytes(16).toString('hex')}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

/** Rows that are made at once; a group of rows is read in pieces of so many. */
const rowsAtOnce = 10_000

async function give(
  file: FileHandle,
  size: number,
  wanted: readonly string[] | undefined,
  into: Intake,
  signal: AbortSignal,
): Promise<void> {
  const { parquetMetadataAsync, parquetRead } = await import('hyparquet')
  const { compressors } = await import('hyparquet-compressors')
  const buffer = { byteLength: size, slice: (start: number, end = size) => sliceOf(file, start, Math.min(end, size)) }
  const unpacking = bounded(compressors)
  const metadata = await unlessBroken(() => parquetMetadataAsync(buffer, { geoparquet: false }))
  const fields = fieldsOf(metadata, wanted)
  const plain = readable(metadata)
  const names = fields.map(({ name }) => name)
  await into.columns(names)
  let from = 0
  for (const group of plain.row_groups) {
    if (group.num_rows < 0) throw tooMuch()
    await unlessBroken(() => mustBeModest(buffer, group, names))
    const end = from + Number(group.num_rows)
    for (; from < end; from = Math.min(end, from + rowsAtOnce)) {
      signal.throwIfAborted()
      const rowEnd = Math.min(end, from + rowsAtOnce)
      const read = {
        file: buffer,
        metadata: plain,
        columns: names,
        rowStart: from,
        rowEnd,
        compressors: unpacking,
        utf8: false,
        parsers,
        geoparquet: false,
      }
      const rows = await unlessBroken(
        () => new Promise<unknown[][]>((resolve, reject) => parquetRead({ ...read, onComplete: resolve }).catch(reject)),
      )
      for (const row of rows) {
        const taken = into.row(valuesOf(row, fields))
        if (taken) await taken
      }
    }
  }
}

async function sliceOf(file: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const length = Math.max(0, end - start)
  if (length > limits.importBytesMax) throw new RangeError('a part of the file is larger than the whole may be')
  const bytes = new Uint8Array(length)
  let at = 0
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, start + at)
    if (bytesRead === 0) throw new RangeError('the file ends early')
    at += bytesRead
  }
  return bytes.buffer
}

/** What the reader throws at a broken file may be anything, and quote anything. */
async function unlessBroken<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause
    throw new SluiceError('import_invalid', 'The content cannot be read as a Parquet file. Nothing was imported.', { cause })
  }
}

const valuesOf = (row: readonly unknown[], fields: readonly Field[]): readonly Value[] => fields.map(({ value }, i) => value(row[i]))

const parsers = {
  timestampFromNanoseconds: (nanos: bigint) => nanos,
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes),
}
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
