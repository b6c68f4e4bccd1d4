import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useRef, useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Select } from '../../kit/field.tsx'
import { Card, Failed } from '../../kit/page.tsx'
import { Empty, Loading } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { at } from './catalog.ts'

type Decision = 'confirm' | 'mask' | 'dismiss'
type State = 'undecided' | Decision
type Finding = Readonly<{
  table: string
  column: string
  kind: string
  title: string
  confidence: number
  reason: string
  state: State
  masked: boolean
}>

const decisions: readonly Decision[] = ['confirm', 'mask', 'dismiss']
const keyOf: Readonly<Record<string, Decision>> = { c: 'confirm', m: 'mask', d: 'dismiss' }
const nameOf = ({ table, column }: Finding) => `${table}.${column}`

/** What seems to be personal data, decided about one by one, by keyboard where one likes. */
export function Personal({ source }: { source: string }) {
  const { t } = useTexts()
  const asked = useQuery({
    queryKey: ['personal', source],
    queryFn: ({ signal }) => ask<{ findings: readonly Finding[] }>('GET', `${at(source, 'pii')}?all=true`, undefined, signal),
    retry: false,
  })
  if (asked.error) return <Failed problem={asked.error} retry={() => void asked.refetch()} />
  if (!asked.data) return <Loading />
  const open = asked.data.findings.filter(({ state }) => state === 'undecided')
  const decided = asked.data.findings.filter(({ state }) => state !== 'undecided')
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-64 flex-1 text-ink-2">{t('catalog.personal.says')}</p>
        <Scan source={source} />
      </div>
      {open.length === 0 ? (
        <Empty icon="lock" title={t('catalog.personal.none')} says={t('catalog.personal.noneSays')} />
      ) : (
        <Queue source={source} findings={open} />
      )}
      {decided.length > 0 && (
        <Card title={t('catalog.personal.decided')} flush>
          <ul className="divide-y divide-line">
            {decided.map((finding) => (
              <Decided key={nameOf(finding)} source={source} finding={finding} />
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}

function useDecide(source: string): (finding: Finding, decision: Decision) => Promise<void> {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  return async (finding, decision) => {
    try {
      await ask('POST', at(source, 'pii/decide'), { table: finding.table, column: finding.column, decision })
      tell(t('catalog.personal.done', { column: nameOf(finding), decision: t(`catalog.personal.was.${decision}`) }))
      await queries.invalidateQueries({ queryKey: ['personal', source] })
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    }
  }
}

function Queue({ source, findings }: { source: string; findings: readonly Finding[] }) {
  const { t, n } = useTexts()
  const decide = useDecide(source)
  const list = useRef<HTMLUListElement>(null)
  const go = (to: number) =>
    list.current?.querySelectorAll<HTMLElement>('[data-finding]')[Math.max(0, Math.min(findings.length - 1, to))]?.focus()
  const keys = (i: number) => (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const decision = keyOf[event.key.toLowerCase()]
    // What was decided leaves the list, and the next one takes its place.
    if (decision) void decide(findings[i]!, decision).then(() => setTimeout(() => go(i)))
    else if (event.key === 'ArrowDown' || event.key === 'j') go(i + 1)
    else if (event.key === 'ArrowUp' || event.key === 'k') go(i - 1)
    else return
    event.preventDefault()
  }
  return (
    <Card title={`${t('catalog.personal.queue')} (${n(findings.length)})`} flush>
      <ul ref={list} className="divide-y divide-line">
        {findings.map((finding, i) => (
          <li key={nameOf(finding)} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 focus-within:bg-sunken">
            <button
              type="button"
              data-finding
              aria-keyshortcuts="C M D ArrowDown ArrowUp"
              onKeyDown={keys(i)}
              className="min-w-60 flex-1 rounded-md text-left"
            >
              <span className="flex flex-wrap items-center gap-2">
                <code className="font-mono font-medium">{nameOf(finding)}</code>
                <Badge tone="warn">{finding.title}</Badge>
                <span className="text-sm text-ink-2">
                  {t('catalog.personal.sure', { share: n(finding.confidence, { style: 'percent' }) })}
                </span>
                <Badge tone={finding.masked ? 'good' : 'bad'}>
                  {t(finding.masked ? 'catalog.personal.maskedNow' : 'catalog.personal.openNow')}
                </Badge>
              </span>
              <span className="mt-0.5 block text-sm break-words text-ink-2">{finding.reason}</span>
            </button>
            <span className="flex gap-1.5">
              {decisions.map((decision) => (
                <Button
                  key={decision}
                  small
                  look={decision === 'mask' ? 'primary' : 'outline'}
                  aria-label={`${t(`catalog.personal.${decision}`)}: ${nameOf(finding)}`}
                  onClick={() => void decide(finding, decision)}
                >
                  {t(`catalog.personal.${decision}`)}
                </Button>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Decided({ source, finding }: { source: string; finding: Finding }) {
  const { t } = useTexts()
  const decide = useDecide(source)
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-2.5">
      <code className="min-w-40 flex-1 font-mono break-all">{nameOf(finding)}</code>
      <span className="text-sm text-ink-2">{finding.title}</span>
      <div className="w-40">
        <Select
          aria-label={`${t('catalog.personal.decided')}: ${nameOf(finding)}`}
          value={finding.state}
          onChange={({ target }) => void decide(finding, target.value as Decision)}
        >
          {decisions.map((decision) => (
            <option key={decision} value={decision}>
              {t(`catalog.personal.state.${decision}`)}
            </option>
          ))}
        </Select>
      </div>
    </li>
  )
}

function Scan({ source }: { source: string }) {
  const { t, n } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const scan = async () => {
    setBusy(true)
    try {
      const told = await ask<{ found: number; columns: number }>('POST', at(source, 'pii'), {})
      tell(t('catalog.personal.scanned', { found: n(told.found), columns: n(told.columns) }))
      await queries.invalidateQueries({ queryKey: ['personal', source] })
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button icon="search" disabled={busy} onClick={() => void scan()}>
      {t(busy ? 'catalog.personal.scanning' : 'catalog.personal.scan')}
    </Button>
  )
}
