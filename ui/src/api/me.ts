import { useQuery } from '@tanstack/react-query'
import { ask } from './client.ts'
import { authorization } from './credential.ts'
import { problemOf } from './problem.ts'

/** A source that the caller may use. */
export type SourceAbout = Readonly<{ name: string; connector: string; dialect: string; description?: string }>
export type Me = Readonly<{ version: string; principal: { name: string; roles: readonly string[] }; sources: readonly SourceAbout[] }>
export type Health = Readonly<{
  status: 'ok' | 'degraded' | 'failed'
  sources?: Readonly<Record<string, { status: 'ok' | 'failed'; ms: number }>>
}>

const LOOK_AGAIN_MS = 30_000
/** While it does not answer it is asked more often, so that the page goes on as soon as it is back. */
const LOOK_SOON_MS = 2_000

/** Who is calling and what they may use; looked at again now and then, because roles change while a page is open. */
export const useMe = () =>
  useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => ask<Me>('GET', '/info', undefined, signal),
    refetchInterval: ({ state }) => (state.error && problemOf(state.error).told.code === 'unreachable' ? LOOK_SOON_MS : LOOK_AGAIN_MS),
  })

/** Whether each source answers. A gateway whose every source fails answers 503 and tells the same, so it is read by hand. */
export const useHealth = () =>
  useQuery({
    queryKey: ['health'],
    queryFn: async ({ signal }) => (await (await fetch('/health', { headers: authorization(), signal })).json()) as Health,
    refetchInterval: LOOK_AGAIN_MS,
    retry: false,
  })
