import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Process ids of the engines of one kind that a process has started. */
export function enginesOf(name: 'sqlite' | 'duckdb', parent = process.pid): number[] {
  const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return all.split('\n').flatMap((line) => {
    const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return Number(ppid) === parent && args!.includes(`engine-${name}`) ? [Number(pid)] : []
  })
}

/** Whether a process still does anything; one that has ended and was not yet fetched does not. */
export const exists = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

/** Hundredths of a second of processor time that a process has used. */
function ticks(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return 0
  }
}

/** Which of these processes compute now: they use more of a third of a second than waiting or tidying up would. */
export async function computing(pids: readonly number[]): Promise<number[]> {
  const before = pids.map(ticks)
  await sleep(330)
  return pids.filter((pid, i) => exists(pid) && ticks(pid) - before[i]! >= 4)
}
