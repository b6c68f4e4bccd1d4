import { Link } from '@tanstack/react-router'
import { intoView } from '../../kit/page.tsx'
import { useTexts } from '../../texts/texts.tsx'

/** Links to the views of a source or a table, of which one is open. */
export function Views({ views, open }: { views: readonly Readonly<{ view: string; label: string }>[]; open: string }) {
  const { t } = useTexts()
  return (
    <nav aria-label={t('part.parts')} className="flex gap-1">
      {views.map(({ view, label }) => (
        <Link
          key={view}
          to="."
          search={{ view }}
          ref={view === open ? intoView : null}
          aria-current={view === open ? 'page' : undefined}
          className={`border-b-2 px-2.5 py-2 text-sm font-medium whitespace-nowrap ${view === open ? 'border-accent text-accent' : 'border-transparent text-ink-2 hover:border-line-strong hover:text-ink'}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
