import { SluiceError } from '../error.ts'
import type { Asked } from './mode.ts'

/** The day where the asker is, `YYYY-MM-DD`. Throws `field_invalid` for a day or a zone that there is not. */
export function todayOf({ today, zone }: Pick<Asked, 'today' | 'zone'>, now: Date = new Date()): string {
  if (today !== undefined) {
    const at = new Date(`${today}T00:00:00Z`)
    if (/^\d{4}-\d\d-\d\d$/.test(today) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(today)) return today
    throw new SluiceError('field_invalid', 'today must be a day as YYYY-MM-DD.')
  }
  try {
    // The Swedish way of writing a day is the ISO one.
    return new Intl.DateTimeFormat('sv-SE', { ...(zone === undefined ? {} : { timeZone: zone }), dateStyle: 'short' }).format(now)
  } catch (cause) {
    throw new SluiceError('field_invalid', 'zone must be the name of a time zone, such as Europe/Berlin.', { cause })
  }
}
