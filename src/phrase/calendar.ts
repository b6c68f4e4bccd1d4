/** Days as numbers since 1970, so that nothing depends on a clock or a zone. */
export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'half' | 'year'

/** Half-open: `from` belongs to it, `to` does not any more; both `YYYY-MM-DD`, either may be missing. */
export type Range = Readonly<{ from?: string; to?: string }>

const DAY = 86_400_000

export const dayOf = (text: string): number => Math.floor(Date.parse(`${text}T00:00:00Z`) / DAY)
export const textOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)

/** The day of a year (such as 2024), month (1 to 12, beyond them it runs into other years) and day of the month, which is cut to the month's length. */
export function dateOf(year: number, month: number, day: number): number {
  const first = Date.UTC(year, month - 1, 1) / DAY
  const next = Date.UTC(year, month, 1) / DAY
  return Math.min(first + Math.max(1, day) - 1, next - 1)
}

export const partsOf = (day: number): Readonly<{ year: number; month: number; day: number }> => {
  const date = new Date(day * DAY)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

const months = { month: 1, quarter: 3, half: 6, year: 12 } as const

/** The first day of the unit that `day` lies in. Weeks begin on Monday. */
export function startOf(unit: Unit, day: number): number {
  if (unit === 'day') return day
  // 1970-01-01 was a Thursday.
  if (unit === 'week') return day - ((((day + 3) % 7) + 7) % 7)
  const { year, month } = partsOf(day)
  const size = months[unit]
  return dateOf(year, month - ((month - 1) % size), 1)
}

/** `day` and some units on or back; months keep the day where they have it. */
export function moved(unit: Unit, day: number, by: number): number {
  if (unit === 'day') return day + by
  if (unit === 'week') return day + 7 * by
  const { year, month, day: ofMonth } = partsOf(day)
  return dateOf(year, month + months[unit] * by, ofMonth)
}

/** A date as text, some units on or back. */
export const movedDate = (date: string, unit: Unit, by: number): string => textOf(moved(unit, dayOf(date), by))

/** The whole unit that `day` lies in, or one some units away. */
export function whole(unit: Unit, day: number, away = 0): readonly [number, number] {
  const start = startOf(unit, moved(unit, startOf(unit, day), away))
  return [start, moved(unit, start, 1)]
}

/** The days of a week of ISO 8601: week 1 holds the year's first Thursday. */
export function isoWeek(year: number, week: number): readonly [number, number] {
  const start = startOf('week', dateOf(year, 1, 4)) + 7 * (week - 1)
  return [start, start + 7]
}

/** Is there such a day? `2024-02-30` is none. */
export const isDate = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= partsOf(dateOf(year, month, 31)).day && year >= 1000 && year <= 9999
