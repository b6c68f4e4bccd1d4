import { useQuery } from '@tanstack/react-query'
import { ask } from './client.ts'

/** A source that the caller may use. */
export type SourceAbout = Readonly<{ name: string; connector: string; dialect: string; description?: string }>
export type Me = Readonly<{ version: string; principal: { name: string; roles: readonly string[] }; sources: readonly SourceAbout[] }>
export type Health = Readonly<{
  status: 'ok' | 'degraded' | 'failed'
  sources?: Readonly<Record<string, { status: 'ok' | 'failed'; ms: number }>>
}>

const LOOK_AGAIN_MS = 30_000

/** Who is calling and what they may use; looked at again now and then, because roles change while a page is open. */
export const useMe = () =>
  useQuery({ queryKey: ['me'], queryFn: ({ signal }) => ask<Me>('GET', '/info', undefined, signal), refetchInterval: LOOK_AGAIN_MS })

/** Whether each source answers. A gateway whose every source fails answers 503 and tells the same, so it is read by hand. */
export const useHealth = () =>
  useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => ask<Health>('GET', '/health', undefined, signal),
    refetchInterval: LOOK_AGAIN_MS,
    retry: false,
  })
