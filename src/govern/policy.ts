import { administering, grantsOf, type Reach } from '../administer.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts, PolicyProblem, PolicyText } from '../gateway.ts'
import type { Action } from '../grant.ts'
import { predefinedRoles, type Role } from '../policy/policy.ts'
import type { Schema } from '../schema.ts'
import { known, type Somebody } from './somebody.ts'

/** The roles as text and as data, and who there is to have them. */
export type PolicyTold = PolicyText &
  Readonly<{
    roles: readonly Readonly<{ name: string; predefined: boolean; definition: Role }>[]
    principals: readonly Somebody[]
    sources: readonly string[]
  }>

/** Everything about the roles, for who administers every source: they name what is hidden from others. */
export const policyTold = (call: Call, parts: Parts): Promise<PolicyTold> => governing(call, parts, 'show', (reach) => told(reach, parts))

/** What is wrong with a text of roles, and which of its rules match nothing; nothing is written. */
export const checkPolicyText = (
  call: Call,
  text: string,
  parts: Parts,
): Promise<Readonly<{ problems: readonly PolicyProblem[]; roles: readonly string[]; unmatched: readonly string[] }>> =>
  governing(call, parts, 'show', async () => {
    const { problems, roles } = await parts.control.policy.check(text)
    return { problems, roles, unmatched: problems.length > 0 ? [] : await unmatched(text, roles, parts) }
  })

/** Writes the text in the place of the one that has this digest, and uses it. Throws `action_refused`, `policy_conflict`, `policy_invalid`, `not_supported`. */
export const writePolicyText = (call: Call, text: string, digest: string, parts: Parts): Promise<PolicyTold> =>
  governing(call, parts, 'admin', async (reach) => {
    await mustHaveAll(reach, parts)
    await parts.control.policy.write(text, digest)
    return told(reach, parts.now())
  })

/** One recorded call of somebody who administers everything. */
const governing = <T>(call: Call, parts: Parts, kind: 'show' | 'admin', doing: (reach: Reach) => Promise<T>): Promise<T> =>
  administering(
    call,
    'whole',
    parts,
    async (reach) => {
      mustGovern(reach)
      return doing(reach)
    },
    () => 1,
    kind,
  )

/** A credential that is narrowed to other groups of tools gets no further by another way in. */
export function mustGovern({ principal }: Reach): void {
  const { groups } = principal.scope ?? {}
  if (groups && !groups.includes('security') && !groups.includes('admin'))
    throw new SluiceError('tool_refused', 'Your credential is narrowed to other groups of tools than "security" and "admin".')
}

const everything = ['read', 'explain', 'write', 'ddl', 'admin'] as const satisfies readonly Action[]

/** Who writes roles can give themselves whatever there is, so only who has it already may: every action on every source, of which nothing is hidden. */
async function mustHaveAll({ principal }: Reach, parts: Parts): Promise<void> {
  const grants = await grantsOf(principal, parts.sources.names, parts)
  if (!principal.limits && grants.every(({ restricted, actions }) => !restricted && everything.every((action) => actions.has(action))))
    return
  throw new SluiceError(
    'action_refused',
    'Roles are written by who has every action on every source and sees all of it, without limits of their own.',
  )
}

async function told(reach: Reach, parts: Parts): Promise<PolicyTold> {
  const text = await parts.control.policy.read()
  const roles = Object.entries(parts.policy.roles()).map(([name, definition]) => ({
    name,
    predefined: predefinedRoles.includes(name),
    definition,
  }))
  return { ...text, roles, principals: known(reach, parts), sources: parts.sources.names }
}

async function schemaKept(name: string, parts: Parts): Promise<Schema | undefined> {
  try {
    return (await parts.sources.get(name)).schemaKept()
  } catch {
    return undefined
  }
}

/** Rules that name what no source has; only where a schema is at hand, for this must not wait for a database. */
async function unmatched(text: string, roles: readonly string[], parts: Parts): Promise<readonly string[]> {
  if (roles.length === 0) return []
  const policy = await parts.control.policy.proposed(text)
  const found: string[] = []
  for (const name of parts.sources.names) {
    const schema = await schemaKept(name, parts)
    if (!schema) continue
    for (const role of roles) {
      const principal = { name: role, via: 'local', roles: [role], attributes: {} } as const
      try {
        found.push(...policy.explain(principal, name, schema).unmatched.map((one) => `${name}: ${one}`))
      } catch (error) {
        // A role that gives nothing here, or needs an attribute, has no rules that could be looked at.
        if (!(error instanceof SluiceError)) throw error
      }
    }
  }
  return [...new Set(found)]
}
