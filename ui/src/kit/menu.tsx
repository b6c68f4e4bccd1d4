import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export type Entry =
  | Readonly<{ label: string; icon?: IconName; danger?: boolean; disabled?: boolean; checked?: boolean; onSelect(): void }>
  | Readonly<{ heading: string }>
  | 'line'

/** A list of things to do that opens from a button. */
export function Menu({ children, entries, align = 'end' }: { children: ReactNode; entries: readonly Entry[]; align?: 'start' | 'end' }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-[70dvh] min-w-44 overflow-auto rounded-lg border border-line bg-raised p-1 shadow-pop animate-rise"
        >
          {entries.map((entry, i) => (
            <MenuEntry key={entry === 'line' ? `line-${i}` : 'heading' in entry ? entry.heading : entry.label} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function MenuEntry({ entry }: { entry: Entry }) {
  if (entry === 'line') return <DropdownMenu.Separator className="my-1 h-px bg-line" />
  if ('heading' in entry) return <DropdownMenu.Label className="px-2.5 py-1 text-xs text-ink-3">{entry.heading}</DropdownMenu.Label>
  return (
    <DropdownMenu.Item
      disabled={entry.disabled ?? false}
      onSelect={entry.onSelect}
      className={`flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 text-sm outline-none data-[disabled]:pointer-events-none data-[disabled]:opacity-50 data-[highlighted]:bg-sunken ${entry.danger ? 'text-bad' : 'text-ink'}`}
    >
      {entry.icon && <Icon name={entry.icon} size={16} />}
      <span className="flex-1">{entry.label}</span>
      {entry.checked && <Icon name="check" size={16} className="text-accent" />}
    </DropdownMenu.Item>
  )
}
