import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { demoVersion, markFile, type Progress } from './mark.ts'
import { makeShop } from './shop.ts'
import { makeSupport } from './support.ts'
import { makeWeb } from './web.ts'

/**
 * Makes all demo data in a folder beside `folder` and puts it there in one step, so that an interrupted run leaves nothing half
 * done. The same for every run but for the dates, which end at `now`.
 */
export async function makeDemo(folder: string, now: Date, onProgress: Progress): Promise<void> {
  const temporary = `${folder}.making-${process.pid}`
  removeLeftovers(folder)
  mkdirSync(join(temporary, 'web'), { recursive: true })
  mkdirSync(join(temporary, 'support'))
  const remove = () => rmSync(temporary, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    makeShop(join(temporary, 'shop.db'), now, (share) => onProgress(share * 0.55, 'shop'))
    await makeSupport(join(temporary, 'support', 'tickets.csv'), now)
    onProgress(0.6, 'support tickets')
    await makeWeb(join(temporary, 'web'), now, (share) => onProgress(0.6 + share * 0.4, 'web events'))
    writeFileSync(join(temporary, markFile), `${JSON.stringify({ version: demoVersion, made_at: now.toISOString() })}\n`)
    replace(folder, temporary)
  } finally {
    process.off('exit', remove)
    remove()
  }
}

/** Another process may have been quicker; then its data stay and ours go. */
function replace(folder: string, temporary: string): void {
  const old = `${temporary}-old`
  try {
    renameSync(folder, old)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  try {
    renameSync(temporary, folder)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  } finally {
    rmSync(old, { recursive: true, force: true })
  }
}

/** What a killed run left behind. */
function removeLeftovers(folder: string): void {
  const parent = dirname(folder)
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(`${basename(folder)}.making-`) ? Number.parseInt(name.slice(basename(folder).length + 8), 10) : Number.NaN
    if (Number.isInteger(pid) && !lives(pid)) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
