import { useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { PageFrame, PartLinks } from '../../kit/page.tsx'
import { Empty, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { useApprovals } from './waiting.ts'

const Roles = lazy(() => import('./roles.tsx').then(({ Roles }) => ({ default: Roles })))
const Simulator = lazy(() => import('./simulator.tsx').then(({ Simulator }) => ({ default: Simulator })))
const Keys = lazy(() => import('./keys.tsx').then(({ Keys }) => ({ default: Keys })))
const Audit = lazy(() => import('./audit.tsx').then(({ Audit }) => ({ default: Audit })))
const Changes = lazy(() => import('./changes.tsx').then(({ Changes }) => ({ default: Changes })))

const parts = { roles: Roles, simulator: Simulator, keys: Keys, audit: Audit, changes: Changes }
const icons = { roles: 'govern', simulator: 'eye', keys: 'key', audit: 'history', changes: 'edit' } as const
const known = (part: string | undefined): part is keyof typeof parts => part !== undefined && Object.hasOwn(parts, part)

/** Who may see and change what, and what was done. */
export function GovernPage() {
  const { t } = useTexts()
  const { part = 'roles' } = useParams({ strict: false })
  const waiting = useApprovals().data?.approvals.length ?? 0
  const links = (Object.keys(parts) as (keyof typeof parts)[]).map((name) => ({
    part: name,
    label: t(`govern.part.${name}`),
    icon: icons[name],
    ...(name === 'changes' ? { count: waiting } : {}),
  }))
  const Open = known(part) ? parts[part] : undefined
  return (
    <PageFrame
      wide={part === 'roles' || part === 'audit'}
      title={t('govern.title')}
      parts={<PartLinks to="/govern/$part" parts={links} open={part} label={t('part.parts')} />}
    >
      <Suspense fallback={<Loading />}>
        {Open ? <Open /> : <Empty icon="govern" title={t('state.notFound')} says={t('state.notFoundHint')} />}
      </Suspense>
    </PageFrame>
  )
}
