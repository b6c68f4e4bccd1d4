import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { IconButton } from '../../kit/button.tsx'
import { Input } from '../../kit/field.tsx'
import { Menu } from '../../kit/menu.tsx'
import { removeLater, useRemoved } from '../../kit/removals.ts'
import { Failure, Loading } from '../../kit/states.tsx'
import { Time } from '../../kit/time.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { conversations } from './talk.ts'

export type Session = Readonly<{ id: string; name: string; datasource: string; updated_at: string; shared: boolean }>

/** One's own conversations: to go on with, to search, rename and delete. */
export function History({ current, onGo }: { current: string | undefined; onGo?: () => void }) {
  const { t } = useTexts()
  const [text, setText] = useState('')
  const words = useDeferredValue(text.trim())
  const talks = useQuery({
    queryKey: ['talks', words],
    queryFn: ({ signal }) =>
      ask<readonly Session[]>('GET', `/api/chat/sessions?limit=100${words ? `&q=${encodeURIComponent(words)}` : ''}`, undefined, signal),
    placeholderData: (before) => before,
  })
  const hidden = useRemoved()
  const remove = useRemoval(current)
  const shown = (talks.data ?? []).filter(({ id }) => !hidden.has(id))
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 p-3">
      <h2 className="hidden px-1 text-sm font-semibold xl:block">{t('ask.history')}</h2>
      <Input
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t('ask.history.search')}
        aria-label={t('ask.history.search')}
      />
      {talks.isPending && <Loading />}
      {talks.error && <Failure problem={talks.error} retry={() => void talks.refetch()} />}
      {talks.isSuccess && shown.length === 0 && (
        <p className="px-1 py-2 text-sm text-ink-2">{t(words ? 'ask.history.found' : 'ask.history.none')}</p>
      )}
      <ul className="flex min-h-0 flex-1 flex-col gap-0.5 overflow-auto">
        {shown.map((talk) => (
          <Entry key={talk.id} talk={talk} current={talk.id === current} onGo={onGo} onRemove={() => remove(talk)} />
        ))}
      </ul>
    </div>
  )
}

function useRemoval(current: string | undefined): (talk: Session) => void {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  return (talk) => {
    const undo = removeLater(talk.id, () => {
      ask('DELETE', `/api/chat/sessions/${encodeURIComponent(talk.id)}`).then(
        () => {
          conversations.delete(talk.id)
          return queries.invalidateQueries({ queryKey: ['talks'] })
        },
        (caught: unknown) => tell(problemOf(caught).message, { bad: true }),
      )
    })
    tell(t('ask.history.deleted', { name: talk.name }), { undo })
    if (talk.id === current) void navigate({ to: '/ask', search: {} })
  }
}

function Entry({ talk, current, onGo, onRemove }: { talk: Session; current: boolean; onGo: (() => void) | undefined; onRemove(): void }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [name, setName] = useState<string>()
  const rename = async () => {
    const wanted = name?.trim()
    setName(undefined)
    if (!wanted || wanted === talk.name) return
    try {
      await ask('PATCH', `/api/chat/sessions/${encodeURIComponent(talk.id)}`, { name: wanted })
      conversations.get(talk.id)?.rename(wanted)
      await queries.invalidateQueries({ queryKey: ['talks'] })
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    }
  }
  if (name !== undefined)
    return (
      <li>
        <Input
          autoFocus
          value={name}
          aria-label={t('ask.history.name')}
          onChange={(event) => setName(event.target.value)}
          onBlur={() => void rename()}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void rename()
            if (event.key === 'Escape') setName(undefined)
          }}
        />
      </li>
    )
  return (
    <li className={`group flex items-center rounded-lg pr-1 ${current ? 'bg-accent-soft' : 'hover:bg-sunken'}`}>
      <Link
        to="/ask/$session"
        params={{ session: talk.id }}
        search={{}}
        {...(onGo ? { onClick: onGo } : {})}
        {...(current ? { 'aria-current': 'page' as const } : {})}
        className="min-w-0 flex-1 px-3 py-2"
      >
        <span className="block truncate">{talk.name || t('ask.new')}</span>
        <span className="block truncate text-xs text-ink-2">
          {talk.datasource} · <Time at={talk.updated_at} />
        </span>
      </Link>
      <Menu
        entries={[
          { label: t('action.rename'), icon: 'edit', onSelect: () => setTimeout(() => setName(talk.name)) },
          { label: t('action.delete'), icon: 'trash', danger: true, onSelect: onRemove },
        ]}
      >
        <IconButton label={`${t('action.more')}: ${talk.name}`} icon="more" small />
      </Menu>
    </li>
  )
}
