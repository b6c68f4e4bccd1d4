import type { GrantLimits } from './grant.ts'

/** A scalar or a list of scalars that row rules may compare with, e.g. `{ tenant: 7, regions: ['EU', 'UK'] }`. */
export type Attribute = string | number | boolean | readonly (string | number)[]

/** Who is calling, once we know. `roles` are names in the configuration, predefined or own. */
export type Principal = Readonly<{
  name: string
  via: 'local' | 'key' | 'token'
  roles: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
  /** Narrows what the roles give: only these sources, only tools of these groups. */
  scope?: Readonly<{ sources?: readonly string[]; groups?: readonly string[] }>
  /** Bounds of the credential itself: they lower what the roles allow and never raise it. */
  limits?: Readonly<Partial<GrantLimits>>
}>
