import { Component, type ReactNode } from 'react'
import { type Problem, problemOf } from '../api/problem.ts'
import { useTexts } from '../texts/texts.tsx'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

/** There is nothing yet: what this place is for, and how to begin. */
export function Empty({ icon, title, says, children }: { icon: IconName; title: string; says?: string; children?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-14 text-center">
      <span className="mb-1 flex size-12 items-center justify-center rounded-2xl bg-accent-soft text-accent">
        <Icon name={icon} size={24} />
      </span>
      <h2 className="text-lg font-semibold">{title}</h2>
      {says && <p className="text-ink-2">{says}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  )
}

/** It is on its way. `lines` grey bars stand where it will be. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const { t } = useTexts()
  return (
    <div role="status" className="flex flex-col gap-3 p-5">
      <span className="sr-only">{t('state.loading')}</span>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never change places.
        <div key={i} className={`h-4 rounded bg-sunken animate-pulse-soft ${['w-3/4', 'w-full', 'w-5/6', 'w-1/2'][i % 4]}`} />
      ))}
    </div>
  )
}

/** A turning ring beside words. */
export const Spinner = ({ size = 16 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 20 20" fill="none" aria-hidden="true" className="shrink-0 animate-spin">
    <circle cx="10" cy="10" r="7.500" stroke="currentColor" strokeOpacity="0.25" strokeWidth="2.500" />
    <path d="M17.500 10A7.500 7.500 0 0 0 10 2.500" stroke="currentColor" strokeWidth="2.500" strokeLinecap="round" />
  </svg>
)

/** It did not work: what happened, what to do about it, and the record by which an administrator finds it. */
export function Failure({ problem, retry }: { problem: Problem | Error; retry?: (() => void) | undefined }) {
  const { t } = useTexts()
  const { told } = problemOf(problem)
  const gone = told.code === 'unreachable'
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-line bg-bad-soft p-4">
      <Icon name="warning" className="mt-0.5 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold break-words">{gone ? t('state.unreachable') : told.message}</p>
        {(gone || told.hint) && <p className="mt-0.5 text-sm text-ink-2 break-words">{gone ? t('state.unreachableHint') : told.hint}</p>}
        <p className="mt-1 font-mono text-xs text-ink-3">
          {told.code}
          {told.audit_id && ` · ${t('problem.audit')} ${told.audit_id}`}
        </p>
        {retry && (
          <Button small className="mt-2" icon="refresh" onClick={retry}>
            {t('state.retry')}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Keeps a part that has failed from taking the rest of the page with it. `of` names what it holds: a change of it is another try. */
export class Boundary extends Component<{ children: ReactNode; of?: string }, { failed: Error | undefined }> {
  override state: { failed: Error | undefined } = { failed: undefined }
  static getDerivedStateFromError(failed: Error) {
    return { failed }
  }
  override componentDidUpdate(before: { of?: string }) {
    if (before.of !== this.props.of && this.state.failed) this.setState({ failed: undefined })
  }
  override render() {
    return this.state.failed ? <Crashed /> : this.props.children
  }
}

function Crashed() {
  const { t } = useTexts()
  return (
    <Empty icon="warning" title={t('state.crashed')} says={t('state.crashedHint')}>
      <Button look="primary" onClick={() => location.reload()}>
        {t('state.reload')}
      </Button>
    </Empty>
  )
}
