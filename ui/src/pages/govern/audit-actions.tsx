import { useMutation } from '@tanstack/react-query'
import { api, data, send } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Button, IconButton } from '../../kit/button.tsx'
import { download } from '../../kit/download.ts'
import { Menu } from '../../kit/menu.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { type Filters, queryOf } from './audit.tsx'

type Format = 'csv' | 'ndjson' | 'records'

/** Looks again, checks the chain, and gives away what fits as a file. */
export function AuditActions({ filters, onAgain }: { filters: Filters; onAgain(): void }) {
  const { t, n } = useTexts()
  const { tell } = useToasts()
  const failed = (caught: unknown) => tell(problemOf(caught).message, { bad: true })
  const chain = useMutation({
    mutationFn: () => data(api.GET('/api/audit/chain')),
    onSuccess: ({ whole, records }) =>
      tell(whole ? t('govern.audit.whole', { records: n(records) }) : t('govern.audit.broken'), whole ? {} : { bad: true }),
    onError: failed,
  })
  const exporting = useMutation({
    mutationFn: async (format: Format) => {
      const response = await send('GET', `/api/audit/export?${queryOf(filters, { format })}`)
      download(await response.blob(), `audit-${new Date().toISOString().slice(0, 10)}.${format === 'csv' ? 'csv' : 'ndjson'}`)
    },
    onSuccess: () => tell(t('govern.audit.exported')),
    onError: failed,
  })
  const entry = (format: Format) => ({ label: t(`govern.audit.${format}`), onSelect: () => exporting.mutate(format) })
  return (
    <div className="flex flex-wrap items-center gap-2">
      <IconButton label={t('govern.audit.refresh')} icon="refresh" onClick={onAgain} />
      <Button icon="check" disabled={chain.isPending} onClick={() => chain.mutate()}>
        {t(chain.isPending ? 'govern.audit.checking' : 'govern.audit.chain')}
      </Button>
      <Menu entries={[entry('csv'), entry('ndjson'), entry('records')]}>
        <Button icon="download" disabled={exporting.isPending}>
          {t(exporting.isPending ? 'govern.audit.exporting' : 'govern.audit.export')}
        </Button>
      </Menu>
    </div>
  )
}
