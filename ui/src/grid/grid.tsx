import { type KeyboardEvent, memo, type ReactNode, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type Column, cellText, isNumeric, type Sort } from '../api/rows.ts'
import { useCopy } from '../kit/copy.ts'
import { Icon } from '../kit/icon.tsx'
import { Empty } from '../kit/states.tsx'
import { useTexts } from '../texts/texts.tsx'
import { CellDialog } from './cell-dialog.tsx'
import { HeaderCell } from './header-cell.tsx'
import type { Rows } from './rows.ts'
import { columnsBetween, firstWidths, isMasked, startsOf } from './widths.ts'

const ROW_PX = 30
const HEAD_PX = 48
const OVERSCAN = 8
const OVERSCAN_PX = 200
/** Browsers hold no element higher than some 33 million pixels; beyond this the scroll bar stands for more than it shows. */
const HEIGHT_MAX_PX = 16_000_000
const COPY_ROWS_MAX = 10_000

type Props = Readonly<{
  rows: Rows
  masked?: readonly string[]
  sort?: readonly Sort[]
  onSort?(sort: readonly Sort[]): void
  /** A button beside the name of a column, for its filter. */
  filterOf?(column: Column): ReactNode
  /** Names of columns whose name comes twice cannot be sorted by. */
  label?: string
}>

/** Any number of rows and columns, of which only those in sight are in the page. */
export function Grid({ rows, masked = [], sort = [], onSort, filterOf, label }: Props) {
  const { t } = useTexts()
  const own = useId()
  const box = useRef<HTMLDivElement>(null)
  const view = useView(box)
  const [widths, setWidths] = useState(() => firstWidths(rows))
  const shape = rows.columns.map(({ name }) => name).join('\0')
  const [shaped, setShaped] = useState(shape)
  if (shaped !== shape) {
    setShaped(shape)
    setWidths(firstWidths(rows))
  }
  const starts = useMemo(() => startsOf(widths), [widths])
  const [cell, setCell] = useState<readonly [number, number]>([0, 0])
  const [opened, setOpened] = useState(false)
  const body = rows.count * ROW_PX
  const height = Math.min(body, HEIGHT_MAX_PX)
  const room = Math.min(height - 1, Math.max(0, view.height - HEAD_PX))
  // How far one has come in all rows for each pixel that one has scrolled: 1 as long as they fit.
  const pace = body > height ? (body - room) / (height - room) : 1
  const top = Math.min(view.top * pace, Math.max(0, body - room))
  const firstRow = Math.max(0, Math.floor(top / ROW_PX) - OVERSCAN)
  const lastRow = Math.min(rows.count, Math.ceil((top + view.height) / ROW_PX) + OVERSCAN)
  const [firstColumn, lastColumn] = columnsBetween(starts, view.left - OVERSCAN_PX, view.left + view.width + OVERSCAN_PX)
  useEffect(() => rows.want?.(firstRow, lastRow), [rows, firstRow, lastRow])
  const pick = useCallback((row: number, column: number, open: boolean) => {
    setCell([row, column])
    if (open) setOpened(true)
  }, [])
  const keys = useKeys({ rows, cell, setCell, setOpened, box, starts, pace })
  const gutter = 14 + String(rows.count).length * 8
  if (rows.columns.length === 0) return <Empty icon="table" title={t('grid.none')} says={t('grid.noneSays')} />
  const width = starts.at(-1)! + gutter
  const indexes = Array.from({ length: Math.max(0, lastRow - firstRow) }, (_, i) => firstRow + i)
  const shownColumns = Array.from({ length: lastColumn - firstColumn }, (_, i) => firstColumn + i)
  return (
    <>
      <div
        ref={box}
        role="grid"
        tabIndex={0}
        aria-label={label ?? t('grid.label')}
        aria-rowcount={rows.count + 1}
        aria-colcount={rows.columns.length}
        aria-activedescendant={rows.count > 0 ? `${own}-${cell[0]}-${cell[1]}` : undefined}
        onKeyDown={keys}
        className="relative h-full min-h-0 flex-1 overflow-auto bg-surface font-mono text-sm outline-offset-[-2px]"
      >
        <div
          role="row"
          aria-rowindex={1}
          tabIndex={-1}
          className="sticky top-0 z-20 border-b border-line bg-sunken"
          style={{ height: HEAD_PX, width }}
        >
          <div aria-hidden="true" className="sticky left-0 z-10 h-full border-r border-line bg-sunken" style={{ width: gutter }} />
          {shownColumns.map((i) => (
            <HeaderCell
              key={`${i}`}
              column={rows.columns[i]!}
              index={i}
              left={gutter + starts[i]!}
              width={widths[i]!}
              masked={isMasked(rows.columns[i]!, masked)}
              sort={sort}
              onSort={onSort}
              onWidth={(px) => setWidths((before) => before.map((one, at) => (at === i ? px : one)))}
              filter={filterOf?.(rows.columns[i]!)}
            />
          ))}
        </div>
        <div className="relative" style={{ height, width }}>
          {indexes.map((at) => (
            <div
              key={at}
              role="row"
              tabIndex={-1}
              aria-rowindex={at + 2}
              className={`absolute left-0 border-b border-line hover:bg-sunken ${at === cell[0] ? 'bg-sunken' : ''}`}
              style={{ top: at * ROW_PX - top + view.top, height: ROW_PX, width }}
            >
              <div
                aria-hidden="true"
                className="sticky left-0 z-10 h-full border-r border-line bg-sunken pr-2 text-right text-xs leading-[29px] text-ink-3"
                style={{ width: gutter }}
              >
                {at + 1}
              </div>
              <RowCells
                own={own}
                rows={rows}
                at={at}
                first={firstColumn}
                last={lastColumn}
                starts={starts}
                gutter={gutter}
                active={at === cell[0] ? cell[1] : -1}
                onPick={pick}
              />
            </div>
          ))}
        </div>
        {rows.count === 0 && <p className="sticky left-0 p-6 text-center font-sans text-ink-2">{t('grid.noneSays')}</p>}
      </div>
      {opened && <CellDialog rows={rows} row={cell[0]} column={cell[1]} onClose={() => setOpened(false)} />}
    </>
  )
}

type RowProps = Readonly<{
  own: string
  rows: Rows
  at: number
  first: number
  last: number
  starts: readonly number[]
  gutter: number
  /** The column of the active cell, where it stands in this row. */
  active: number
  onPick(row: number, column: number, open: boolean): void
}>

/** The cells of one row; while one scrolls they stay as they are, and only rows that come into sight are drawn. */
const RowCells = memo(function RowCells({ own, rows, at, first, last, starts, gutter, active, onPick }: RowProps) {
  const row = rows.row(at)
  return Array.from({ length: last - first }, (_, n) => first + n).map((i) => (
    <Cell
      key={`${i}`}
      id={`${own}-${at}-${i}`}
      index={i}
      column={rows.columns[i]!}
      value={row?.[i]}
      waiting={row === undefined}
      cut={rows.cutAt?.(at, i) !== undefined}
      active={active === i}
      left={gutter + starts[i]!}
      width={starts[i + 1]! - starts[i]!}
      onPick={(open) => onPick(at, i, open)}
    />
  ))
})

type CellProps = Readonly<{
  id: string
  index: number
  column: Column
  value: unknown
  waiting: boolean
  cut: boolean
  active: boolean
  left: number
  width: number
  onPick(open: boolean): void
}>

const LINE_CHARS = 300

function Cell({ id, index, column, value, waiting, cut, active, left, width, onPick }: CellProps) {
  const { t } = useTexts()
  const text = cellText(value)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself hears the keys, for the cell that is active.
    <div
      id={id}
      role="gridcell"
      tabIndex={-1}
      aria-colindex={index + 1}
      aria-selected={active}
      onClick={() => onPick(false)}
      onDoubleClick={() => onPick(true)}
      className={`absolute top-0 truncate border-r border-line px-2.5 leading-[29px] whitespace-pre ${isNumeric(column) ? 'text-right tabular-nums' : ''} ${active ? 'outline-2 -outline-offset-2 outline-accent' : ''}`}
      style={{ left, width, height: ROW_PX - 1 }}
    >
      {waiting ? (
        <span className="inline-block h-3 w-1/2 rounded bg-sunken animate-pulse-soft" />
      ) : value === null || value === undefined ? (
        <span className="text-xs text-ink-3 italic">{t('grid.null')}</span>
      ) : text === '' ? (
        <span className="text-xs text-ink-3" title={t('grid.empty')}>
          ''
        </span>
      ) : (
        <>
          {text.slice(0, LINE_CHARS).replace(/[\r\n]+/g, ' ⏎ ')}
          {cut && <Icon name="more" size={12} className="ml-1 inline text-accent" />}
        </>
      )}
    </div>
  )
}

type View = Readonly<{ top: number; left: number; width: number; height: number }>

/** What of the box is in sight; told once a frame at most. */
function useView(box: { current: HTMLDivElement | null }): View {
  const [view, setView] = useState<View>({ top: 0, left: 0, width: 1_000, height: 600 })
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    let frame = 0
    const look = () => {
      frame = 0
      setView({ top: element.scrollTop, left: element.scrollLeft, width: element.clientWidth, height: element.clientHeight })
    }
    const soon = () => {
      frame ||= requestAnimationFrame(look)
    }
    look()
    const sized = new ResizeObserver(soon)
    sized.observe(element)
    element.addEventListener('scroll', soon, { passive: true })
    return () => {
      cancelAnimationFrame(frame)
      sized.disconnect()
      element.removeEventListener('scroll', soon)
    }
  }, [box])
  return view
}

type Keys = Readonly<{
  rows: Rows
  cell: readonly [number, number]
  setCell(cell: readonly [number, number]): void
  setOpened(opened: boolean): void
  box: { current: HTMLDivElement | null }
  starts: readonly number[]
  pace: number
}>

/** Arrows, Page Up and Down, Home and End move; Enter opens a cell; Ctrl or ⌘ with C copies it, with Shift the rows at hand. */
function useKeys({ rows, cell, setCell, setOpened, box, starts, pace }: Keys) {
  const copy = useCopy()
  return (event: KeyboardEvent) => {
    const [row, column] = cell
    const page = Math.max(1, Math.floor(((box.current?.clientHeight ?? 600) - HEAD_PX) / ROW_PX) - 1)
    const whole = event.ctrlKey || event.metaKey
    if (whole && event.key.toLowerCase() === 'c' && !getSelection()?.toString()) {
      event.preventDefault()
      void copy(event.shiftKey ? rowsText(rows) : cellText(rows.row(row)?.[column]))
      return
    }
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      PageDown: [row + page, column],
      PageUp: [row - page, column],
      Home: whole ? [0, 0] : [row, 0],
      End: whole ? [rows.count - 1, rows.columns.length - 1] : [row, rows.columns.length - 1],
    }
    const move = moves[event.key]
    if (event.key === 'Enter') setOpened(true)
    else if (!move) return
    event.preventDefault()
    if (!move) return
    const next = [clamped(move[0], rows.count), clamped(move[1], rows.columns.length)] as const
    setCell(next)
    bringToSight(box.current, next, starts, pace)
  }
}

const clamped = (at: number, count: number): number => Math.max(0, Math.min(count - 1, at))

function bringToSight(
  element: HTMLDivElement | null,
  [row, column]: readonly [number, number],
  starts: readonly number[],
  pace: number,
): void {
  if (!element) return
  const top = row * ROW_PX
  const room = element.clientHeight - HEAD_PX - ROW_PX
  const seen = element.scrollTop * pace
  if (top < seen) element.scrollTop = top / pace
  else if (top > seen + room) element.scrollTop = (top - room) / pace
  const left = starts[column]!
  const right = starts[column + 1]!
  if (left < element.scrollLeft) element.scrollLeft = left
  else if (right > element.scrollLeft + element.clientWidth - 80) element.scrollLeft = right - element.clientWidth + 80
}

/** The rows at hand as tab-separated text, as spreadsheets take them. */
export function rowsText(rows: Rows): string {
  const lines = [rows.columns.map(({ name }) => name)]
  for (let at = 0; at < Math.min(rows.count, COPY_ROWS_MAX); at++) {
    const row = rows.row(at)
    if (row) lines.push(row.map(cellText))
  }
  return lines
    .map((cells) => cells.map((cell) => (/[\t\r\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t'))
    .join('\n')
}
