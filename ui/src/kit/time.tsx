import { useTexts } from '../texts/texts.tsx'

/** The viewer's own zone, by its name. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** A moment in the viewer's zone; the zone is told to who points at it, and to who listens. */
export function Time({ at, day = false }: { at: string | number | Date; day?: boolean }) {
  const { language } = useTexts()
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return <span>{String(at)}</span>
  const text = date.toLocaleString(language, day ? { dateStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' })
  const whole = date.toLocaleString(language, { dateStyle: 'full', timeStyle: 'long' })
  return (
    <time dateTime={date.toISOString()} title={`${whole} (${zone})`}>
      {text}
    </time>
  )
}
