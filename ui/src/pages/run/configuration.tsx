import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { api, data, tool } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Input, Select } from '../../kit/field.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Card, Fact, Failed, Rows } from '../../kit/page.tsx'
import { Empty, Loading } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'

type Setting = Readonly<{ key: string; value?: unknown; from: string }>
const origins = ['file', 'environment', 'registry', 'default'] as const
type Origin = (typeof origins)[number]
const tones = { file: 'accent', environment: 'warn', registry: 'good', default: 'plain' } as const

/** Every setting in use with who said it; read again and caches emptied from here. */
export function Configuration() {
  const { t } = useTexts()
  const asked = useQuery({ queryKey: ['configuration'], queryFn: ({ signal }) => data(api.GET('/api/run/configuration', { signal })) })
  if (asked.error) return <Failed problem={asked.error} retry={() => void asked.refetch()} />
  if (!asked.data) return <Loading />
  const { configuration, process, listens, warnings = [] } = asked.data
  if (!configuration) return <Empty icon="lock" title={t('part.refused')} />
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} className="flex gap-2 rounded-lg bg-warn-soft px-4 py-3 text-warn">
          <Icon name="warning" /> {warning}
        </p>
      ))}
      <Card actions={<Actions />} title={t('run.part.configuration')}>
        <dl className="grid grid-cols-1 gap-4 sm:grid-cols-3">
          <Fact name={t('run.config.listens')}>{listens && `${listens.host}:${listens.port}`}</Fact>
          <Fact name={t('run.config.process')}>
            {process && `Node.js ${String(process.node)} · ${String(process.platform)} · ${String(process.pid)}`}
          </Fact>
        </dl>
      </Card>
      <Settings settings={configuration} />
    </>
  )
}

function Actions() {
  const { t, n } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const doing = (work: () => Promise<string>) => async () => {
    setBusy(true)
    try {
      tell(await work())
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    } finally {
      setBusy(false)
    }
  }
  const reload = doing(async () => {
    const { changed, needs_restart } = await tool<{ changed: readonly string[]; needs_restart: readonly string[] }>('reload_config', {})
    void queries.invalidateQueries()
    const restart = needs_restart.length > 0 ? ` ${t('run.config.restart', { keys: needs_restart.join(', ') })}` : ''
    return (changed.length > 0 ? t('run.config.reloaded', { changed: changed.join(', ') }) : t('run.config.unchanged')) + restart
  })
  const clear = doing(async () => {
    const told = await tool<{ results: number; plans: number; schemas: number }>('clear_all_caches', {})
    return t('run.config.cleared', { results: n(told.results), plans: n(told.plans), schemas: n(told.schemas) })
  })
  return (
    <div className="flex flex-wrap gap-2">
      <Button small icon="refresh" disabled={busy} onClick={() => void reload()}>
        {t('run.config.reload')}
      </Button>
      <Button small disabled={busy} onClick={() => void clear()}>
        {t('run.config.clear')}
      </Button>
    </div>
  )
}

function Settings({ settings }: { settings: readonly Setting[] }) {
  const { t } = useTexts()
  const [text, setText] = useState('')
  const [from, setFrom] = useState('')
  const word = useDeferredValue(text.trim().toLowerCase())
  const shown = settings.filter(
    (one) => (from === '' || one.from === from) && `${one.key} ${JSON.stringify(one.value)}`.toLowerCase().includes(word),
  )
  const origin = (name: string) => (origins.includes(name as Origin) ? t(`run.config.${name as Origin}`) : name)
  return (
    <Card flush>
      <div className="flex flex-wrap gap-2 border-b border-line p-3">
        <Input
          type="search"
          aria-label={t('run.config.filter')}
          placeholder={t('run.config.filter')}
          value={text}
          onChange={({ target }) => setText(target.value)}
          className="min-w-48 flex-1"
        />
        <div className="w-44">
          <Select aria-label={t('run.config.origin')} value={from} onChange={({ target }) => setFrom(target.value)}>
            <option value="">{t('run.config.all')}</option>
            {origins.map((one) => (
              <option key={one} value={one}>
                {origin(one)}
              </option>
            ))}
          </Select>
        </div>
      </div>
      {shown.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t('run.config.none')}</p>
      ) : (
        <Rows
          label={t('run.part.configuration')}
          rows={shown}
          keyOf={({ key }) => key}
          columns={[
            { key: 'key', head: t('run.config.key'), cell: ({ key }) => <code className="font-mono text-xs">{key}</code> },
            {
              key: 'value',
              head: t('run.config.value'),
              wide: true,
              cell: ({ value }) => (
                <code className="font-mono text-xs break-words">{typeof value === 'string' ? value : JSON.stringify(value)}</code>
              ),
            },
            {
              key: 'from',
              head: t('run.config.origin'),
              cell: ({ from: one }) => <Badge tone={tones[one as Origin] ?? 'plain'}>{origin(one)}</Badge>,
            },
          ]}
        />
      )}
    </Card>
  )
}
