/**
 * Writes `src/api/schema.d.ts`: the types of every route, made of the OpenAPI document that the gateway itself tells. `--check` writes nothing
 * and ends with 1 when the file is not current.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { openapi } from '../../src/serve/openapi/openapi.ts'

const file = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url))

/** The file as it should be. */
export async function apiTypes(): Promise<string> {
  const nodes = await openapiTS(openapi() as unknown as OpenAPI3)
  return `// Made by ui/scripts/api-types.ts of the OpenAPI document; not written by hand.\n${astToString(nodes)}`
}

if (import.meta.main) {
  const text = await apiTypes()
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error('ui/src/api/schema.d.ts is not current. Run: node ui/scripts/api-types.ts')
    process.exitCode = 1
  }
}
