import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Problem } from '../api/problem.ts'
import { problemOf } from '../api/problem.ts'
import { useTexts } from '../texts/texts.tsx'
import { IconButton } from './button.tsx'
import { useCopy } from './copy.ts'
import { Icon, type IconName } from './icon.tsx'
import { Empty, Failure } from './states.tsx'

/** The head of a page with its parts, and the part that is open, which scrolls by itself. */
export function PageFrame({
  title,
  parts,
  actions,
  children,
  wide = false,
}: {
  title: string
  parts?: ReactNode
  actions?: ReactNode
  children: ReactNode
  wide?: boolean
}) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="border-b border-line bg-surface px-4 pt-3 lg:px-6">
        <div className="flex min-h-9 items-center gap-3">
          <h1 className="flex-1 truncate text-xl font-semibold tracking-tight">{title}</h1>
          {actions}
        </div>
        {parts ? <div className="-mx-4 mt-1 overflow-x-auto px-4 lg:-mx-6 lg:px-6">{parts}</div> : <div className="pb-3" />}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section tabIndex={0} aria-label={title} className="min-h-0 flex-1 overflow-auto outline-none">
        <div className={`mx-auto flex flex-col gap-5 px-4 py-5 lg:px-6 ${wide ? '' : 'max-w-6xl'}`}>{children}</div>
      </section>
    </div>
  )
}

export type PartLink = Readonly<{ part: string; label: string; icon?: IconName; count?: number }>

/** On a narrow screen the one that is open may stand beyond the edge. */
export const intoView = (link: HTMLElement | null): void => link?.scrollIntoView({ block: 'nearest', inline: 'nearest' })

/** Links to the parts of a page, of which one is open. */
export function PartLinks({
  to,
  parts,
  open,
  label,
}: {
  to: '/govern/$part' | '/run/$part'
  parts: readonly PartLink[]
  open: string
  label: string
}) {
  return (
    <nav aria-label={label} className="flex gap-1">
      {parts.map(({ part, label: says, icon, count }) => (
        <Link
          key={part}
          to={to}
          params={{ part }}
          ref={part === open ? intoView : null}
          aria-current={part === open ? 'page' : undefined}
          className={`flex items-center gap-2 border-b-2 px-2.5 py-2 text-sm font-medium whitespace-nowrap ${part === open ? 'border-accent text-accent' : 'border-transparent text-ink-2 hover:border-line-strong hover:text-ink'}`}
        >
          {icon && <Icon name={icon} size={16} />}
          {says}
          {count !== undefined && count > 0 && <span className="rounded-full bg-accent px-1.5 text-xs text-on-accent">{count}</span>}
        </Link>
      ))}
    </nav>
  )
}

/** Something of its own on a page. */
export function Card({
  title,
  says,
  actions,
  children,
  flush = false,
  className = '',
}: {
  title?: ReactNode
  says?: ReactNode
  actions?: ReactNode
  children: ReactNode
  flush?: boolean
  className?: string
}) {
  return (
    <section className={`min-w-0 rounded-xl border border-line bg-surface ${className}`}>
      {(title !== undefined || actions !== undefined) && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5">
          <div className="min-w-0 flex-1">
            {title !== undefined && <h2 className="text-base font-semibold">{title}</h2>}
            {says !== undefined && <p className="text-sm text-ink-2">{says}</p>}
          </div>
          {actions}
        </div>
      )}
      <div className={flush ? '' : 'p-4'}>{children}</div>
    </section>
  )
}

/** A failure; for who merely may not, it says whom to ask instead of what went wrong. */
export function Failed({ problem, retry }: { problem: Problem | Error; retry?: () => void }) {
  const { t } = useTexts()
  const { told } = problemOf(problem)
  if (told.code !== 'action_refused' && told.code !== 'tool_refused') return <Failure problem={problem} {...(retry ? { retry } : {})} />
  return <Empty icon="lock" title={t('part.refused')} says={`${told.message} ${told.hint}`} />
}

export type Column<T> = Readonly<{ key: string; head: ReactNode; cell(row: T): ReactNode; right?: boolean; wide?: boolean }>

/** A table of few rows. On a narrow screen it is moved sideways by itself. */
export function Rows<T>({
  label,
  columns,
  rows,
  keyOf,
  onOpen,
  openOf,
}: {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf(row: T): string
  onOpen?: (row: T) => void
  openOf?: (row: T) => ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section className="relative overflow-x-auto" tabIndex={0} aria-label={label}>
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="text-left text-ink-3">
            {columns.map(({ key, head, right }) => (
              <th key={key} scope="col" className={`px-4 py-2 font-medium whitespace-nowrap ${right ? 'text-right' : ''}`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={keyOf(row)} row={row} columns={columns} {...(onOpen ? { onOpen } : {})} opened={openOf?.(row)} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row<T>({ row, columns, onOpen, opened }: { row: T; columns: readonly Column<T>[]; onOpen?: (row: T) => void; opened: ReactNode }) {
  return (
    <>
      <tr
        className={`border-t border-line align-top ${onOpen ? 'cursor-pointer hover:bg-sunken' : ''}`}
        {...(onOpen ? { onClick: () => onOpen(row) } : {})}
      >
        {columns.map(({ key, cell, right, wide }) => (
          <td
            key={key}
            className={`px-4 py-2 ${right ? 'text-right tabular-nums' : ''} ${wide ? 'w-full max-w-0 min-w-48' : 'whitespace-nowrap'}`}
          >
            {cell(row)}
          </td>
        ))}
      </tr>
      {opened && (
        <tr className="bg-sunken">
          <td colSpan={columns.length} className="px-4 py-3">
            {opened}
          </td>
        </tr>
      )}
    </>
  )
}

/** SQL, YAML or JSON as it is, to be read and copied. */
export function Code({ text, label, max = true }: { text: string; label: string; max?: boolean }) {
  const { t } = useTexts()
  const copy = useCopy()
  return (
    <div className="group relative min-w-0">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section tabIndex={0} aria-label={label} className={`overflow-auto rounded-lg border border-line bg-sunken ${max ? 'max-h-80' : ''}`}>
        <pre className="p-3 pr-11 font-mono text-xs leading-5 break-words whitespace-pre-wrap">{text}</pre>
      </section>
      <span className="absolute top-1.5 right-1.5">
        <IconButton label={`${t('action.copy')}: ${label}`} icon="copy" small onClick={() => void copy(text)} />
      </span>
    </div>
  )
}

/** A name and what it is, in a list of such. */
export const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-xs text-ink-3">{name}</dt>
    <dd className="mt-0.5 min-w-0 break-words">{children}</dd>
  </div>
)
