import { useState } from 'react'
import { IconButton } from '../../kit/button.tsx'
import { Icon } from '../../kit/icon.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import type { Tab, Tabs } from './tabs-state.ts'

/** The statements one works on. A double press names one; one that was closed can be had back. */
export function TabBar({ tabs }: { tabs: Tabs }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const close = (tab: Tab) => {
    const undo = tabs.close(tab.id)
    if (tab.text.trim() !== '') tell(t('query.closed', { name: tab.name }), { undo })
  }
  return (
    <nav aria-label={t('query.tabs')} className="flex items-center gap-1 overflow-x-auto border-b border-line bg-sunken px-2 pt-1.5">
      {tabs.tabs.map((tab) => (
        <TabEntry key={tab.id} tab={tab} open={tab.id === tabs.open} tabs={tabs} onClose={() => close(tab)} />
      ))}
      <IconButton label={t('query.newTab')} icon="plus" small onClick={() => tabs.add()} />
    </nav>
  )
}

function TabEntry({ tab, open, tabs, onClose }: { tab: Tab; open: boolean; tabs: Tabs; onClose(): void }) {
  const { t } = useTexts()
  const [name, setName] = useState<string>()
  const named = () => {
    if (name?.trim()) tabs.change(tab.id, { name: name.trim().slice(0, 60) })
    setName(undefined)
  }
  return (
    <div
      className={`group flex max-w-52 shrink-0 items-center rounded-t-lg border border-b-0 ${open ? 'border-line bg-surface' : 'border-transparent'}`}
    >
      {name === undefined ? (
        <button
          type="button"
          aria-current={open ? 'page' : undefined}
          onClick={() => tabs.choose(tab.id)}
          onDoubleClick={() => setName(tab.name)}
          onKeyDown={(event) => event.key === 'F2' && setName(tab.name)}
          className={`truncate py-1.5 pl-3 text-sm ${open ? 'font-medium' : 'text-ink-2 hover:text-ink'}`}
        >
          {tab.name}
          {tab.source && <span className="text-ink-3"> · {tab.source}</span>}
        </button>
      ) : (
        <input
          // biome-ignore lint/a11y/noAutofocus: one has just asked to write here.
          autoFocus
          value={name}
          aria-label={t('query.renameTab')}
          onChange={(event) => setName(event.target.value)}
          onBlur={named}
          onKeyDown={(event) => {
            if (event.key === 'Enter') named()
            if (event.key === 'Escape') setName(undefined)
          }}
          className="w-32 bg-surface px-3 py-1 text-sm"
        />
      )}
      <button
        type="button"
        aria-label={t('query.closeTab', { name: tab.name })}
        onClick={onClose}
        className="m-1 rounded p-1 text-ink-3 hover:bg-sunken hover:text-ink"
      >
        <Icon name="close" size={12} />
      </button>
    </div>
  )
}
