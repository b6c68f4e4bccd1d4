import { useSyncExternalStore } from 'react'

/** As long as the word in passing that offers to take it back. */
const UNDO_MS = 11_000

const pending = new Map<string, Readonly<{ timer: ReturnType<typeof setTimeout>; go(): void }>>()
const listeners = new Set<() => void>()
let hidden: ReadonlySet<string> = new Set()

function told(): void {
  hidden = new Set(pending.keys())
  for (const listener of listeners) listener()
}

/**
 * Hides a thing at once and deletes it when that can no longer be undone, or when the page goes; answers how to have it back. What is hidden is known
 * to every part of the page that shows it.
 */
export function removeLater(id: string, remove: () => void): () => void {
  const go = () => {
    pending.delete(id)
    remove()
    // It stays hidden until the list has been read again without it.
    setTimeout(told, UNDO_MS)
  }
  pending.set(id, { timer: setTimeout(go, UNDO_MS), go })
  told()
  return () => {
    clearTimeout(pending.get(id)?.timer)
    pending.delete(id)
    told()
  }
}

addEventListener('pagehide', () => {
  for (const { timer, go } of pending.values()) {
    clearTimeout(timer)
    go()
  }
})

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** What is hidden now. */
export const useRemoved = (): ReadonlySet<string> => useSyncExternalStore(subscribe, () => hidden)
