import { useState } from 'react'
import { Icon } from '../../kit/icon.tsx'
import { Spinner } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import type { Step } from './talk.ts'

/** What is being done, as it is done; afterwards one line that opens. */
export function Steps({ steps, running }: { steps: readonly Step[]; running: boolean }) {
  const { t, tn, n } = useTexts()
  const [open, setOpen] = useState(false)
  const last = steps.at(-1)
  if (!running && !last) return null
  const seconds = n((last?.ms ?? 0) / 1000, { maximumFractionDigits: 2, style: 'unit', unit: 'second' })
  return (
    <div className="flex flex-col gap-1.5 text-sm text-ink-2">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center gap-2 self-start rounded-md hover:text-ink"
      >
        {running ? <Spinner /> : <Icon name={open ? 'chevronDown' : 'chevronRight'} size={16} />}
        <span aria-live="polite">{running ? (last?.says ?? t('ask.working')) : `${tn('ask.steps', steps.length)} · ${seconds}`}</span>
      </button>
      {open && (
        <ol className="ml-2 flex flex-col gap-1.5 border-l-2 border-line pl-4">
          {steps.map((step) => (
            <li key={`${step.ms} ${step.step} ${step.says}`} className="min-w-0">
              <span className="flex gap-2">
                <span className="flex-1 break-words">{step.says}</span>
                <span className="tabular-nums">{n(Math.round(step.ms))} ms</span>
              </span>
              {step.sql && <code className="block font-mono text-xs break-words whitespace-pre-wrap">{step.sql}</code>}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
