import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask, tool } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Card, Code, Rows } from '../../kit/page.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { Time } from '../../kit/time.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { useApprovals } from './waiting.ts'

type Change = Readonly<{
  id: string
  principal: string
  source: string
  kind: string
  tables: readonly string[]
  changed: number
  at: string
  state: 'pending' | 'applied' | 'undone' | 'not_undoable'
}>
type Outcome = Readonly<{ status: string; changed: Readonly<Record<string, number>> }>

const changedText = (changed: Readonly<Record<string, number>>) =>
  Object.entries(changed)
    .map(([table, count]) => `${table} (${count})`)
    .join(', ') || '–'

/** Changes that wait for a confirmation, and those that were applied and may be undone. */
export function Changes() {
  return (
    <>
      <Waiting />
      <Applied />
    </>
  )
}

function Waiting() {
  const { t } = useTexts()
  const asked = useApprovals()
  if (asked.error && !asked.data) return <Failure problem={asked.error} retry={() => void asked.refetch()} />
  if (!asked.data) return <Loading lines={2} />
  const { approvals } = asked.data
  return (
    <Card title={t('govern.changes.waiting')} flush>
      {approvals.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t('govern.changes.waitingNone')}</p>
      ) : (
        <ul className="divide-y divide-line">
          {approvals.map((approval) => (
            <li key={approval.id} className="flex flex-col gap-2 px-4 py-3">
              <div className="flex flex-wrap items-center gap-2">
                <Badge tone="accent">{approval.source}</Badge>
                <span className="font-medium">{approval.principal}</span>
                {approval.yours && <Badge>{t('govern.changes.yours')}</Badge>}
                <span className="text-sm text-ink-3">
                  {t('govern.changes.until')} <Time at={approval.expires} />
                </span>
              </div>
              <p>{t('govern.changes.would', { changed: changedText(approval.changed) })}</p>
              <Code text={approval.statements.join(';\n')} label={t('govern.changes.waiting')} />
              {approval.warnings.map((warning) => (
                <p key={warning} className="text-sm text-warn">
                  {warning}
                </p>
              ))}
              <Decide id={approval.id} can={approval.can_confirm} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Decide({ id, can }: { id: string; can: boolean }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const decide = async (what: 'confirm' | 'refuse') => {
    setBusy(true)
    try {
      const told = await ask<Partial<Outcome>>('POST', `/api/approvals/${encodeURIComponent(id)}/${what}`, {})
      if (what === 'refuse') tell(t('govern.changes.refused'))
      else if (told.status === 'applied') tell(t('govern.changes.confirmed', { changed: changedText(told.changed ?? {}) }))
      else tell(t('govern.changes.again'))
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    } finally {
      setBusy(false)
      void queries.invalidateQueries({ queryKey: ['approvals'] })
      void queries.invalidateQueries({ queryKey: ['changes'] })
    }
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button look="primary" small icon="check" disabled={busy || !can} onClick={() => void decide('confirm')}>
        {t('govern.changes.confirm')}
      </Button>
      <Button look="danger" small icon="close" disabled={busy} onClick={() => void decide('refuse')}>
        {t('govern.changes.refuse')}
      </Button>
      {!can && <span className="text-sm text-ink-2">{t('govern.changes.onlyCaller')}</span>}
    </div>
  )
}

function Applied() {
  const { t, n } = useTexts()
  const [undoing, setUndoing] = useState<Change>()
  const asked = useQuery({
    queryKey: ['changes'],
    queryFn: ({ signal }) => tool<{ changes: readonly Change[] }>('list_changes', { limit: 200 }, signal),
    retry: false,
  })
  if (asked.error) {
    const { code } = problemOf(asked.error).told
    if (code === 'tool_refused' || code === 'tool_unknown' || code === 'action_refused')
      return (
        <Card title={t('govern.changes.done')}>
          <p className="text-ink-2">{t('govern.changes.notWriter')}</p>
        </Card>
      )
    return <Failure problem={asked.error} retry={() => void asked.refetch()} />
  }
  if (!asked.data) return <Loading />
  return (
    <Card title={t('govern.changes.done')} flush>
      {asked.data.changes.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t('govern.changes.doneNone')}</p>
      ) : (
        <Rows
          label={t('govern.changes.done')}
          rows={asked.data.changes}
          keyOf={({ id }) => id}
          columns={[
            { key: 'at', head: t('govern.audit.when'), cell: ({ at }) => <Time at={at} /> },
            { key: 'who', head: t('govern.changes.who'), cell: ({ principal }) => principal },
            { key: 'source', head: t('govern.audit.source'), cell: ({ source }) => source },
            { key: 'kind', head: t('govern.changes.what'), cell: ({ kind }) => kind },
            { key: 'tables', head: t('govern.changes.tables'), cell: ({ tables }) => tables.join(', ') },
            { key: 'rows', head: t('govern.changes.rows'), right: true, cell: ({ changed }) => n(changed) },
            {
              key: 'state',
              head: t('govern.changes.state'),
              cell: ({ state }) => <Badge tone={state === 'applied' ? 'good' : 'plain'}>{t(`govern.changes.state.${state}`)}</Badge>,
            },
            {
              key: 'undo',
              head: <span className="sr-only">{t('govern.changes.undo')}</span>,
              right: true,
              cell: (change) =>
                change.state === 'applied' && (
                  <Button small icon="undo" onClick={() => setUndoing(change)}>
                    {t('govern.changes.undo')}
                  </Button>
                ),
            },
          ]}
        />
      )}
      {undoing && <Undo change={undoing} onDone={() => setUndoing(undefined)} />}
    </Card>
  )
}

type Preview = Outcome & Readonly<{ confirm_token?: string; statements?: readonly string[]; warnings?: readonly string[] }>

/** Undoing is previewed like any change: what it would do is shown before it is done. */
function Undo({ change, onDone }: { change: Change; onDone(): void }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const fields = { change_id: change.id, source: change.source }
  const preview = useQuery({
    queryKey: ['undo', change.id],
    queryFn: () => tool<Preview>('undo_change', fields),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  const [failed, setFailed] = useState<unknown>()
  const [token, setToken] = useState<string>()
  const go = async () => {
    try {
      const told = await tool<Preview>('undo_change', { ...fields, confirm_token: token ?? preview.data?.confirm_token })
      if (told.status === 'confirmation_required') return setToken(told.confirm_token)
      tell(t('govern.changes.undone'))
      void queries.invalidateQueries({ queryKey: ['changes'] })
      onDone()
    } catch (caught) {
      setFailed(caught)
    }
  }
  return (
    <Dialog open onOpenChange={onDone} title={t('govern.changes.undoing')} says={t('govern.changes.undoSays')}>
      {preview.error ? (
        <Failure problem={preview.error} />
      ) : !preview.data ? (
        <Loading lines={2} />
      ) : (
        <div className="flex flex-col gap-3">
          <p>{t('govern.changes.would', { changed: changedText(preview.data.changed) })}</p>
          {preview.data.statements && <Code text={preview.data.statements.join(';\n')} label={t('govern.changes.undoing')} />}
          {token !== undefined && <p className="text-warn">{t('govern.changes.again')}</p>}
          {failed !== undefined && <Failure problem={problemOf(failed)} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onDone}>{t('action.cancel')}</Button>
            <Button look="primary" icon="undo" onClick={() => void go()}>
              {t('govern.changes.undoGo')}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
