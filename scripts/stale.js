import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** True when the bundle is missing or something that goes into it is newer. Plain JavaScript, because npm may run on Node 20. */
export function isStale(root = '.') {
  const built = modified(join(root, 'dist/sluice.js'))
  if (built === 0) return true
  const sources = readdirSync(join(root, 'src'), { recursive: true }).filter((file) => file.endsWith('.ts'))
  const inputs = ['package.json', 'package-lock.json', 'scripts/build.ts', ...sources.map((file) => join('src', file))]
  return inputs.some((file) => modified(join(root, file)) > built)
}

/** The same of the page: `dist/ui` or the types of the routes are missing, or something of `ui/` is newer. */
export function isPageStale(root = '.') {
  const built = modified(join(root, 'dist/ui/index.html'))
  if (built === 0 || modified(join(root, 'ui/src/api/schema.d.ts')) === 0) return true
  const sources = ['src', 'public'].flatMap((folder) =>
    readdirSync(join(root, 'ui', folder), { recursive: true }).map((file) => join('ui', folder, file)),
  )
  return ['ui/index.html', 'ui/package.json', 'ui/vite.config.ts', ...sources].some((file) => modified(join(root, file)) > built)
}

const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
