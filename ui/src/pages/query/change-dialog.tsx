import { useCallback, useEffect, useState } from 'react'
import { tool } from '../../api/client.ts'
import { type Problem, problemOf } from '../../api/problem.ts'
import { cellText } from '../../api/rows.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'

type Cells = readonly unknown[]
type Sample = Readonly<{
  table: string
  columns: readonly string[]
  rows: readonly Readonly<{ before: Cells | null; after: Cells | null }>[]
}>
type Told = Readonly<{
  status: 'confirmation_required' | 'applied'
  changed: Readonly<Record<string, number>>
  samples?: readonly Sample[]
  warnings?: readonly string[]
  confirm_token?: string
  change_id?: string
  undoable?: boolean
  undo_reason?: string
}>
type Asked = Readonly<{ name: 'execute_batch' | 'undo_change'; fields: object }>

const rowsOf = ({ changed }: Told) => Object.values(changed).reduce((sum, rows) => sum + rows, 0)

/** A statement that changes rows: what would happen, before and after, then the confirmation, then the way back. */
export function ChangeDialog({ source, sql, onClose }: { source: string; sql: string; onClose(): void }) {
  const { t, n } = useTexts()
  const { tell } = useToasts()
  const [asked, setAsked] = useState<Asked>({ name: 'execute_batch', fields: { source, statements: [sql] } })
  const [told, setTold] = useState<Told>()
  const [problem, setProblem] = useState<Problem>()
  const [working, setWorking] = useState(false)
  const preview = useCallback((next: Asked) => {
    const gone = new AbortController()
    setTold(undefined)
    setProblem(undefined)
    tool<Told>(next.name, next.fields, gone.signal).then(
      setTold,
      (caught: unknown) => !gone.signal.aborted && setProblem(problemOf(caught)),
    )
    return gone
  }, [])
  useEffect(() => {
    const gone = preview(asked)
    return () => gone.abort()
  }, [asked, preview])
  const confirm = async () => {
    if (!told?.confirm_token || working) return
    setWorking(true)
    try {
      const done = await tool<Told>(asked.name, { ...asked.fields, confirm_token: told.confirm_token })
      // A role may want to be asked twice.
      if (done.status === 'confirmation_required') setTold(done)
      else if (asked.name === 'undo_change') {
        tell(t('query.change.undone'))
        onClose()
      } else setTold(done)
    } catch (caught) {
      setProblem(problemOf(caught))
    } finally {
      setWorking(false)
    }
  }
  const rows = told ? rowsOf(told) : 0
  const applied = told?.status === 'applied'
  return (
    <Dialog
      wide
      open
      onOpenChange={onClose}
      title={t('query.change.title')}
      says={t(asked.name === 'undo_change' ? 'query.change.undoFirst' : 'query.change.says')}
    >
      <div className="flex flex-col gap-4">
        {!told && !problem && <Loading />}
        {problem && <Failure problem={problem} retry={() => preview(asked)} />}
        {told && !applied && (
          <>
            <p className="flex flex-wrap gap-2">
              {rows === 0 && t('query.change.none')}
              {Object.entries(told.changed).map(([table, count]) => (
                <Badge key={table} tone="accent">
                  {table}: {n(count)}
                </Badge>
              ))}
            </p>
            {told.warnings?.map((warning) => (
              <p key={warning} className="flex gap-2 rounded-lg bg-warn-soft px-3 py-2 text-sm">
                <Icon name="warning" size={16} className="mt-0.5 text-warn" />
                {warning}
              </p>
            ))}
            {told.samples?.map((sample, i) => (
              <SampleTable key={`${sample.table} ${String(i)}`} sample={sample} count={told.changed[sample.table] ?? sample.rows.length} />
            ))}
            <div className="flex justify-end gap-2">
              <Button onClick={onClose}>{t('action.cancel')}</Button>
              <Button look="primary" disabled={working || rows === 0} onClick={() => void confirm()}>
                {rows === 1 ? t('query.change.confirmOne') : t('query.change.confirm', { count: n(rows) })}
              </Button>
            </div>
          </>
        )}
        {told && applied && (
          <div className="flex flex-wrap items-center gap-3">
            <Icon name="check" className="text-good" />
            <p role="status" className="flex-1">
              {rows === 1 ? t('query.change.doneOne') : t('query.change.done', { count: n(rows) })}
              {!told.undoable && (
                <span className="block text-sm text-ink-2">{t('query.change.noUndo', { why: told.undo_reason ?? '' })}</span>
              )}
            </p>
            {told.undoable && (
              <Button icon="undo" onClick={() => setAsked({ name: 'undo_change', fields: { source, change_id: told.change_id } })}>
                {t('action.undo')}
              </Button>
            )}
            <Button look="primary" onClick={onClose}>
              {t('action.close')}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  )
}

/** Rows before and after, with what changes marked. */
function SampleTable({ sample, count }: { sample: Sample; count: number }) {
  const { t, n } = useTexts()
  const { table, columns, rows } = sample
  return (
    <figure className="flex flex-col gap-1">
      <figcaption className="text-sm font-semibold">{table}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section aria-label={table} className="overflow-auto rounded-lg border border-line" tabIndex={0}>
        <table className="w-full border-collapse font-mono text-sm">
          <thead>
            <tr className="bg-sunken text-left">
              <td className="px-2.5 py-1.5" />
              {columns.map((column) => (
                <th key={column} scope="col" className="px-2.5 py-1.5 font-semibold">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          {rows.map(({ before, after }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a sample never changes its order.
            <tbody key={at} className="border-t border-line">
              {before && <SampleRow label={t('query.change.before')} cells={before} other={after} look="before" />}
              {after && <SampleRow label={t('query.change.after')} cells={after} other={before} look="after" />}
            </tbody>
          ))}
        </table>
      </section>
      {rows.length < count && <p className="text-xs text-ink-2">{t('query.change.sample', { shown: n(rows.length), count: n(count) })}</p>}
    </figure>
  )
}

function SampleRow({ label, cells, other, look }: { label: string; cells: Cells; other: Cells | null; look: 'before' | 'after' }) {
  const { t } = useTexts()
  const tone = look === 'before' ? 'bg-bad-soft text-bad' : 'bg-good-soft text-good'
  return (
    <tr>
      <th scope="row" className="px-2.5 py-1 text-left font-sans text-xs font-medium whitespace-nowrap text-ink-2">
        {label}
      </th>
      {cells.map((cell, i) => {
        const differs = !other || JSON.stringify(other[i]) !== JSON.stringify(cell)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: cells stand under their columns and never change places.
          <td key={i} className={`max-w-64 truncate px-2.5 py-1 whitespace-pre ${differs ? tone : ''}`}>
            {cell === null ? <span className="italic">{t('grid.null')}</span> : cellText(cell)}
          </td>
        )
      })}
    </tr>
  )
}
