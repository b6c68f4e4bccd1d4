import { type Random, runningSums } from './random.ts'

const dayMs = 86_400_000

/** When things happen in the shop: more each year, more before Christmas and on Mondays, more in the evening. */
export type Calendar = Readonly<{
  /** `count` moments in order, in milliseconds, up to now. */
  moments(random: Random, count: number): number[]
}>

/** `days` days up to and including the day of `now`; nothing happens after `now`. */
export function calendarOf(now: Date, days: number): Calendar {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  const daySums = runningSums(Array.from({ length: days }, (_, i) => weightOf(today - (days - 1 - i) * dayMs, i / days)))
  const hourSums = runningSums([2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 11, 10, 9, 9, 10, 12, 14, 16, 17, 15, 10, 5])
  return {
    moments(random, count) {
      const made = Array.from({ length: count }, () => {
        const day = today - (days - 1 - random.weighted(daySums)) * dayMs
        const moment = day + random.weighted(hourSums) * 3_600_000 + random.int(0, 3_599) * 1_000
        // What would lie ahead of now today happens earlier today instead. Drawing for it would make all that follows depend on the hour.
        return moment <= now.getTime() ? moment : day + Math.floor(((moment - day) / dayMs) * (now.getTime() - day))
      })
      return made.sort((a, b) => a - b)
    },
  }
}

function weightOf(dayStart: number, progress: number): number {
  const date = new Date(dayStart)
  const month = date.getUTCMonth()
  const season = month === 10 ? 1.5 : month === 11 ? 1.8 : month === 6 || month === 7 ? 0.85 : 1
  const weekday = [0.9, 1.2, 1.05, 1, 1, 1.05, 0.8][date.getUTCDay()]!
  return (0.6 + 1.2 * progress) * season * weekday
}

/** `2026-11-20 09:15:02`, in UTC, as SQLite's own date functions write it. */
export const stampOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
export const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
