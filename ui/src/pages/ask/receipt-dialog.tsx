import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Receipt } from '../../api/rows.ts'
import { Button } from '../../kit/button.tsx'
import { useCopy } from '../../kit/copy.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { Icon } from '../../kit/icon.tsx'
import { useTexts } from '../../texts/texts.tsx'

type Props = Readonly<{ receipt: Receipt; used?: readonly Readonly<{ table: string; why: string }>[]; onClose(): void }>

/** What every answer carries: the statement as it ran, the rules, what is masked and why, and the record. */
export function ReceiptDialog({ receipt, used = [], onClose }: Props) {
  const { t, n, tn } = useTexts()
  const copy = useCopy()
  return (
    <Dialog wide open onOpenChange={onClose} title={t('ask.receipt')} says={t('ask.receipt.says')}>
      <dl className="flex flex-col gap-4">
        <Part name={t('ask.receipt.sql')}>
          <pre className="max-h-60 overflow-auto rounded-lg bg-sunken p-3 font-mono text-sm break-words whitespace-pre-wrap">
            {receipt.sql}
          </pre>
          <Button small className="mt-2" icon="copy" onClick={() => void copy(receipt.sql)}>
            {t('action.copy')}
          </Button>
        </Part>
        {used.length > 0 && (
          <Part name={t('ask.used')}>
            {used.map(({ table, why }) => (
              <p key={table}>
                <span className="font-medium">{table}</span> <span className="text-ink-2">· {why}</span>
              </p>
            ))}
          </Part>
        )}
        <Part name={t('ask.receipt.policies')}>
          {receipt.policies.length === 0 ? (
            <p className="text-ink-2">{t('ask.receipt.noPolicies')}</p>
          ) : (
            receipt.policies.map((one) => <p key={one}>{one}</p>)
          )}
        </Part>
        {receipt.masked.length > 0 && (
          <Part name={t('ask.receipt.masked')}>
            <p className="mb-1.5 text-ink-2">{t('ask.receipt.maskedSays')}</p>
            <ul className="flex flex-wrap gap-1.5">
              {receipt.masked.map((one) => (
                <li key={one} className="flex items-center gap-1 rounded-md bg-warn-soft px-2 py-0.5 font-mono text-sm text-warn">
                  <Icon name="lock" size={13} />
                  {one}
                </li>
              ))}
            </ul>
          </Part>
        )}
        <Part name={`${t('ask.receipt.from')} · ${t('ask.receipt.ms')}`}>
          {t(receipt.from === 'cache' ? 'ask.receipt.cache' : 'ask.receipt.live')} · {n(receipt.ms)} ms · {tn('count.rows', receipt.rows)}
        </Part>
        <Part name={t('ask.receipt.audit')}>
          <code className="font-mono text-sm break-all">{receipt.audit_id}</code>{' '}
          <Link
            to="/govern/$part"
            params={{ part: 'audit' }}
            search={{ q: receipt.audit_id }}
            className="font-medium text-accent hover:underline"
          >
            {t('ask.receipt.findAudit')}
          </Link>
        </Part>
      </dl>
    </Dialog>
  )
}

const Part = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt className="mb-1 text-sm font-semibold text-ink-2">{name}</dt>
    <dd>{children}</dd>
  </div>
)
