/** Builds the page of `ui/` into `dist/ui`, with its files packed once here rather than by every answer. It needs no network. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { writeApiTypes } from '../ui/scripts/api-types.ts'

const folder = 'dist/ui'
const packable = /\.(js|css|svg|html|json)$/
/** Smaller ones are not worth another file. */
const BYTES_MIN = 1_024
const QUALITY = 9

/** Answers how many files the page has and their bytes. */
export async function buildPage(): Promise<Readonly<{ files: number; bytes: number }>> {
  await writeApiTypes()
  const { build } = await import('vite')
  await build({ root: 'ui', configFile: 'ui/vite.config.ts', logLevel: 'warn' })
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => packable.test(file))
  let bytes = 0
  for (const file of files) {
    const path = join(folder, file)
    const whole = readFileSync(path)
    bytes += whole.byteLength
    if (whole.byteLength < BYTES_MIN || file === 'index.html') continue
    writeFileSync(`${path}.gz`, gzipSync(whole, { level: 9 }))
    writeFileSync(`${path}.br`, brotliCompressSync(whole, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } }))
  }
  return { files: files.length, bytes }
}

if (import.meta.main) {
  const { files, bytes } = await buildPage()
  console.log(`Built dist/ui/: ${files} files, ${Math.round(bytes / 1024)} KB.`)
}
