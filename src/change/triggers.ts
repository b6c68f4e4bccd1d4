import type { Target } from '../dml/dml.ts'
import type { Scene } from './scene.ts'

/** What a preview says of triggers: they run with the source's rights, and nothing that they do elsewhere is undone. */
export function triggersOf({ table, label }: Target, event: string, { details }: Scene): readonly string[] {
  const names = [`${table.schema}.${table.name}`, table.name]
  const triggers = (details?.dependents ?? []).filter(({ kind, on }) => kind === 'trigger' && names.includes(on))
  if (triggers.length === 0) return []
  const some = triggers.slice(0, 5).map(({ name }) => name)
  return [`${label} has triggers (${some.join(', ')}), which the source may run on ${event}; what they change elsewhere is not undone.`]
}
