/** Writes `src/api/schema.d.ts`: the types of every route, made of the OpenAPI document that the gateway itself tells. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { openapi } from '../../src/serve/openapi/openapi.ts'

const file = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url))

/** The file as it should be. */
export async function apiTypes(): Promise<string> {
  const nodes = await openapiTS(openapi() as unknown as OpenAPI3)
  return `// Made by ui/scripts/api-types.ts of the OpenAPI document; not written by hand.\n${astToString(nodes)}`
}

/** Leaves the file alone when it says the same already, so that the page is not built again for nothing. */
export async function writeApiTypes(): Promise<void> {
  const text = await apiTypes()
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}

if (import.meta.main) await writeApiTypes()
