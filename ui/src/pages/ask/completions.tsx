import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ask } from '../../api/client.ts'
import { useTexts } from '../../texts/texts.tsx'

const CHARS_MIN = 3
const CHARS_MAX = 200
const REST_MS = 180
const SHOWN = 5

type Told = Readonly<{ completions: readonly Readonly<{ text: string }>[] }>
export type Found = Readonly<{ completions: readonly string[]; at: number; move(by: number): void; hide(): void }>

/** What a half-typed question may become, over what the asker may see. Typing never waits for it. */
export function useCompletions(text: string, source: string | undefined): Found {
  const [rested, setRested] = useState('')
  const [hidden, setHidden] = useState(false)
  const [at, setAt] = useState(-1)
  useEffect(() => {
    setAt(-1)
    setHidden(false)
    const timer = setTimeout(() => setRested(text.trim()), REST_MS)
    return () => clearTimeout(timer)
  }, [text])
  const wanted = source !== undefined && rested.length >= CHARS_MIN && rested.length <= CHARS_MAX && rested === text.trim()
  const found = useQuery({
    queryKey: ['complete', source, rested],
    queryFn: ({ signal }) =>
      ask<Told>(
        'GET',
        `/api/ask/complete?${new URLSearchParams({ q: rested, source: source ?? '', limit: String(SHOWN) })}`,
        undefined,
        signal,
      ),
    enabled: wanted,
    retry: false,
  })
  const completions = wanted && !hidden ? (found.data?.completions ?? []).map(({ text: one }) => one).filter((one) => one !== rested) : []
  return {
    completions,
    at: Math.min(at, completions.length - 1),
    move: (by) => setAt((before) => Math.max(-1, Math.min(completions.length - 1, before + by))),
    hide: () => setHidden(true),
  }
}

/** The list of them, over the line in which one writes. */
export function Completions({
  id,
  completions,
  at,
  onPick,
}: {
  id: string
  completions: readonly string[]
  at: number
  onPick(text: string): void
}) {
  const { t } = useTexts()
  return (
    <div className="relative mx-auto w-full max-w-4xl">
      <div
        id={id}
        role="listbox"
        aria-label={t('ask.suggested')}
        className={`absolute inset-x-0 bottom-1 z-20 overflow-hidden rounded-xl border border-line bg-raised p-1 shadow-pop ${completions.length === 0 ? 'hidden' : ''}`}
      >
        {completions.map((text, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the line in which one writes hears the keys.
          <div
            key={text}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === at}
            tabIndex={-1}
            onClick={() => onPick(text)}
            className={`cursor-pointer truncate rounded-lg px-3 py-1.5 text-ink-2 hover:bg-sunken ${i === at ? 'bg-accent-soft text-ink' : ''}`}
          >
            {text}
          </div>
        ))}
      </div>
    </div>
  )
}
