import { zstdDecompressSync } from 'node:zlib'
import type { AsyncBuffer, Compressors, RowGroup } from 'hyparquet'
import { SluiceError } from '../error.ts'

/** What one page may say that it holds. Writers make pages of some ten thousand values and about a megabyte. */
const pageValuesMax = 1_048_576
const groupBytesMax = 512 * 1024 * 1024

/**
 * Refuses a group of rows where the pages of the wanted columns would become more than its rows, or more than memory should hold: a page of a few bytes may say that
 * it is a thousand million values, and its reader believes that. Throws `import_invalid`, and whatever a broken file makes the reader throw.
 */
export async function mustBeModest(file: AsyncBuffer, { columns, num_rows: rows }: RowGroup, wanted: readonly string[]): Promise<void> {
  const { parquetHeader } = await import('hyparquet/src/column.js')
  let bytes = 0
  for (const { meta_data: about } of columns) {
    if (!about || !wanted.includes(about.path_in_schema[0]!)) continue
    const { dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size: size } = about
    const from = Number(dictionary && dictionary < data ? dictionary : data)
    const chunk = await file.slice(from, from + Number(size))
    const reader = { view: new DataView(chunk), offset: 0 }
    let values = 0
    // As its reader goes, which stops when it has the rows; the last byte begins no page.
    while (values < rows && reader.offset < reader.view.byteLength - 1) {
      const page = parquetHeader(reader)
      const told = page.dictionary_page_header ?? page.data_page_header ?? page.data_page_header_v2
      const inPage = Number(told?.num_values ?? 0)
      if (!page.dictionary_page_header) values += inPage
      bytes += Number(page.uncompressed_page_size)
      const sane = inPage >= 0 && page.uncompressed_page_size >= 0 && page.compressed_page_size >= 0
      if (!sane || inPage > pageValuesMax || values > rows || bytes > groupBytesMax) throw tooMuch()
      reader.offset += page.compressed_page_size
    }
  }
}

export const tooMuch = (): SluiceError =>
  new SluiceError('import_invalid', 'A page or a group of rows of the file holds too much. Nothing was imported.', {
    hint: `Write the file with smaller row groups, of at most ${groupBytesMax} bytes, and pages of at most ${pageValuesMax} values.`,
  })

/** What unpacks pages, none of them to more than its page says. */
export const bounded = (compressors: Compressors): Compressors => ({
  ...compressors,
  ZSTD: (packed, length) => (length === 0 ? new Uint8Array() : zstdDecompressSync(packed, { maxOutputLength: length })),
})
