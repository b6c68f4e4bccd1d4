import { useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { PageFrame, PartLinks } from '../../kit/page.tsx'
import { Empty, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'

const Overview = lazy(() => import('./overview.tsx').then(({ Overview }) => ({ default: Overview })))
const Queries = lazy(() => import('./queries.tsx').then(({ Queries }) => ({ default: Queries })))
const Configuration = lazy(() => import('./configuration.tsx').then(({ Configuration }) => ({ default: Configuration })))
const Clients = lazy(() => import('./clients.tsx').then(({ Clients }) => ({ default: Clients })))
const Connect = lazy(() => import('./connect.tsx').then(({ Connect }) => ({ default: Connect })))

const parts = { overview: Overview, queries: Queries, configuration: Configuration, clients: Clients, connect: Connect }
const icons = { overview: 'run', queries: 'clock', configuration: 'settings', clients: 'plug', connect: 'database' } as const

const known = (part: string | undefined): part is keyof typeof parts => part !== undefined && Object.hasOwn(parts, part)

/** How the gateway runs, and what connects clients and sources to it. */
export function RunPage() {
  const { t } = useTexts()
  const { part = 'overview' } = useParams({ strict: false })
  const links = (Object.keys(parts) as (keyof typeof parts)[]).map((name) => ({
    part: name,
    label: t(`run.part.${name}`),
    icon: icons[name],
  }))
  const Open = known(part) ? parts[part] : undefined
  return (
    <PageFrame title={t('run.title')} parts={<PartLinks to="/run/$part" parts={links} open={part} label={t('part.parts')} />}>
      <Suspense fallback={<Loading />}>
        {Open ? <Open /> : <Empty icon="run" title={t('state.notFound')} says={t('state.notFoundHint')} />}
      </Suspense>
    </PageFrame>
  )
}
