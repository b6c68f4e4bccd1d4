import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../../api/client.ts'
import { IconButton } from '../../kit/button.tsx'
import { Input } from '../../kit/field.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Card, Code } from '../../kit/page.tsx'
import { Failure } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { at, type Join, useTables } from './catalog.ts'
import { JoinLine } from './joins.tsx'

type Path = Readonly<{
  tables: readonly string[]
  joins: readonly Join[]
  strength: number
  sql: string
  warnings: readonly Readonly<{ kind: string; text: string }>[]
}>

/** The best way to join chosen tables. */
export function Paths({ source }: { source: string }) {
  const { t } = useTexts()
  const tables = useTables(source)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [text, setText] = useState('')
  const found = useMutation({
    mutationFn: (names: readonly string[]) =>
      ask<Path>('GET', `${at(source, 'paths')}?${new URLSearchParams({ tables: names.join(',') })}`),
  })
  const set = (next: readonly string[]) => {
    setChosen(next)
    found.reset()
    if (next.length >= 2) found.mutate(next)
  }
  const add = (name: string) => {
    setText('')
    if (!chosen.includes(name)) set([...chosen, name])
  }
  const known = tables.data?.tables.map(({ table }) => table) ?? []
  return (
    <>
      <p className="text-ink-2">{t('catalog.paths.says')}</p>
      <Card>
        <div className="flex flex-wrap items-center gap-2">
          {chosen.map((name) => (
            <span key={name} className="inline-flex items-center gap-1 rounded-lg bg-accent-soft pl-2.5 font-mono text-sm text-accent">
              {name}
              <IconButton
                label={t('catalog.paths.remove', { table: name })}
                icon="close"
                small
                onClick={() => set(chosen.filter((one) => one !== name))}
              />
            </span>
          ))}
          <form
            className="flex gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              if (known.includes(text)) add(text)
            }}
          >
            <Input
              list="tables-to-join"
              aria-label={t('catalog.paths.add')}
              placeholder={t('catalog.paths.add')}
              // What is typed before the tables are known could not be taken.
              disabled={!tables.data}
              value={text}
              onChange={({ target }) => (known.includes(target.value) ? add(target.value) : setText(target.value))}
              className="w-56"
            />
            <datalist id="tables-to-join">
              {known
                .filter((name) => !chosen.includes(name))
                .map((name) => (
                  <option key={name} value={name} />
                ))}
            </datalist>
          </form>
        </div>
        {chosen.length < 2 && <p className="mt-2 text-sm text-ink-3">{t('catalog.paths.two')}</p>}
      </Card>
      <div aria-live="polite" className="flex flex-col gap-4">
        {found.error && <Failure problem={found.error} />}
        {found.data && <PathFound source={source} path={found.data} />}
      </div>
    </>
  )
}

function PathFound({ source, path }: { source: string; path: Path }) {
  const { t, n } = useTexts()
  return (
    <>
      <Card title={t('catalog.paths.joins')} says={t('catalog.paths.strength', { share: n(path.strength, { style: 'percent' }) })}>
        <ol className="flex flex-col gap-2">
          {path.joins.map((join) => (
            <JoinLine key={`${join.from} ${join.to} ${join.columns.join()}`} join={join} />
          ))}
        </ol>
        {path.warnings.length > 0 && (
          <div className="mt-3 flex flex-col gap-1">
            {path.warnings.map(({ text }) => (
              <p key={text} className="flex gap-2 text-sm text-warn">
                <Icon name="warning" size={16} className="mt-0.5" /> {text}
              </p>
            ))}
          </div>
        )}
      </Card>
      <Card
        title={t('catalog.paths.sql')}
        actions={
          <Link
            to="/query"
            search={{ source, sql: path.sql }}
            className="inline-flex h-8 items-center gap-1.5 rounded-lg border border-line-strong px-2.5 text-sm font-medium hover:bg-sunken"
          >
            <Icon name="query" size={16} /> {t('catalog.paths.open')}
          </Link>
        }
      >
        <Code text={path.sql} label={t('catalog.paths.sql')} />
      </Card>
    </>
  )
}
