import { useCallback, useEffect, useState } from 'react'

export type Tab = Readonly<{ id: string; name: string; text: string; source: string | undefined }>
export type TabsState = Readonly<{ tabs: readonly Tab[]; open: string }>

const KEY = 'sluice.query.tabs'
const TEXT_MAX = 300_000
const WAIT_MS = 250

const made = (number: number, text = '', source?: string, name = ''): Tab => ({
  id: crypto.randomUUID(),
  name: name || `#${number}`,
  text,
  source,
})

function kept(who: string): TabsState {
  try {
    const state = JSON.parse(localStorage.getItem(`${KEY}.${who}`) ?? '') as TabsState
    if (state.tabs.length > 0 && state.tabs.some(({ id }) => id === state.open)) return state
  } catch {
    // Nothing is kept, or what is kept is not ours: a first tab is as good.
  }
  const first = made(1)
  return { tabs: [first], open: first.id }
}

export type Tabs = TabsState &
  Readonly<{
    current: Tab
    choose(id: string): void
    /** Opens a tab, or the one that has this very statement. */
    add(text?: string, source?: string, name?: string): void
    /** Closes a tab, and answers how to have it back. */
    close(id: string): () => void
    change(id: string, change: Partial<Pick<Tab, 'text' | 'source' | 'name'>>): void
  }>

/** The statements that one works on. They survive a reload, on this machine, for who wrote them. */
export function useTabs(who: string): Tabs {
  const [state, setState] = useState(() => kept(who))
  useEffect(() => {
    const timer = setTimeout(() => {
      const small = { ...state, tabs: state.tabs.map((tab) => ({ ...tab, text: tab.text.slice(0, TEXT_MAX) })) }
      try {
        localStorage.setItem(`${KEY}.${who}`, JSON.stringify(small))
      } catch {
        // The browser has no room for it; then it lasts as long as the page.
      }
    }, WAIT_MS)
    return () => clearTimeout(timer)
  }, [state, who])
  const add = useCallback((text?: string, source?: string, name?: string) => {
    setState((before) => {
      const same = text !== undefined && before.tabs.find((tab) => tab.text === text && tab.source === source)
      if (same) return { ...before, open: same.id }
      const current = before.tabs.find(({ id }) => id === before.open)
      const taken = before.tabs.map((one) => Number(/^#(\d+)$/.exec(one.name)?.[1] ?? 0))
      const tab = made(
        text !== undefined && current?.text.trim() === '' ? Math.max(1, ...taken) : Math.max(0, ...taken) + 1,
        text,
        source ?? current?.source,
        name,
      )
      // An empty tab is taken rather than left behind.
      if (text !== undefined && current?.text.trim() === '') {
        return { tabs: before.tabs.map((one) => (one.id === current.id ? { ...tab, id: current.id } : one)), open: current.id }
      }
      return { tabs: [...before.tabs, tab], open: tab.id }
    })
  }, [])
  const close = useCallback(
    (id: string) => {
      const before = state
      const left = state.tabs.filter((tab) => tab.id !== id)
      const tabs = left.length > 0 ? left : [made(1)]
      const at = Math.max(0, state.tabs.findIndex((tab) => tab.id === id) - 1)
      setState({ tabs, open: state.open === id ? (tabs[at] ?? tabs[0]!).id : state.open })
      return () => setState(before)
    },
    [state],
  )
  const change = useCallback((id: string, change: Partial<Pick<Tab, 'text' | 'source' | 'name'>>) => {
    setState((before) => ({ ...before, tabs: before.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab)) }))
  }, [])
  const choose = useCallback((id: string) => setState((before) => ({ ...before, open: id })), [])
  return { ...state, current: state.tabs.find(({ id }) => id === state.open) ?? state.tabs[0]!, choose, add, close, change }
}
