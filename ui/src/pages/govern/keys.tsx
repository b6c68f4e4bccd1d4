import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Field, Input } from '../../kit/field.tsx'
import { Card, Code, Failed, Rows } from '../../kit/page.tsx'
import { Empty, Failure, Loading } from '../../kit/states.tsx'
import { Time } from '../../kit/time.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { usePolicy } from './policy.ts'
import { Chip } from './role-form.tsx'

type Known = Readonly<{
  id: string
  name: string
  from: 'store' | 'configuration' | 'environment'
  state: 'valid' | 'expired' | 'revoked'
  roles: readonly string[]
  sources?: readonly string[]
  created?: string
  expires?: string
}>
type Made = Readonly<{ key: string; known: Known }>

const tones = { valid: 'good', expired: 'warn', revoked: 'bad' } as const

/** API keys: made with their secret shown once, given a new one, revoked. */
export function Keys() {
  const { t } = useTexts()
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => ask<{ keys: readonly Known[] }>('GET', '/api/keys', undefined, signal),
  })
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<Made>()
  if (keys.error && !keys.data) return <Failed problem={keys.error} retry={() => void keys.refetch()} />
  if (!keys.data) return <Loading />
  const again = (next: Made) => {
    setMaking(false)
    setMade(next)
    void keys.refetch()
  }
  const add = (
    <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
      {t('govern.keys.new')}
    </Button>
  )
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-64 flex-1 text-ink-2">{t('govern.keys.says')}</p>
        {keys.data.keys.length > 0 && add}
      </div>
      {keys.data.keys.length === 0 ? (
        <Empty icon="key" title={t('govern.keys.none')} says={t('govern.keys.noneSays')}>
          {add}
        </Empty>
      ) : (
        <Card flush>
          <Rows
            label={t('govern.part.keys')}
            rows={keys.data.keys}
            keyOf={({ id, name, from }) => `${from} ${id} ${name}`}
            columns={[
              { key: 'name', head: t('govern.keys.name'), cell: ({ name }) => <span className="font-medium">{name}</span> },
              {
                key: 'state',
                head: t('govern.keys.state'),
                cell: ({ state }) => <Badge tone={tones[state]}>{t(`govern.keys.state.${state}`)}</Badge>,
              },
              { key: 'roles', head: t('govern.keys.roles'), cell: ({ roles }) => roles.join(', ') },
              {
                key: 'sources',
                head: t('govern.keys.sources'),
                cell: ({ sources }) => sources?.join(', ') ?? <span className="text-ink-3">{t('govern.keys.allSources')}</span>,
              },
              {
                key: 'from',
                head: t('govern.keys.created'),
                cell: ({ created, from }) => (created ? <Time at={created} day /> : t(`govern.keys.from.${from}`)),
              },
              { key: 'expires', head: t('govern.keys.expires'), cell: ({ expires }) => (expires ? <Time at={expires} day /> : '–') },
              {
                key: 'do',
                head: <span className="sr-only">{t('action.more')}</span>,
                right: true,
                cell: (key) => <KeyActions known={key} onMade={again} />,
              },
            ]}
          />
        </Card>
      )}
      <Dialog open={making} onOpenChange={setMaking} title={t('govern.keys.new')}>
        <NewKey onMade={again} />
      </Dialog>
      {made && <Secret made={made} onDone={() => setMade(undefined)} />}
    </>
  )
}

/** The one time that the secret is shown. */
function Secret({ made: { key, known }, onDone }: { made: Made; onDone(): void }) {
  const { t } = useTexts()
  return (
    <Dialog open onOpenChange={onDone} title={t('govern.keys.made', { name: known.name })} says={t('govern.keys.once')}>
      <Code text={key} label={t('govern.keys.made', { name: known.name })} />
      <div className="mt-4 flex justify-end">
        <Button look="primary" onClick={onDone}>
          {t('govern.keys.done')}
        </Button>
      </div>
    </Dialog>
  )
}

function KeyActions({ known: { id, name, state }, onMade }: { known: Known; onMade(made: Made): void }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [sure, setSure] = useState(false)
  if (id === '' || state !== 'valid') return null
  const doing = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    }
  }
  const revoke = () =>
    doing(async () => {
      await ask('DELETE', `/api/keys/${encodeURIComponent(id)}`)
      await queries.invalidateQueries({ queryKey: ['keys'] })
      tell(t('govern.keys.revoked', { name }))
    })
  const rotate = () => doing(async () => onMade(await ask<Made>('POST', `/api/keys/${encodeURIComponent(id)}/rotate`, {})))
  return (
    <span className="inline-flex gap-1">
      <Button small look="quiet" aria-label={`${t('govern.keys.rotate')}: ${name}`} onClick={() => void rotate()}>
        {t('govern.keys.rotate')}
      </Button>
      {/* A key that is gone cannot be brought back, so it is asked for twice. */}
      <Button
        small
        look={sure ? 'danger' : 'quiet'}
        aria-label={`${t(sure ? 'govern.keys.revokeSure' : 'govern.keys.revoke')}: ${name}`}
        onBlur={() => setSure(false)}
        onClick={() => (sure ? void revoke() : setSure(true))}
      >
        {t(sure ? 'govern.keys.revokeSure' : 'govern.keys.revoke')}
      </Button>
    </span>
  )
}

function NewKey({ onMade }: { onMade(made: Made): void }) {
  const { t } = useTexts()
  const policy = usePolicy()
  const [name, setName] = useState('')
  const [roles, setRoles] = useState<readonly string[]>([])
  const [sources, setSources] = useState<readonly string[]>([])
  const [expires, setExpires] = useState('')
  const [failed, setFailed] = useState<unknown>()
  const known = policy.data?.roles ?? []
  const toggled = (list: readonly string[], one: string, on: boolean) => (on ? [...list, one] : list.filter((other) => other !== one))
  const make = async (event: FormEvent) => {
    event.preventDefault()
    setFailed(undefined)
    try {
      onMade(
        await ask<Made>('POST', '/api/keys', {
          name,
          roles,
          ...(sources.length > 0 ? { sources } : {}),
          ...(expires === '' ? {} : { expires }),
        }),
      )
    } catch (caught) {
      setFailed(caught)
    }
  }
  return (
    <form onSubmit={(event) => void make(event)} className="flex flex-col gap-4">
      <Field label={t('govern.keys.name')} help={t('govern.keys.nameHelp')}>
        <Input autoFocus required maxLength={100} autoComplete="off" value={name} onChange={({ target }) => setName(target.value)} />
      </Field>
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium text-ink-2">{t('govern.keys.roles')}</legend>
        <div className="flex flex-wrap gap-1.5">
          {known.map((role) => (
            <Chip
              key={role.name}
              label={role.name}
              on={roles.includes(role.name)}
              onToggle={(on) => setRoles(toggled(roles, role.name, on))}
            />
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium text-ink-2">
          {t('govern.keys.sources')}{' '}
          {sources.length === 0 && <span className="font-normal text-ink-3">({t('govern.keys.allSources')})</span>}
        </legend>
        <div className="flex flex-wrap gap-1.5">
          {(policy.data?.sources ?? []).map((one) => (
            <Chip key={one} label={one} on={sources.includes(one)} onToggle={(on) => setSources(toggled(sources, one, on))} />
          ))}
        </div>
      </fieldset>
      <Field label={t('govern.keys.expires')} help={t('govern.keys.expiresHelp')}>
        <Input type="date" value={expires} onChange={({ target }) => setExpires(target.value)} />
      </Field>
      {failed !== undefined && <Failure problem={problemOf(failed)} />}
      <div className="flex justify-end">
        <Button look="primary" type="submit" icon="key" disabled={name === '' || roles.length === 0}>
          {t('govern.keys.make')}
        </Button>
      </div>
    </form>
  )
}
