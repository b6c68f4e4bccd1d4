import type { PointerEvent, ReactNode } from 'react'
import type { Column, Sort } from '../api/rows.ts'
import { Icon } from '../kit/icon.tsx'
import { useTexts } from '../texts/texts.tsx'

const MIN_PX = 48
const STEP_PX = 24

type Props = Readonly<{
  column: Column
  index: number
  left: number
  width: number
  masked: boolean
  sort: readonly Sort[]
  onSort: ((sort: readonly Sort[]) => void) | undefined
  onWidth(px: number): void
  filter: ReactNode
}>

/** Name and type of a column; a press sorts by it, its right edge makes it wider. */
export function HeaderCell({ column, index, left, width, masked, sort, onSort, onWidth, filter }: Props) {
  const { t } = useTexts()
  const { name } = column
  const own = sort.find((one) => one.column === name)
  const next: readonly Sort[] = !own ? [{ column: name, desc: false }] : own.desc ? [] : [{ column: name, desc: true }]
  const says = t(!own ? 'grid.sortUp' : own.desc ? 'grid.sortOff' : 'grid.sortDown', { name })
  const title = (
    <>
      <span className="flex w-full items-center gap-1 font-semibold">
        <span className="truncate">{name}</span>
        {masked && (
          <span title={t('grid.masked')} className="text-warn">
            <Icon name="lock" size={13} />
            <span className="sr-only">{t('grid.masked')}</span>
          </span>
        )}
        {own && <Icon name={own.desc ? 'arrowDown' : 'arrowUp'} size={13} className="text-accent" />}
      </span>
      <span className="w-full truncate text-left text-xs font-normal text-ink-3">{column.native ?? column.type}</span>
    </>
  )
  return (
    <div
      role="columnheader"
      tabIndex={-1}
      aria-colindex={index + 1}
      aria-sort={own ? (own.desc ? 'descending' : 'ascending') : 'none'}
      className="absolute top-0 flex h-full items-center border-r border-line"
      style={{ left, width }}
    >
      {onSort ? (
        <button
          type="button"
          title={says}
          onClick={() => onSort(next)}
          className="flex h-full min-w-0 flex-1 flex-col items-start justify-center px-2.5 text-left hover:bg-line"
        >
          {title}
        </button>
      ) : (
        <div className="flex min-w-0 flex-1 flex-col px-2.5">{title}</div>
      )}
      {filter}
      <Edge name={name} width={width} onWidth={onWidth} />
    </div>
  )
}

function Edge({ name, width, onWidth }: { name: string; width: number; onWidth(px: number): void }) {
  const { t } = useTexts()
  const grab = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault()
    const from = event.clientX
    const handle = event.currentTarget
    handle.setPointerCapture(event.pointerId)
    const move = (moved: globalThis.PointerEvent) => onWidth(Math.max(MIN_PX, width + moved.clientX - from))
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true })
  }
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('grid.resize', { name })}
      aria-valuenow={Math.round(width)}
      onPointerDown={grab}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
        event.preventDefault()
        event.stopPropagation()
        onWidth(Math.max(MIN_PX, width + (event.key === 'ArrowLeft' ? -STEP_PX : STEP_PX)))
      }}
      className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize hover:bg-accent"
    />
  )
}
