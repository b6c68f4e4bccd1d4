import { Badge } from '../../kit/badge.tsx'
import { IconButton } from '../../kit/button.tsx'
import { useCopy } from '../../kit/copy.ts'
import { Code, Fact } from '../../kit/page.tsx'
import { Time } from '../../kit/time.tsx'
import { useTexts } from '../../texts/texts.tsx'
import type { LoggedCall } from './audit.tsx'

/** What a call came to, in a word. */
export function Outcome({ code }: { code: string }) {
  const { t } = useTexts()
  if (code === 'ok') return <Badge tone="good">{t('govern.audit.ok')}</Badge>
  if (code === 'open') return <Badge tone="accent">{t('govern.audit.open')}</Badge>
  return <Badge tone="bad">{code}</Badge>
}

/** Everything that the log has of one call. */
export function CallDetails({ call }: { call: LoggedCall }) {
  const { t, n } = useTexts()
  const copy = useCopy()
  const link = `${location.origin}/govern/audit?q=${encodeURIComponent(call.audit_id)}`
  const shows = call.text !== undefined && call.text !== ''
  return (
    <div className="flex max-w-5xl flex-col gap-3 whitespace-normal">
      <dl className="grid grid-cols-2 gap-3 md:grid-cols-4">
        <Fact name={t('govern.audit.when')}>
          <Time at={call.time} />
        </Fact>
        <Fact name={t('govern.audit.caller')}>
          {call.principal ?? '–'} {call.via && <span className="text-ink-3">({call.via})</span>}
        </Fact>
        <Fact name={t('govern.audit.door')}>{call.door}</Fact>
        <Fact name={t('govern.audit.kind')}>{call.kind ?? call.action}</Fact>
        {call.from && <Fact name={t('govern.audit.from')}>{t(call.from === 'cache' ? 'govern.audit.cache' : 'govern.audit.live')}</Fact>}
        {call.rows !== undefined && <Fact name={t('govern.audit.rows')}>{n(call.rows)}</Fact>}
        {call.tables && call.tables.length > 0 && <Fact name={t('govern.audit.tables')}>{call.tables.join(', ')}</Fact>}
        <Fact name={t('govern.audit.id')}>
          <span className="flex items-center gap-1">
            <code className="truncate font-mono text-xs">{call.audit_id}</code>
            <IconButton label={t('govern.audit.link')} icon="link" small onClick={() => void copy(link)} />
          </span>
        </Fact>
      </dl>
      {call.reason && (
        <p className="rounded-lg bg-bad-soft px-3 py-2 break-words">
          <span className="font-medium">{t('govern.audit.reason')}:</span> {call.reason}
        </p>
      )}
      <div className="grid gap-3 lg:grid-cols-2">
        {shows && (
          <div className="min-w-0">
            <h3 className="mb-1 text-xs text-ink-3">{t('govern.audit.asked')}</h3>
            <Code text={call.text!} label={t('govern.audit.asked')} />
          </div>
        )}
        {call.sql && (
          <div className="min-w-0">
            <h3 className="mb-1 text-xs text-ink-3">{t('govern.audit.ran')}</h3>
            <Code text={call.sql} label={t('govern.audit.ran')} />
          </div>
        )}
      </div>
      {call.policies && call.policies.length > 0 && (
        <div>
          <h3 className="mb-1 text-xs text-ink-3">{t('govern.audit.applied')}</h3>
          <ul className="list-disc pl-5">
            {call.policies.map((one) => (
              <li key={one} className="break-words">
                {one}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
