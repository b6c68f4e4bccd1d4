import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { recorded } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import type { Principal } from '../principal.ts'

/** Who asks and how far their right to administer goes. */
export type Reach = Readonly<{
  principal: Principal
  /** The sources that they may use at all. */
  granted: readonly string[]
  /** Those where their roles hold the action `admin`. */
  admin: readonly string[]
  /** True when that is every source there is: only then may they see and do what concerns the whole gateway. */
  whole: boolean
}>

/** `own` is for everybody, `some` for who administers a source, `whole` for who administers all of them. */
export type Needed = 'own' | 'some' | 'whole'

/** One recorded call of somebody who may: nothing is done before the intent is written; `admin` is the kind of what changes something. Throws `action_refused`. */
export const administering = <T>(
  call: Call,
  needed: Needed,
  parts: Parts,
  doing: (reach: Reach) => Promise<T>,
  told: (done: T) => number = () => 1,
  kind: 'show' | 'admin' = 'show',
): Promise<T> =>
  recorded(call, parts, told, async (entry, principal) => {
    entry.identified(principal)
    const reach = await reachOf(principal, parts)
    const enough = needed === 'own' || (needed === 'some' ? reach.admin.length > 0 : reach.whole)
    if (!enough && narrowed(principal))
      throw new SluiceError('tool_refused', 'Your credential is narrowed to other groups of tools than "security" and "admin".')
    if (!enough) {
      const where = needed === 'some' ? 'some source' : 'every source, for this concerns the whole gateway'
      throw new SluiceError('action_refused', `This needs the action "admin" on ${where}.`)
    }
    await entry.intend(principal, { sql: call.text, kind, tables: [], policies: [], params: 0 })
    return doing(reach)
  })

/** A credential that is narrowed to other groups of tools gets no further by another way in: to it only its own is known. */
const narrowed = ({ scope }: Principal): boolean =>
  scope?.groups !== undefined && !scope.groups.includes('security') && !scope.groups.includes('admin')

/** How far somebody's right to administer goes now. */
export async function reachOf(principal: Principal, parts: Parts): Promise<Reach> {
  const granted = parts.policy.sources(principal)
  if (narrowed(principal)) return { principal, granted, admin: [], whole: false }
  const admin = (await grantsOf(principal, granted, parts)).filter(({ actions }) => actions.has('admin')).map(({ source }) => source)
  const names = parts.sources.names
  // Where there is nothing yet somebody must be able to begin.
  const whole =
    names.length > 0 ? names.every((name) => admin.includes(name)) : principal.roles.includes('admin') && !principal.scope?.sources
  return { principal, granted, admin, whole }
}

/** The grants of these sources, without those of sources that know nobody of this name: they must not hide the others. */
export async function grantsOf(principal: Principal, sources: readonly string[], parts: Parts): Promise<readonly Grant[]> {
  const asked = sources.map(async (name) => {
    try {
      return [await parts.policy.grant(principal, name)]
    } catch (error) {
      if (error instanceof SluiceError) return []
      throw error
    }
  })
  return (await Promise.all(asked)).flat()
}

/** A source that they administer; one that they may not even use is as unknown as one that does not exist. */
export async function administered(source: string, { principal, admin }: Reach, parts: Parts): Promise<string> {
  await parts.policy.grant(principal, source)
  if (!admin.includes(source)) throw new SluiceError('action_refused', `Your roles do not allow the action "admin" on "${source}".`)
  return source
}

/** Milliseconds to the microsecond. */
export const since = (started: number): number => Math.round((performance.now() - started) * 1000) / 1000
