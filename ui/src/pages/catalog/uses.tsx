import { useQuery } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Card } from '../../kit/page.tsx'
import { Empty, Failure, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'

const kinds = ['view', 'query', 'pair', 'policy'] as const

/** Who uses a table, as far as the caller may know. */
export function Uses({ source, table }: { source: string; table: string }) {
  const { t } = useTexts()
  const asked = useQuery({
    queryKey: ['uses', source, table],
    queryFn: ({ signal }) => data(api.GET('/api/catalog/{source}/tables/{table}/uses', { params: { path: { source, table } }, signal })),
    retry: false,
  })
  if (asked.error) {
    if (problemOf(asked.error).told.code === 'not_synchronised') return <Empty icon="catalog" title={t('catalog.source.never')} />
    return <Failure problem={asked.error} retry={() => void asked.refetch()} />
  }
  if (!asked.data) return <Loading />
  const { uses } = asked.data
  if (uses.length === 0) return <Empty icon="link" title={t('catalog.uses.none')} />
  return (
    <>
      {kinds.map((kind) => {
        const some = uses.filter(({ what }) => what === kind)
        if (some.length === 0) return null
        return (
          <Card key={kind} title={t(`catalog.uses.${kind}`)}>
            <ul className="flex flex-col gap-1.5">
              {some.map(({ name, columns }) => (
                <li key={name} className="break-words">
                  {name}
                  {columns.length > 0 && (
                    <span className="block text-sm text-ink-3">{t('catalog.uses.columns', { columns: columns.join(', ') })}</span>
                  )}
                </li>
              ))}
            </ul>
          </Card>
        )
      })}
    </>
  )
}
