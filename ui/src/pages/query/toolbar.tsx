import { useMe } from '../../api/me.ts'
import { Button, IconButton } from '../../kit/button.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Menu } from '../../kit/menu.tsx'
import { Spinner } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { iconOf } from '../../shell/source-list.tsx'
import { useTexts } from '../../texts/texts.tsx'

type Props = Readonly<{
  source: string | undefined
  onSource(name: string): void
  running: boolean
  onRun(): void
  onStop(): void
  text: string
  dialect: string | undefined
  onFormat(text: string): void
  onPlan(): void
  onOpen(what: 'history' | 'saved' | 'save'): void
}>

const languages: Readonly<Record<string, 'postgresql' | 'mariadb' | 'sqlite' | 'duckdb' | 'sql'>> = {
  postgres: 'postgresql',
  mysql: 'mariadb',
  sqlite: 'sqlite',
  duckdb: 'duckdb',
}

/** What can be done with the statement. */
export function Toolbar({ source, onSource, running, onRun, onStop, text, dialect, onFormat, onPlan, onOpen }: Props) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const me = useMe()
  const sources = me.data?.sources ?? []
  const format = async () => {
    const { format } = await import('sql-formatter')
    try {
      onFormat(format(text, { language: languages[dialect ?? ''] ?? 'sql', keywordCase: 'upper', tabWidth: 2 }))
    } catch (caught) {
      tell(t('query.formatFailed', { why: caught instanceof Error ? caught.message.split('\n')[0]! : '' }), { bad: true })
    }
  }
  return (
    <div role="toolbar" aria-label={t('query.title')} className="flex items-center gap-1 border-b border-line bg-surface px-2 py-1.5">
      <Menu
        align="start"
        entries={sources.map(({ name, connector }) => ({
          label: name,
          icon: iconOf(connector),
          checked: name === source,
          onSelect: () => onSource(name),
        }))}
      >
        <button
          type="button"
          aria-label={`${t('query.source')}: ${source ?? t('query.noSource')}`}
          className="flex h-8 min-w-0 items-center gap-1.5 rounded-lg border border-line-strong px-2.5 text-sm hover:bg-sunken"
        >
          <Icon name={iconOf(sources.find(({ name }) => name === source)?.connector ?? '')} size={16} className="text-ink-3" />
          <span className="max-w-40 truncate">{source ?? t('query.noSource')}</span>
          <Icon name="chevronDown" size={14} />
        </button>
      </Menu>
      {running ? (
        <Button small look="outline" onClick={onStop}>
          <Spinner />
          {t('query.stop')}
        </Button>
      ) : (
        <Button small look="primary" icon="play" onClick={onRun} title="Ctrl + Enter">
          {t('query.run')}
        </Button>
      )}
      <span className="flex-1" />
      <div className="hidden items-center gap-1 sm:flex">
        <IconButton small label={t('query.format')} icon="format" onClick={() => void format()} />
        <IconButton small label={t('query.plan')} icon="plan" onClick={onPlan} />
        <IconButton small label={t('query.save')} icon="save" onClick={() => onOpen('save')} />
        <IconButton small label={t('query.saved')} icon="list" onClick={() => onOpen('saved')} />
        <IconButton small label={t('query.history')} icon="history" onClick={() => onOpen('history')} />
      </div>
      <Menu
        entries={[
          { label: t('query.format'), icon: 'format', onSelect: () => void format() },
          { label: t('query.plan'), icon: 'plan', onSelect: onPlan },
          { label: t('query.save'), icon: 'save', onSelect: () => onOpen('save') },
          { label: t('query.saved'), icon: 'list', onSelect: () => onOpen('saved') },
          { label: t('query.history'), icon: 'history', onSelect: () => onOpen('history') },
        ]}
      >
        <IconButton small label={t('query.more')} icon="more" className="sm:hidden" />
      </Menu>
    </div>
  )
}
