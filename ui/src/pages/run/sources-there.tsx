import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { useStream } from '../../api/stream.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button, IconButton } from '../../kit/button.tsx'
import { Card } from '../../kit/page.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { type Step, Steps } from './connect.tsx'

type About = Readonly<{
  name: string
  connector: string
  description: string
  from: 'configuration' | 'registry'
  enabled: boolean
  state: string
  note?: string
}>

/** Sources that there are, of the configuration and those that were added; each can be tested, and what was added be removed. */
export function SourcesThere() {
  const { t } = useTexts()
  const asked = useQuery({
    queryKey: ['sources-there'],
    queryFn: ({ signal }) => ask<{ sources: readonly About[] }>('GET', '/api/sources', undefined, signal),
  })
  if (!asked.data) return null
  return (
    <Card title={t('run.connect.have')} flush>
      <ul className="divide-y divide-line">
        {asked.data.sources.map((source) => (
          <There key={source.name} source={source} />
        ))}
      </ul>
    </Card>
  )
}

function There({ source: { name, connector, description, from, state, note } }: { source: About }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const stream = useStream()
  const [steps, setSteps] = useState<readonly Step[]>([])
  const [good, setGood] = useState<boolean>()
  const test = () => {
    setSteps([])
    setGood(undefined)
    void stream.start(`/api/sources/${encodeURIComponent(name)}/test`, undefined, ({ event, data }) => {
      if (event === 'step') setSteps((known) => [...known, data as Step])
      else if (event === 'done' || event === 'message') {
        const told = data as { ok: boolean; steps: readonly Step[] }
        setSteps(told.steps)
        setGood(told.ok)
      } else setGood(false)
    })
  }
  const remove = async () => {
    try {
      await ask('DELETE', `/api/sources/${encodeURIComponent(name)}`)
      await queries.invalidateQueries()
      tell(t('run.connect.removed', { name }))
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    }
  }
  const says =
    state === 'used' ? t('run.connect.state.used') : state === 'disabled' ? t('run.connect.state.off') : t('run.connect.state.failed')
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{name}</span>
        <span className="text-sm text-ink-3">{connector}</span>
        <Badge tone={state === 'used' ? 'good' : 'warn'}>{says}</Badge>
        <Badge>{t(from === 'registry' ? 'run.connect.fromRegistry' : 'run.connect.fromConfiguration')}</Badge>
        <span className="flex-1" />
        <Button small disabled={stream.running} onClick={test}>
          {t('run.connect.again')}
        </Button>
        {from === 'registry' && <Remove name={name} onRemove={() => void remove()} />}
      </div>
      {(description || note) && <p className="text-sm text-ink-2">{[description, note].filter(Boolean).join(' ')}</p>}
      {(stream.running || steps.length > 0) && <Steps steps={steps} running={stream.running} good={good} />}
    </li>
  )
}

/** Its secrets are gone with it, so it cannot be taken back: it is asked for twice. */
function Remove({ name, onRemove }: { name: string; onRemove(): void }) {
  const { t } = useTexts()
  const [sure, setSure] = useState(false)
  if (!sure) return <IconButton label={`${t('run.connect.remove')}: ${name}`} icon="trash" small onClick={() => setSure(true)} />
  return (
    <Button look="danger" small icon="trash" autoFocus onBlur={() => setSure(false)} onClick={onRemove}>
      {t('run.connect.remove')}
    </Button>
  )
}
