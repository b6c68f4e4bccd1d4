import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { useTexts } from '../texts/texts.tsx'
import { IconButton } from './button.tsx'

type Told = Readonly<{ id: number; says: string; look: 'plain' | 'bad'; undo?: () => void }>
export type Toasts = Readonly<{
  /** Says something in passing. With `undo` a button takes it back while it stands. */
  tell(says: string, options?: { undo?: () => void; bad?: boolean }): void
}>

const Context = createContext<Toasts | undefined>(undefined)
const STANDS_MS = 6_000
const STANDS_WITH_UNDO_MS = 12_000
const SHOWN_MAX = 4

/** Holds what is said in passing. It waits while one points at it or has come to it by keyboard. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Told[]>([])
  const next = useRef(0)
  const close = useCallback((id: number) => setShown((before) => before.filter((told) => told.id !== id)), [])
  const value = useMemo<Toasts>(
    () => ({
      tell(says, { undo, bad } = {}) {
        const told: Told = { id: next.current++, says, look: bad ? 'bad' : 'plain', ...(undo ? { undo } : {}) }
        setShown((before) => [...before.slice(1 - SHOWN_MAX), told])
      },
    }),
    [],
  )
  return (
    <Context value={value}>
      {children}
      <section
        aria-live="polite"
        data-toasts
        aria-label="Sluice"
        className="pointer-events-none fixed inset-x-0 bottom-20 z-50 flex flex-col items-center gap-2 px-3 md:bottom-6"
      >
        {shown.map((told) => (
          <Toast key={told.id} told={told} close={close} />
        ))}
      </section>
    </Context>
  )
}

function Toast({ told, close }: { told: Told; close(id: number): void }) {
  const { t } = useTexts()
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => close(told.id), told.undo ? STANDS_WITH_UNDO_MS : STANDS_MS)
    return () => clearTimeout(timer)
  }, [held, told, close])
  const hold = {
    onMouseEnter: () => setHeld(true),
    onMouseLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  }
  return (
    <div
      {...hold}
      className={`pointer-events-auto flex max-w-full items-center gap-2 rounded-lg border py-1.5 pr-1.5 pl-3.5 text-sm shadow-pop animate-rise ${told.look === 'bad' ? 'border-bad bg-bad-soft text-bad' : 'border-line-strong bg-raised text-ink'}`}
    >
      <span className="min-w-0 break-words">{told.says}</span>
      {told.undo && (
        <button
          type="button"
          className="rounded-md px-2 py-1 font-semibold text-accent hover:bg-sunken"
          onClick={() => {
            told.undo?.()
            close(told.id)
          }}
        >
          {t('action.undo')}
        </button>
      )}
      <IconButton label={t('action.close')} icon="close" small onClick={() => close(told.id)} />
    </div>
  )
}

/** How to say something in passing. */
export function useToasts(): Toasts {
  const toasts = useContext(Context)
  if (!toasts) throw new Error('useToasts stands outside ToastProvider')
  return toasts
}
