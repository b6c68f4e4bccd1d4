import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const ticksPerSecond = 100

const fields = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')

/** The process and its living descendants. */
export function tree(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      parents.set(Number(name), Number(fields(Number(name))[1]))
    } catch {
      // It ended while we looked.
    }
  }
  const found = [root]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child)
  return found
}

/** CPU seconds, user and system, that these processes and their ended children have used. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    const stat = fields(pid)
    for (const i of [11, 12, 13, 14]) ticks += Number(stat[i])
  }
  return ticks / ticksPerSecond
}

const kilobytes = (pid: number, key: string): number =>
  Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)

/** Resident memory in MB, of all together. */
export const memoryMb = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + kilobytes(pid, 'VmRSS'), 0) / 1024

/** The most that each has held since `forgetPeak`, in MB, of all together. */
export const peakMb = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + kilobytes(pid, 'VmHWM'), 0) / 1024

export function forgetPeak(pids: readonly number[]): void {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, '5')
}
