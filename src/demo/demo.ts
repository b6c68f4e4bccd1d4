import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SluiceError } from '../error.ts'
import { demoVersion, markFile, type Progress } from './mark.ts'

export { demoText } from './config.ts'
export type { Progress } from './mark.ts'

/**
 * Where demo data live: in `.sluice/demo` of the checkout, or of the home folder when Sluice is installed. Never relative to the
 * working folder, because an MCP client starts `sluice mcp --demo` wherever it likes. `SLUICE_DEMO` names another folder.
 */
export function demoFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.SLUICE_DEMO) return env.SLUICE_DEMO
  const root = packageRoot()
  const checkout = existsSync(join(root, 'src', 'demo', 'demo.ts')) && !root.includes(`${join('node_modules', 'sluice')}`)
  return join(checkout ? root : homedir(), '.sluice', 'demo')
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/** True when whole demo data of this version are there. */
export function demoReady(folder: string): boolean {
  try {
    const mark = JSON.parse(readFileSync(join(folder, markFile), 'utf8')) as { version?: unknown }
    return mark.version === demoVersion
  } catch {
    return false
  }
}

/** Makes the demo data in a process of its own, unless they are there. */
export async function ensureDemo(folder: string, onProgress: Progress): Promise<void> {
  if (demoReady(folder)) return
  // In the bundle every chunk lies beside the maker's own entry.
  const maker = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './make-process.ts' : './demo-make.js', import.meta.url))
  const [{ spawn }, { createInterface }] = await Promise.all([import('node:child_process'), import('node:readline')])
  const child = spawn(process.execPath, [maker, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const stop = () => child.kill('SIGTERM')
  process.once('exit', stop)
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { share, what } = JSON.parse(line) as { share: number; what: string }
    onProgress(share, what)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  }).finally(() => process.off('exit', stop))
  if (!demoReady(folder)) {
    throw new SluiceError('source_unavailable', `The demo data could not be made (exit code ${code ?? 'none'}).`, {
      hint: 'Look at the lines above; free some disk space (about 60 MB) and start again.',
    })
  }
}
