import type { ButtonHTMLAttributes, Ref } from 'react'
import { Icon, type IconName } from './icon.tsx'
import { Tip } from './tip.tsx'

type Look = 'primary' | 'outline' | 'quiet' | 'danger'
type Own = Readonly<{ look?: Look; icon?: IconName; small?: boolean; ref?: Ref<HTMLButtonElement> }>

const looks: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  outline: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
  quiet: 'text-ink-2 hover:bg-sunken hover:text-ink',
  danger: 'border border-line-strong bg-surface text-bad hover:bg-bad-soft',
}
const base =
  'inline-flex items-center justify-center gap-1.5 rounded-lg font-medium whitespace-nowrap transition-colors disabled:opacity-50 disabled:pointer-events-none'

/** A button with words on it. */
export function Button({
  look = 'outline',
  icon,
  small = false,
  className = '',
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & Own) {
  const size = small ? 'h-8 px-2.5 text-sm' : 'h-9 px-3.5 text-base'
  return (
    <button type="button" className={`${base} ${looks[look]} ${size} ${className}`} {...rest}>
      {icon && <Icon name={icon} size={16} />}
      {children}
    </button>
  )
}

/** A button with a picture on it; `label` is what it is called, and what is shown when one hovers over it. */
export function IconButton({
  label,
  icon,
  look = 'quiet',
  small = false,
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & Own & { label: string; icon: IconName }) {
  return (
    <Tip says={label}>
      <button type="button" aria-label={label} className={`${base} ${looks[look]} ${small ? 'size-8' : 'size-9'} ${className}`} {...rest}>
        <Icon name={icon} size={small ? 16 : 18} />
      </button>
    </Tip>
  )
}
