import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** More than this is no schema that anybody could use, and most likely no value of ours. */
const BYTES_MAX = 512 * 1024 * 1024

/** Text as the registry keeps what is long: compressed, beside the thread that serves. The same text always becomes the same bytes. */
export const packed = async (text: string): Promise<Uint8Array> => await compress(text)

export const unpacked = async (bytes: Uint8Array): Promise<string> =>
  (await decompress(bytes, { maxOutputLength: BYTES_MAX })).toString('utf8')
