import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { api, data } from '../../api/client.ts'
import type { operations } from '../../api/schema.d.ts'

export type Policy = operations['get_api_policy']['responses'][200]['content']['application/json']

/** The roles as they stand now; looked at again when the page comes to the front. */
export const usePolicy = () => useQuery({ queryKey: ['policy'], queryFn: ({ signal }) => data(api.GET('/api/policy', { signal })) })

/** A text that is being written, and the digest of the one that it began from. */
export type Draft = Readonly<{ text: string; digest: string }>

const KEPT = 'sluice.policy.draft'

/** The draft of this tab, which a reload does not lose. */
export function keptDraft(): Draft | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** The text in work: what stands in the file until somebody writes here. */
export function useDraft(policy: Policy | undefined): Readonly<{
  draft: Draft | undefined
  changed: boolean
  write(text: string): void
  /** Begins from this text anew; what was written is gone unless it is kept by the caller. */
  begin(draft: Draft | undefined): void
}> {
  const [draft, setDraft] = useState(keptDraft)
  const begin = useCallback((next: Draft | undefined) => {
    setDraft(next)
    if (next) sessionStorage.setItem(KEPT, JSON.stringify(next))
    else sessionStorage.removeItem(KEPT)
  }, [])
  const base = draft ?? (policy && { text: policy.text, digest: policy.digest })
  const write = useCallback((text: string) => base && begin({ ...base, text }), [base, begin])
  // A draft that has come to what stands there is none.
  const same = draft !== undefined && policy !== undefined && draft.digest === policy.digest && draft.text === policy.text
  useEffect(() => {
    if (same) begin(undefined)
  }, [same, begin])
  return { draft: base, changed: draft !== undefined && !same, write, begin }
}
