import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../../api/client.ts'
import { Icon } from '../../kit/icon.tsx'
import { Card, Code, Failed } from '../../kit/page.tsx'
import { Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'

const platform = (): 'darwin' | 'win32' | 'linux' => {
  const { userAgent } = navigator
  return /Mac/.test(userAgent) ? 'darwin' : /Win/.test(userAgent) ? 'win32' : 'linux'
}

const withKey = (entry: Record<string, unknown>): unknown =>
  Object.fromEntries(
    Object.entries(entry).map(([key, servers]) => [
      key,
      Object.fromEntries(
        Object.entries(servers as Record<string, object>).map(([name, server]) => [
          name,
          { ...server, headers: { Authorization: 'Bearer YOUR_KEY' } },
        ]),
      ),
    ]),
  )

/** Ready configuration for each MCP client. */
export function Clients() {
  const { t } = useTexts()
  const asked = useQuery({ queryKey: ['clients'], queryFn: ({ signal }) => data(api.GET('/api/run/clients', { signal })) })
  const [chosen, setChosen] = useState('claude-desktop')
  if (asked.error) return <Failed problem={asked.error} retry={() => void asked.refetch()} />
  if (!asked.data) return <Loading />
  const { url, key_needed, clients } = asked.data
  const client = clients.find(({ name }) => name === chosen) ?? clients[0]!
  const entry = JSON.stringify(key_needed ? withKey(client.entry) : client.entry, undefined, 2)
  return (
    <>
      <p className="text-ink-2">{t('run.clients.says')}</p>
      <fieldset className="grid grid-cols-2 gap-2 lg:grid-cols-4">
        <legend className="sr-only">{t('run.clients.choose')}</legend>
        {clients.map(({ name, title }) => (
          <label
            key={name}
            className="flex cursor-pointer items-center gap-2 rounded-xl border border-line bg-surface px-4 py-3 font-medium hover:border-line-strong has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input type="radio" name="client" className="sr-only" checked={client.name === name} onChange={() => setChosen(name)} />
            <Icon name="plug" size={16} />
            {title}
          </label>
        ))}
      </fieldset>
      {key_needed && (
        <p className="flex gap-2 rounded-lg bg-warn-soft px-4 py-3 text-warn">
          <Icon name="key" /> {t('run.clients.key')}
        </p>
      )}
      <Card title={t('run.clients.command')} says={t('run.clients.commandSays')}>
        <Code text={client.install} label={t('run.clients.command')} />
      </Card>
      <Card title={t('run.clients.hand')} says={t('run.clients.handSays')}>
        <p className="mb-2 font-mono text-xs break-words text-ink-2">{client.files[platform()]}</p>
        <Code text={entry} label={client.title} />
        {client.project_file && (
          <p className="mt-2 text-sm text-ink-2">
            {t('run.clients.project')}: <code className="font-mono text-xs">{client.project_file}</code>
          </p>
        )}
        <p className="mt-3">
          <span className="font-medium">{t('run.clients.next')}:</span> {client.next}
        </p>
      </Card>
      <Card title={t('run.clients.other')} says={t('run.clients.otherSays')}>
        <Code text={url} label={t('run.clients.other')} />
      </Card>
    </>
  )
}
