import { Badge } from '../../kit/badge.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Card, Code } from '../../kit/page.tsx'
import { useTexts } from '../../texts/texts.tsx'
import type { Simulated } from './simulator.tsx'

type Table = Simulated['tables'][number]
const tones = { plain: 'plain', masked: 'warn', hidden: 'bad' } as const

/** What somebody sees, told with its reasons. */
export function Sight({ told, asked }: { told: Simulated; asked: string }) {
  const { t, tn } = useTexts()
  if (!told.granted)
    return (
      <Card title={t('govern.sim.notThere')}>
        <p>{told.reason}</p>
      </Card>
    )
  const visible = told.tables.filter((table) => table.visible)
  const hidden = told.tables.filter((table) => !table.visible)
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-lg font-semibold">{told.principal}</span>
        {told.roles.map((role) => (
          <Badge key={role} tone="accent">
            {role}
          </Badge>
        ))}
        <Badge tone={told.restricted ? 'warn' : 'good'}>{t(told.restricted ? 'govern.sim.restricted' : 'govern.sim.asIs')}</Badge>
        <span className="text-sm text-ink-2">{t('govern.sim.may', { actions: told.actions.join(', ') })}</span>
      </div>
      <Statement told={told} asked={asked} />
      <Card
        flush
        title={t('govern.sim.tables')}
        {...(told.tables.length < told.tables_total && !told.statement
          ? { says: t('govern.sim.tablesMore', { shown: told.tables.length, total: told.tables_total }) }
          : {})}
      >
        <ul className="divide-y divide-line">
          {visible.map((table) => (
            <TableSeen key={table.table} table={table} open={visible.length <= 3} />
          ))}
        </ul>
        {hidden.length > 0 && (
          <details className="border-t border-line">
            <summary className="cursor-pointer px-4 py-2.5 text-sm font-medium text-ink-2">
              {tn('govern.sim.hiddenTables', hidden.length)}
            </summary>
            <ul className="px-4 pb-3 text-sm">
              {hidden.map(({ table, why }) => (
                <li key={table} className="py-0.5 break-words">
                  <code className="font-mono">{table}</code> <span className="text-ink-3">{why.join('; ')}</span>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Card>
      {told.unmatched.length > 0 && (
        <Card title={t('govern.roles.unmatched')}>
          <ul className="text-sm">
            {told.unmatched.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}

function Statement({ told: { statement, refused }, asked }: { told: Simulated; asked: string }) {
  const { t } = useTexts()
  if (refused)
    return (
      <div className="flex gap-3 rounded-lg border border-line bg-bad-soft p-4">
        <Icon name="warning" className="text-bad" />
        <div className="min-w-0">
          <p className="font-semibold">{t('govern.sim.refused')}</p>
          <p className="break-words">{refused.message}</p>
          <p className="text-sm break-words text-ink-2">{refused.hint}</p>
          <p className="font-mono text-xs text-ink-3">{refused.code}</p>
        </div>
      </div>
    )
  if (!statement) return null
  return (
    <Card>
      <div className="grid gap-4 xl:grid-cols-2">
        <div className="min-w-0">
          <h3 className="mb-1 text-sm font-medium text-ink-2">{t('govern.sim.before')}</h3>
          <Code text={asked} label={t('govern.sim.before')} />
        </div>
        <div className="min-w-0">
          <h3 className="mb-1 text-sm font-medium text-ink-2">{t('govern.sim.after')}</h3>
          <Code text={statement.sql} label={t('govern.sim.after')} />
        </div>
      </div>
      {statement.policies.length > 0 && (
        <>
          <h3 className="mt-3 mb-1 text-sm font-medium text-ink-2">{t('govern.sim.applied')}</h3>
          <ul className="list-disc pl-5 text-sm">
            {statement.policies.map((one) => (
              <li key={one} className="break-words">
                {one}
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}

function TableSeen({ table, open }: { table: Table; open: boolean }) {
  const { t, tn } = useTexts()
  const special = table.columns.filter(({ shown }) => shown !== 'plain')
  const plain = table.columns.length - special.length
  return (
    <li>
      <details open={open}>
        <summary className="flex cursor-pointer flex-wrap items-center gap-2 px-4 py-2.5">
          <code className="font-mono font-medium">{table.table}</code>
          {special.length === 0 && table.rows.length === 0 ? (
            <Badge tone="good">{t('govern.sim.whole')}</Badge>
          ) : (
            <>
              {special.map(({ name, shown }) => (
                <Badge key={name} tone={tones[shown]}>
                  {name} · {t(`govern.sim.shown.${shown}`)}
                </Badge>
              ))}
              {table.rows.length > 0 && (
                <Badge tone="accent">
                  <Icon name="filter" size={12} /> {t('govern.roles.rows')}
                </Badge>
              )}
            </>
          )}
        </summary>
        <div className="flex flex-col gap-2 px-4 pb-3 text-sm">
          <p className="text-ink-2">{table.why.join('; ')}</p>
          {table.rows.map((rule) => (
            <p key={rule}>
              {t('govern.sim.onlyRows')} <code className="font-mono text-xs break-words">{rule}</code>
            </p>
          ))}
          {special.length > 0 && (
            <ul className="flex flex-col gap-1">
              {special.map(({ name, shown, why }) => (
                <li key={name} className="flex flex-wrap items-baseline gap-2">
                  <code className="font-mono">{name}</code>
                  <Badge tone={tones[shown]}>{t(`govern.sim.shown.${shown}`)}</Badge>
                  <span className="text-ink-2">{why}</span>
                </li>
              ))}
            </ul>
          )}
          <p className="text-ink-3">
            {tn('count.columns', plain)}: {t('govern.sim.whole')}
          </p>
        </div>
      </details>
    </li>
  )
}
