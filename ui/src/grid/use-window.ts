import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { send } from '../api/client.ts'
import { isAbort, type Problem, problemOf } from '../api/problem.ts'
import type { Column, Filter, Page, Receipt, Row, Sort, Statement } from '../api/rows.ts'
import type { Rows } from './rows.ts'

/** Rows of one request, and how many requests' rows are kept: what is far from where one looks is let go and asked for again. */
const PAGE_ROWS = 500
const PAGES_KEPT = 24
/** So that a scroll through everything asks only for where it comes to rest. */
const REST_MS = 90

export type Shown = Readonly<{
  rows: Rows | undefined
  running: boolean
  problem: Problem | undefined
  receipt: Receipt | undefined
  /** The whole number of rows; undefined while it is counted. */
  total: number | undefined
  ms: number | undefined
  run(statement: Statement, sort?: readonly Sort[], filter?: readonly Filter[]): Promise<void>
  stop(): void
}>

type State = {
  key: number
  statement: Statement
  sort: readonly Sort[]
  filter: readonly Filter[]
  columns: readonly Column[]
  pages: Map<number, Page>
  known: number
  total: number | undefined
}

/** A statement's rows as they are looked at: the first come by themselves, the others when one scrolls to them. Never more than some pages are held. */
export function useWindow(): Shown {
  const state = useRef<State>(undefined)
  const controller = useRef<AbortController>(undefined)
  const wanted = useRef<ReturnType<typeof setTimeout>>(undefined)
  const asking = useRef(new Map<number, AbortController>())
  const [version, changed] = useState(0)
  const [running, setRunning] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const [receipt, setReceipt] = useState<Receipt>()
  const [ms, setMs] = useState<number>()

  const stop = useCallback(() => {
    controller.current?.abort()
    for (const one of asking.current.values()) one.abort()
    asking.current.clear()
    clearTimeout(wanted.current)
  }, [])
  useEffect(() => stop, [stop])

  const run = useCallback(
    async (statement: Statement, sort: readonly Sort[] = [], filter: readonly Filter[] = []) => {
      stop()
      const own = new AbortController()
      controller.current = own
      const began = performance.now()
      setRunning(true)
      setProblem(undefined)
      // Rows of another statement do not stand under this one.
      if (state.current?.statement.sql !== statement.sql || state.current.statement.source !== statement.source) state.current = undefined
      changed((before) => before + 1)
      try {
        const page = await pageOf(statement, sort, filter, 0, own.signal)
        const known = page.rows.length + (page.truncated ? 1 : 0)
        const key = (state.current?.key ?? 0) + 1
        const total = page.truncated ? undefined : page.rows.length
        state.current = { key, statement, sort, filter, columns: page.columns, pages: new Map([[0, page]]), known, total }
        setReceipt(page.receipt)
        setMs(performance.now() - began)
        changed((before) => before + 1)
        setRunning(false)
        if (total === undefined) await counted(state.current, own.signal, () => changed((before) => before + 1))
      } catch (caught) {
        if (!isAbort(caught) && !own.signal.aborted) setProblem(problemOf(caught))
      } finally {
        if (controller.current === own) setRunning(false)
      }
    },
    [stop],
  )

  const rows = useMemo(() => {
    const own = state.current
    return own && version > 0 ? rowsOf(own, asking.current, wanted, () => changed((before) => before + 1), setProblem) : undefined
  }, [version])
  return { rows, running, problem, receipt, total: state.current?.total, ms, run, stop }
}

async function pageOf(
  statement: Statement,
  sort: readonly Sort[],
  filter: readonly Filter[],
  offset: number,
  signal: AbortSignal,
): Promise<Page> {
  const response = await send('POST', '/api/results/page', { ...statement, sort, filter, offset, limit: PAGE_ROWS }, signal)
  return (await response.json()) as Page
}

async function counted(own: State, signal: AbortSignal, told: () => void): Promise<void> {
  try {
    const response = await send('POST', '/api/results/count', { ...own.statement, filter: own.filter }, signal)
    own.total = ((await response.json()) as { count: number }).count
    own.known = own.total
    told()
  } catch {
    // The rows are there; only their number is not, and grows as one scrolls.
  }
}

function rowsOf(
  own: State,
  asking: Map<number, AbortController>,
  wanted: { current: ReturnType<typeof setTimeout> | undefined },
  told: () => void,
  failed: (problem: Problem) => void,
): Rows {
  const at = (row: number): readonly [Page | undefined, number] => [own.pages.get(Math.floor(row / PAGE_ROWS)), row % PAGE_ROWS]
  const load = async (number: number) => {
    if (own.pages.has(number) || asking.has(number)) return
    const one = new AbortController()
    asking.set(number, one)
    try {
      keep(own, number, await pageOf(own.statement, own.sort, own.filter, number * PAGE_ROWS, one.signal))
      told()
    } catch (caught) {
      if (!isAbort(caught)) failed(problemOf(caught))
    } finally {
      asking.delete(number)
    }
  }
  return {
    columns: own.columns,
    count: own.total ?? own.known,
    row(index): Row | undefined {
      const [page, offset] = at(index)
      return page?.rows[offset]
    },
    cutAt(index, column) {
      const [page, offset] = at(index)
      return page?.cut.find(([row, of]) => row === offset && of === column)?.[2]
    },
    want(from, to) {
      clearTimeout(wanted.current)
      wanted.current = setTimeout(() => {
        const first = Math.floor(from / PAGE_ROWS)
        const last = Math.floor(Math.max(from, to) / PAGE_ROWS)
        for (const [number, one] of asking) if (number < first || number > last) one.abort()
        for (let number = first; number <= last; number++) void load(number)
      }, REST_MS)
    },
  }
}

/** Takes in a page, and lets go of what lies farthest from it. */
function keep(own: State, number: number, page: Page): void {
  own.pages.set(number, page)
  const end = number * PAGE_ROWS + page.rows.length + (page.truncated ? 1 : 0)
  if (own.total === undefined) own.known = Math.max(own.known, end)
  // Fewer than were counted: rows went away meanwhile.
  else if (!page.truncated && page.rows.length < PAGE_ROWS && end < own.total) own.total = Math.max(end, number * PAGE_ROWS)
  while (own.pages.size > PAGES_KEPT) {
    const farthest = [...own.pages.keys()].filter((one) => one !== 0).sort((a, b) => Math.abs(b - number) - Math.abs(a - number))[0]!
    own.pages.delete(farthest)
  }
}
