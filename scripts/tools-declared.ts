/** Writes `src/tools/declared.json`, what a list of tools needs, from the declarations of the tools; with `--check` it only says whether it is up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { declarationOf, tools } from '../src/tools/tools.ts'

const file = new URL('../src/tools/declared.json', import.meta.url)
const lines = tools.map((tool) => {
  const { name, ...rest } = declarationOf(tool)
  return JSON.stringify({ name, group: tool.group, ...(tool.needs === undefined ? {} : { needs: tool.needs }), ...rest })
})
const text = `[\n${lines.join(',\n')}\n]\n`

if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error('src/tools/declared.json is out of date. Run `node scripts/tools-declared.ts`.')
  process.exitCode = 1
}
