import { Tabs as RadixTabs } from 'radix-ui'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useMe } from '../../api/me.ts'
import type { Filter, Sort } from '../../api/rows.ts'
import { type EditorHandle, SqlEditor } from '../../editor/sql-editor.tsx'
import { useWindow } from '../../grid/use-window.ts'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { marksOf } from './marks.ts'
import { PlanView } from './plan-view.tsx'
import { ResultView } from './result-view.tsx'
import { Splitter } from './splitter.tsx'
import { changesRows, type Piece, statementAt } from './statements.ts'
import type { Tab, Tabs } from './tabs-state.ts'
import { Toolbar } from './toolbar.tsx'

const STATEMENT_KB = 256

type Props = Readonly<{
  tab: Tab
  tabs: Tabs
  height: number
  onHeight(px: number): void
  onOpen(what: 'history' | 'saved' | 'save'): void
}>

/** One tab: its statements, and the rows or the plan of the one that ran. */
export function Pane({ tab, tabs, height, onHeight, onOpen }: Props) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const me = useMe()
  const sources = me.data?.sources ?? []
  const about = sources.find(({ name }) => name === tab.source) ?? sources[0]
  const source = about?.name
  const editor = useRef<EditorHandle>(null)
  const shown = useWindow()
  const [ran, setRan] = useState<Piece>()
  const [sort, setSort] = useState<readonly Sort[]>([])
  const [filter, setFilter] = useState<readonly Filter[]>([])
  const [view, setView] = useState('rows')
  const [plan, setPlan] = useState<string>()
  const [change, setChange] = useState<string>()

  const chosen = useCallback((): Piece | undefined => {
    const picked = editor.current?.chosen()
    if (!picked || picked.text.trim() === '') return undefined
    if (picked.caret < 0) return { text: picked.text, at: picked.at }
    return statementAt(picked.text, picked.caret)
  }, [])
  const look = useCallback(
    (piece: Piece, wantedSort: readonly Sort[], wantedFilter: readonly Filter[]) => {
      if (source === undefined) return
      setSort(wantedSort)
      setFilter(wantedFilter)
      setView('rows')
      void shown.run({ source, sql: piece.text }, wantedSort, wantedFilter)
    },
    [source, shown.run],
  )
  const run = useCallback(() => {
    const piece = chosen()
    if (!piece) return
    if (source === undefined) return tell(t('query.noSource'), { bad: true })
    if (piece.text.length > STATEMENT_KB * 1024) return tell(t('query.tooLong', { max: STATEMENT_KB }), { bad: true })
    setRan(piece)
    if (changesRows(piece.text)) setChange(piece.text)
    else look(piece, [], [])
  }, [chosen, look, source, tell, t])
  const explain = () => {
    const piece = chosen()
    if (!piece || source === undefined) return tell(t('query.noSource'), { bad: true })
    setRan(piece)
    setPlan(piece.text)
    setView('plan')
  }
  const marks = useMemo(() => marksOf(shown.problem, ran), [shown.problem, ran])
  return (
    <>
      <Toolbar
        source={source}
        onSource={(name) => tabs.change(tab.id, { source: name })}
        running={shown.running}
        onRun={run}
        onStop={() => {
          shown.stop()
          tell(t('query.stopped'))
        }}
        onFormat={(formatted) => editor.current?.replace(formatted)}
        text={tab.text}
        dialect={about?.dialect}
        onPlan={explain}
        onOpen={onOpen}
      />
      <div style={{ height }} className="shrink-0 overflow-hidden border-b border-line bg-surface">
        <SqlEditor
          ref={editor}
          full
          value={tab.text}
          onChange={(text) => tabs.change(tab.id, { text })}
          dialect={about?.dialect}
          source={source}
          onRun={run}
          label={t('query.editor')}
          marks={marks}
        />
      </div>
      <Splitter height={height} onHeight={onHeight} />
      <RadixTabs.Root value={view} onValueChange={setView} className="flex min-h-0 flex-1 flex-col">
        <RadixTabs.Content value="rows" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          <ResultView
            shown={shown}
            statement={source !== undefined && ran ? { source, sql: ran.text } : undefined}
            sort={sort}
            filter={filter}
            onLook={(nextSort, nextFilter) => ran && look(ran, nextSort, nextFilter)}
          />
        </RadixTabs.Content>
        <RadixTabs.Content value="plan" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          {plan !== undefined && source !== undefined && (
            <PlanView source={source} sql={plan} dialect={about?.dialect ?? ''} onClose={() => setView('rows')} />
          )}
        </RadixTabs.Content>
      </RadixTabs.Root>
      {change !== undefined && source !== undefined && <ChangeDialog source={source} sql={change} onClose={() => setChange(undefined)} />}
    </>
  )
}
