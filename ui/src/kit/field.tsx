import type { InputHTMLAttributes, ReactNode, Ref, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'

const box =
  'w-full rounded-lg border border-line-strong bg-surface px-3 text-base text-ink transition-colors hover:border-ink-3 aria-[invalid=true]:border-bad disabled:opacity-60'

/** A line to write in. It needs a label: `Field` around it, or `aria-label`. */
export const Input = ({ className = '', ...rest }: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) => (
  <input className={`${box} h-9 ${className}`} {...rest} />
)

export const Textarea = ({ className = '', ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }) => (
  <textarea className={`${box} py-2 ${className}`} {...rest} />
)

export const Select = ({ className = '', ...rest }: SelectHTMLAttributes<HTMLSelectElement>) => (
  <select className={`${box} h-9 pr-8 ${className}`} {...rest} />
)

/** A control with its label, a sentence of help, and what is wrong with it. */
export function Field({ label, help, wrong, children }: { label: string; help?: string; wrong?: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is handed in.
    <label className="flex flex-col gap-1">
      <span className="text-sm font-medium text-ink-2">{label}</span>
      {children}
      {help && <span className="text-xs text-ink-3">{help}</span>}
      {wrong && (
        <span role="alert" className="text-sm text-bad">
          {wrong}
        </span>
      )}
    </label>
  )
}
