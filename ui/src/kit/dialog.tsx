import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/texts.tsx'
import { IconButton } from './button.tsx'

type Props = Readonly<{
  open: boolean
  onOpenChange(open: boolean): void
  title: string
  /** One sentence under the title. */
  says?: string
  wide?: boolean
  children: ReactNode
}>

/** What is said in passing lies over a window, too: taking something back there does not close it. */
const stays = {
  onInteractOutside(event: { target: EventTarget | null; preventDefault(): void }) {
    // It is told after the press has been heard, when what was pressed may be gone.
    if (event.target instanceof Element && (!event.target.isConnected || event.target.closest('[data-toasts]'))) event.preventDefault()
  },
}

/** The keyboard begins where one writes, else at the window itself: not at the button that closes it, whose name would stand in the way. */
function begins(event: Event): void {
  event.preventDefault()
  const content = event.currentTarget as HTMLElement
  const first = content.querySelector<HTMLElement>('input:not([type=hidden]), textarea, select, [data-begin]')
  ;(first ?? content).focus()
}

/** A window over the page that takes the keyboard until it is closed. */
export function Dialog({ open, onOpenChange, title, says, wide = false, children }: Props) {
  const { t } = useTexts()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...stays}
          onOpenAutoFocus={begins}
          {...(says === undefined ? { 'aria-describedby': undefined } : {})}
          className={`fixed left-1/2 top-1/2 z-40 flex max-h-[88dvh] w-[calc(100vw-24px)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl border border-line bg-raised shadow-pop outline-none animate-rise ${wide ? 'max-w-4xl' : 'max-w-lg'}`}
        >
          <div className="flex items-start gap-3 border-b border-line px-5 py-4">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {says && <Radix.Description className="mt-0.5 text-sm text-ink-2">{says}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label={t('action.close')} icon="close" small />
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-auto px-5 py-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A sheet at the side, for details of what stays in sight. */
export function Sheet({ open, onOpenChange, title, children, side = 'right' }: Props & { side?: 'left' | 'right' }) {
  const { t } = useTexts()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...stays}
          onOpenAutoFocus={begins}
          aria-describedby={undefined}
          className={`fixed inset-y-0 z-40 flex w-[min(92vw,420px)] flex-col border-line bg-raised shadow-pop outline-none animate-rise ${side === 'left' ? 'left-0 border-r' : 'right-0 border-l'}`}
        >
          <div className="flex items-center gap-3 border-b border-line px-4 py-3">
            <Radix.Title className="min-w-0 flex-1 truncate text-lg font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={t('action.close')} icon="close" small />
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
