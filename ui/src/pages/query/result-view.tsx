import { useState } from 'react'
import type { Filter, Sort, Statement } from '../../api/rows.ts'
import { Grid, rowsText } from '../../grid/grid.tsx'
import type { Shown } from '../../grid/use-window.ts'
import { IconButton } from '../../kit/button.tsx'
import { useCopy } from '../../kit/copy.ts'
import { Icon } from '../../kit/icon.tsx'
import { Empty, Failure, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { ReceiptDialog } from '../ask/receipt-dialog.tsx'
import { ExportButton } from './export-button.tsx'
import { FilterButton } from './filter-button.tsx'

type Props = Readonly<{
  shown: Shown
  statement: Statement | undefined
  sort: readonly Sort[]
  filter: readonly Filter[]
  onLook(sort: readonly Sort[], filter: readonly Filter[]): void
}>

/** The rows of the statement that ran, with what can be done with them. */
export function ResultView({ shown, statement, sort, filter, onLook }: Props) {
  const { t } = useTexts()
  const { rows, running, problem } = shown
  return (
    <section aria-label={t('query.results')} aria-busy={running} className="flex min-h-0 flex-1 flex-col bg-surface">
      {problem && (
        <div className="p-3">
          <Failure problem={problem} />
        </div>
      )}
      {!rows && running && <Loading lines={6} />}
      {!rows && !running && !problem && <Empty icon="query" title={t('query.hello')} says={t('query.helloSays')} />}
      {rows && (
        <>
          <Filters filter={filter} onFilter={(next) => onLook(sort, next)} />
          <Grid
            rows={rows}
            masked={shown.receipt?.masked ?? []}
            sort={sort}
            onSort={(next) => onLook(next, filter)}
            filterOf={(column) => (
              <FilterButton key={JSON.stringify(filter)} column={column} filter={filter} onFilter={(next) => onLook(sort, next)} />
            )}
          />
          <Status shown={shown} statement={statement} sort={sort} filter={filter} />
        </>
      )}
    </section>
  )
}

function Filters({ filter, onFilter }: { filter: readonly Filter[]; onFilter(filter: readonly Filter[]): void }) {
  const { t } = useTexts()
  if (filter.length === 0) return null
  return (
    <ul aria-label={t('query.filters')} className="flex flex-wrap gap-1.5 border-b border-line px-3 py-1.5 text-sm">
      {filter.map((one) => (
        <li key={one.column} className="flex items-center gap-1 rounded-md bg-accent-soft pl-2 text-accent">
          <span>
            {one.column} {t(`grid.op.${one.op}`)} {one.value === undefined ? '' : String(one.value)}
          </span>
          <button
            type="button"
            aria-label={t('query.unfilter', { name: one.column })}
            onClick={() => onFilter(filter.filter((other) => other !== one))}
            className="rounded p-1 hover:bg-line"
          >
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
    </ul>
  )
}

function Status({ shown, statement, sort, filter }: Pick<Props, 'shown' | 'statement' | 'sort' | 'filter'>) {
  const { t, n, tn } = useTexts()
  const copy = useCopy()
  const [receipt, setReceipt] = useState(false)
  const { rows, total, ms } = shown
  if (!rows) return null
  const loose = total === undefined || total > rows.count || !/\border\s+by\b/i.test(statement?.sql ?? '')
  const paged = rows.count > 500
  return (
    <div className="flex flex-wrap items-center gap-x-3 border-t border-line px-3 py-1 text-sm text-ink-2">
      <span role="status" className="tabular-nums">
        {total === undefined
          ? `${t('grid.more', { count: n(Math.max(0, rows.count - 1)) })} · ${t('query.counting')}`
          : tn('count.rows', total)}
      </span>
      <span>{tn('count.columns', rows.columns.length)}</span>
      {ms !== undefined && (
        <span className="tabular-nums">
          {t('query.took', { ms: n(Math.round(ms)) })}
          {shown.receipt?.from === 'cache' ? ` · ${t('query.from.cache')}` : ''}
        </span>
      )}
      {paged && loose && sort.length === 0 && (
        <span className="flex items-center gap-1 max-md:hidden">
          <Icon name="info" size={14} />
          {t('query.order')}
        </span>
      )}
      <span className="flex-1" />
      <IconButton small label={t('query.copy')} icon="copy" onClick={() => void copy(rowsText(rows))} />
      {shown.receipt && <IconButton small label={t('ask.receipt')} icon="receipt" onClick={() => setReceipt(true)} />}
      {statement && <ExportButton statement={statement} sort={sort} filter={filter} />}
      {receipt && shown.receipt && <ReceiptDialog receipt={shown.receipt} onClose={() => setReceipt(false)} />}
    </div>
  )
}
