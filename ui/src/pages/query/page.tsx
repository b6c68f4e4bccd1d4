import { useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useMe } from '../../api/me.ts'
import { useTexts } from '../../texts/texts.tsx'
import { HistorySheet } from './history-sheet.tsx'
import { Pane } from './pane.tsx'
import { SaveDialog } from './save-dialog.tsx'
import { SavedSheet } from './saved-sheet.tsx'
import { useSplit } from './splitter.tsx'
import { TabBar } from './tab-bar.tsx'
import { type Tabs, useTabs } from './tabs-state.ts'

/** Statements written by hand: several at once, run, explained, saved, and their rows looked at however many they are. */
export function QueryPage() {
  const me = useMe()
  const who = me.data?.principal.name
  return who === undefined ? null : <Workbench key={who} who={who} />
}

type Open = 'history' | 'saved' | 'save' | undefined

function Workbench({ who }: { who: string }) {
  const { t } = useTexts()
  const tabs = useTabs(who)
  const { current } = tabs
  useGiven(tabs)
  const [open, setOpen] = useState<Open>()
  const [height, setHeight] = useSplit()
  // A tab that was looked at keeps its rows while one looks at another.
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())
  if (!seen.has(current.id)) setSeen(new Set([...seen, current.id]))
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">{t('query.title')}</h1>
      <TabBar tabs={tabs} />
      {tabs.tabs.map(
        (tab) =>
          seen.has(tab.id) && (
            <div key={tab.id} className={tab.id === current.id ? 'flex min-h-0 flex-1 flex-col' : 'hidden'}>
              <Pane tab={tab} tabs={tabs} height={height} onHeight={setHeight} onOpen={setOpen} />
            </div>
          ),
      )}
      <HistorySheet open={open === 'history'} onOpenChange={() => setOpen(undefined)} onTake={(sql, of) => tabs.add(sql, of)} />
      <SavedSheet open={open === 'saved'} onOpenChange={() => setOpen(undefined)} onTake={(sql, of, name) => tabs.add(sql, of, name)} />
      {open === 'save' && <SaveDialog source={current.source} sql={current.text} name={current.name} onClose={() => setOpen(undefined)} />}
    </div>
  )
}

/** A statement that came with the address gets a tab of its own, once. */
function useGiven({ add }: Tabs): void {
  const { sql, source } = useSearch({ strict: false })
  const taken = useRef<string>(undefined)
  useEffect(() => {
    if (sql === undefined || taken.current === sql) return
    taken.current = sql
    add(sql, source)
  }, [sql, source, add])
}
