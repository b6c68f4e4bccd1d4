import { useQuery } from '@tanstack/react-query'
import { ask, tool } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { Row } from '../../api/rows.ts'
import { Badge } from '../../kit/badge.tsx'
import { IconButton } from '../../kit/button.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { type Plan, type PlanNode, planOf } from './plan-tree.ts'

type Asked = Readonly<{ plan: Plan; measured: boolean; why?: string }>

const measuring: Readonly<Record<string, string>> = { postgres: 'EXPLAIN (ANALYZE, FORMAT JSON) ', mysql: 'ANALYZE FORMAT=JSON ' }
const estimating: Readonly<Record<string, string>> = { postgres: 'EXPLAIN (FORMAT JSON) ', mysql: 'EXPLAIN FORMAT=JSON ' }

type Answer = Readonly<{ rows: readonly Row[] }>

/** Measured where the source can and the caller may; else estimated, with the reason. */
async function planAsked(source: string, sql: string, dialect: string, signal: AbortSignal): Promise<Asked> {
  let why: string | undefined
  const run = async (prefix: string) =>
    planOf(dialect, (await ask<Answer>('POST', '/sql/execute', { source, sql: prefix + sql }, signal)).rows)
  if (measuring[dialect]) {
    try {
      return { plan: await run(measuring[dialect]), measured: true }
    } catch (caught) {
      why = problemOf(caught).message
      if (signal.aborted) throw caught
    }
    try {
      return { plan: await run(estimating[dialect]!), measured: false, why }
    } catch (caught) {
      if (signal.aborted) throw caught
    }
  }
  const { rows } = await tool<Answer>('explain_query', { source, sql }, signal)
  return {
    plan: planOf(dialect === 'postgres' || dialect === 'mysql' ? '' : dialect, rows),
    measured: false,
    ...(why === undefined ? {} : { why }),
  }
}

/** How the source runs a statement: a tree with cost, and rows that were expected and found. */
export function PlanView({ source, sql, dialect, onClose }: { source: string; sql: string; dialect: string; onClose(): void }) {
  const { t } = useTexts()
  const asked = useQuery({
    queryKey: ['plan', source, sql],
    queryFn: ({ signal }) => planAsked(source, sql, dialect, signal),
    staleTime: 0,
    retry: false,
  })
  const { data } = asked
  return (
    <section aria-label={t('query.plan.title')} className="flex min-h-0 flex-1 flex-col bg-surface">
      <div className="flex items-center gap-3 border-b border-line px-4 py-2">
        <h2 className="font-semibold">{t('query.plan.title')}</h2>
        {data && <Badge tone={data.measured ? 'good' : 'plain'}>{t(data.measured ? 'query.plan.measured' : 'query.plan.estimated')}</Badge>}
        <span className="min-w-0 flex-1 truncate text-sm text-ink-2">
          {data?.why ? t('query.plan.why', { why: data.why }) : t('query.plan.says')}
        </span>
        <IconButton small label={t('action.close')} icon="close" onClick={onClose} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <div tabIndex={0} className="min-h-0 flex-1 overflow-auto p-4">
        {asked.isPending && <Loading />}
        {asked.error && <Failure problem={asked.error} />}
        {data?.plan.text !== undefined && <pre className="font-mono text-sm whitespace-pre">{data.plan.text}</pre>}
        {data?.plan.tree && (
          <ul className="flex flex-col gap-1">
            <PlanStep node={data.plan.tree} whole={data.plan.tree.cost ?? 0} />
          </ul>
        )}
      </div>
    </section>
  )
}

function PlanStep({ node, whole }: { node: PlanNode; whole: number }) {
  const { t, n } = useTexts()
  const below = node.children.reduce((sum, { cost = 0 }) => sum + cost, 0)
  const own = node.cost === undefined || whole === 0 ? undefined : Math.max(0, Math.min(1, (node.cost - below) / whole))
  const facts = [
    node.actualRows === undefined ? undefined : t('query.plan.actual', { rows: n(node.actualRows) }),
    node.rows === undefined ? undefined : t('query.plan.rows', { rows: n(node.rows) }),
    node.ms === undefined ? undefined : t('query.plan.ms', { ms: n(node.ms, { maximumFractionDigits: 2 }) }),
    node.cost === undefined ? undefined : t('query.plan.cost', { cost: n(node.cost, { maximumFractionDigits: 1 }) }),
  ].filter((fact) => fact !== undefined)
  return (
    <li>
      <div className="relative max-w-3xl overflow-hidden rounded-lg border border-line px-3 py-1.5">
        {own !== undefined && (
          <div aria-hidden="true" className="absolute inset-y-0 left-0 bg-accent-soft" style={{ width: `${Math.round(own * 100)}%` }} />
        )}
        <div className="relative flex flex-wrap items-baseline gap-x-3">
          <span className="font-mono text-sm font-medium break-words">{node.says}</span>
          <span className="text-xs text-ink-2">{facts.join(' · ')}</span>
        </div>
        {node.detail && <p className="relative font-mono text-xs break-words text-ink-2">{node.detail}</p>}
      </div>
      {node.children.length > 0 && (
        <ul className="mt-1 ml-3 flex flex-col gap-1 border-l-2 border-line pl-3">
          {node.children.map((child, i) => (
            <PlanStep key={`${child.says} ${String(i)}`} node={child} whole={whole} />
          ))}
        </ul>
      )}
    </li>
  )
}
