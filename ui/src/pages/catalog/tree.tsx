import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../../api/me.ts'
import { Input } from '../../kit/field.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Loading } from '../../kit/states.tsx'
import { iconOf } from '../../shell/source-list.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { useTables } from './catalog.ts'

/** Sources with their tables, and the search over all of them. */
export function Tree({ source, table }: { source: string | undefined; table: string | undefined }) {
  const { t } = useTexts()
  const me = useMe()
  return (
    <>
      <div className="border-b border-line p-3">
        <SearchBox />
      </div>
      <nav aria-label={t('catalog.tree')} className="min-h-0 flex-1 overflow-auto p-2">
        {!me.data ? (
          <Loading />
        ) : (
          <ul className="flex flex-col gap-0.5">
            {me.data.sources.map((one) => (
              <SourceBranch key={one.name} name={one.name} connector={one.connector} current={source === one.name} table={table} />
            ))}
          </ul>
        )}
      </nav>
    </>
  )
}

/** What is typed stands in the address, so that it can be kept and sent. */
export function SearchBox() {
  const { t } = useTexts()
  const navigate = useNavigate()
  const { q = '' } = useSearch({ strict: false })
  return (
    <Input
      type="search"
      aria-label={t('catalog.search')}
      placeholder={t('catalog.search')}
      value={q}
      onChange={({ target }) =>
        void navigate({ to: '.', search: (before) => ({ ...before, q: target.value || undefined }) as never, replace: q !== '' })
      }
    />
  )
}

const SHOWN = 300

function SourceBranch({
  name,
  connector,
  current,
  table,
}: {
  name: string
  connector: string
  current: boolean
  table: string | undefined
}) {
  const { t } = useTexts()
  const [opened, setOpened] = useState<boolean>()
  const open = opened ?? current
  const tables = useTables(open ? name : undefined)
  return (
    <li>
      <div className={`flex items-center rounded-lg ${current && table === undefined ? 'bg-accent-soft text-accent' : 'hover:bg-sunken'}`}>
        <button
          type="button"
          aria-expanded={open}
          aria-label={t('catalog.tree.open', { source: name })}
          className="rounded-md p-1.5 text-ink-3"
          onClick={() => setOpened(!open)}
        >
          <Icon name={open ? 'chevronDown' : 'chevronRight'} size={14} />
        </button>
        <Link
          to="/catalog/$source"
          params={{ source: name }}
          onClick={() => setOpened(true)}
          className="flex min-w-0 flex-1 items-center gap-2 py-1.5 pr-2 font-medium"
        >
          <Icon name={iconOf(connector)} size={16} className="text-ink-3" />
          <span className="truncate">{name}</span>
        </Link>
      </div>
      {open && (
        <ul className="ml-4 border-l border-line pl-2">
          {tables.isPending && <li className="px-2 py-1 text-sm text-ink-3">{t('state.loading')}</li>}
          {tables.error && <li className="px-2 py-1 text-sm break-words text-bad">{tables.error.message}</li>}
          {tables.data?.tables.length === 0 && <li className="px-2 py-1 text-sm text-ink-3">{t('catalog.tree.none')}</li>}
          {tables.data?.tables.slice(0, SHOWN).map((one) => (
            <li key={`${one.schema} ${one.table}`}>
              <Link
                to="/catalog/$source/$table"
                params={{ source: name, table: one.table }}
                aria-current={current && table === one.table ? 'page' : undefined}
                className={`block truncate rounded-md px-2 py-1 text-sm ${current && table === one.table ? 'bg-accent-soft font-medium text-accent' : 'text-ink-2 hover:bg-sunken hover:text-ink'}`}
              >
                {one.table}
              </Link>
            </li>
          ))}
          {(tables.data?.total ?? 0) > SHOWN && (
            <li>
              <Link to="/catalog/$source" params={{ source: name }} className="block px-2 py-1 text-sm text-accent">
                {t('catalog.tree.more', { count: (tables.data?.total ?? 0) - SHOWN })}
              </Link>
            </li>
          )}
        </ul>
      )}
    </li>
  )
}
