import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import { type Column, cellText, isNumeric, type Receipt, type Row } from '../../api/rows.ts'
import { Badge } from '../../kit/badge.tsx'
import { Card, Rows } from '../../kit/page.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { quoted, type TableAbout } from './catalog.ts'

type Answer = Readonly<{ columns: readonly Column[]; rows: readonly Row[]; receipt: Receipt }>

const ROWS = 25
const CHARS = 200

/** A few rows, by a query like everybody's. */
export function Samples({ source, about }: { source: string; about: TableAbout }) {
  const { t } = useTexts()
  const asked = useQuery({
    queryKey: ['samples', source, about.table],
    queryFn: ({ signal }) =>
      ask<Answer>(
        'POST',
        '/sql/execute',
        { source, query: `SELECT * FROM ${quoted(about.table, about.dialect, about.schema)} LIMIT ${ROWS}`, limit: ROWS },
        signal,
      ),
    retry: false,
  })
  if (asked.error) return <Failure problem={asked.error} retry={() => void asked.refetch()} />
  if (!asked.data) return <Loading />
  const { columns, rows, receipt } = asked.data
  const masked = new Set(receipt.masked.map((name) => name.slice(name.lastIndexOf('.') + 1)))
  return (
    <Card title={t('catalog.view.samples')} says={t('catalog.samples.says')} flush>
      {rows.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t('catalog.samples.none')}</p>
      ) : (
        <Rows
          label={t('catalog.view.samples')}
          rows={rows.map((row, i) => ({ row, i }))}
          keyOf={({ i }) => String(i)}
          columns={columns.map((column, at) => ({
            key: `${at} ${column.name}`,
            head: (
              <span className="inline-flex items-center gap-1.5">
                <span className="font-mono">{column.name}</span>
                {masked.has(column.name) && <Badge tone="warn">{t('catalog.samples.masked')}</Badge>}
              </span>
            ),
            right: isNumeric(column),
            cell: ({ row }: { row: Row; i: number }) => <Cell value={row[at]} />,
          }))}
        />
      )}
    </Card>
  )
}

function Cell({ value }: { value: unknown }) {
  const { t } = useTexts()
  if (value === null) return <span className="text-xs text-ink-3 italic">{t('catalog.samples.null')}</span>
  const text = cellText(value)
  return <span className="block max-w-96 truncate">{text.length > CHARS ? `${text.slice(0, CHARS)}…` : text}</span>
}
