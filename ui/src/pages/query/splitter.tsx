import { type PointerEvent, useState } from 'react'
import { useTexts } from '../../texts/texts.tsx'

const KEY = 'sluice.query.height'
const FIRST_PX = 220
const MIN_PX = 96
const STEP_PX = 32
const REST_PX = 220

/** How high the editor is; kept on this machine. */
export function useSplit(): readonly [number, (px: number) => void] {
  const [height, setHeight] = useState(() => Number(localStorage.getItem(KEY)) || FIRST_PX)
  const set = (px: number) => {
    const next = Math.round(Math.max(MIN_PX, Math.min(px, innerHeight - REST_PX)))
    localStorage.setItem(KEY, String(next))
    setHeight(next)
  }
  return [Math.max(MIN_PX, Math.min(height, innerHeight - REST_PX)), set]
}

/** The edge between a statement and its rows. */
export function Splitter({ height, onHeight }: { height: number; onHeight(px: number): void }) {
  const { t } = useTexts()
  const grab = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault()
    const from = event.clientY - height
    const handle = event.currentTarget
    handle.setPointerCapture(event.pointerId)
    const move = (moved: globalThis.PointerEvent) => onHeight(moved.clientY - from)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an edge that can be moved is what this role means; a rule cannot.
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label={t('query.resize')}
      aria-valuenow={height}
      onPointerDown={grab}
      onKeyDown={(event) => {
        if (event.key === 'ArrowUp') onHeight(height - STEP_PX)
        if (event.key === 'ArrowDown') onHeight(height + STEP_PX)
      }}
      className="-my-1 z-10 h-2 shrink-0 cursor-row-resize hover:bg-accent-soft"
    />
  )
}
