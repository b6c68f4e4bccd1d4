import type { ReactNode } from 'react'

type Tone = 'plain' | 'accent' | 'good' | 'warn' | 'bad'
const tones: Readonly<Record<Tone, string>> = {
  plain: 'bg-sunken text-ink-2',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
}

/** A word or two that mark something. */
export const Badge = ({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) => (
  <span className={`inline-flex items-center gap-1 rounded-md px-1.5 py-0.5 text-xs font-medium whitespace-nowrap ${tones[tone]}`}>
    {children}
  </span>
)
