import { Button } from '../../kit/button.tsx'
import { Icon } from '../../kit/icon.tsx'
import { useTexts } from '../../texts/texts.tsx'
import type { Policy } from './policy.ts'

/** Lines of theirs that mine has not, marked; so that one sees what they did. */
function marked(theirs: string, mine: string) {
  const known = new Set(mine.split('\n'))
  return theirs.split('\n').map((line, i) => ({ line, key: i, theirs: line.trim() !== '' && !known.has(line) }))
}

/** Somebody else was quicker: both texts are there, and nothing is lost whatever one chooses. */
export function Conflict({ theirs, mine, onTheirs, onMine }: { theirs: Policy; mine: string; onTheirs(): void; onMine(): void }) {
  const { t } = useTexts()
  return (
    <section role="alert" className="rounded-xl border border-warn bg-warn-soft p-4">
      <h2 className="flex items-center gap-2 font-semibold text-warn">
        <Icon name="warning" /> {t('govern.roles.conflict')}
      </h2>
      <p className="mt-1">{t('govern.roles.conflictSays')}</p>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        aria-label={t('govern.roles.theirs')}
        className="mt-2 max-h-72 overflow-auto rounded-lg border border-line bg-surface"
      >
        <pre className="p-3 font-mono text-xs leading-5">
          {marked(theirs.text, mine).map(({ line, key, theirs: own }) => (
            <div key={key} className={own ? 'bg-accent-soft' : ''}>
              {line || ' '}
            </div>
          ))}
        </pre>
      </section>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={onTheirs}>{t('govern.roles.useTheirs')}</Button>
        <Button look="danger" onClick={onMine}>
          {t('govern.roles.useMine')}
        </Button>
      </div>
    </section>
  )
}
