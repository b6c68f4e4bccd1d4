import { SluiceError } from '../../error.ts'
import type { Facts, NameRef } from '../../facts.ts'
import { didYouMean } from '../../nearest.ts'
import { builtin, names } from '../functions/functions.ts'
import type { Setting } from '../guard.ts'
import { candidates, Harmless } from './harmless.ts'

/**
 * Acting functions that PostgreSQL declares volatile and so never runs while it makes a plan. Only PostgreSQL: MariaDB fills a derived table
 * for its EXPLAIN, and moves a sequence that is named in it.
 */
const sequences: ReadonlySet<string> = new Set(['nextval', 'setval', 'currval', 'lastval'])

/**
 * Every function and operator must be the engine's own and known to be harmless, or one of the source's that can be shown to be
 * harmless, or named by policy. Where a name could mean several, all of them must be.
 */
export function functions(facts: Facts, setting: Setting): void {
  const harmless = new Harmless(setting)
  const planned = setting.dialect === 'postgres' && facts.kind === 'explain' && !facts.statement.startsWith('EXPLAIN ANALYZE')
  for (const ref of facts.functions) mayCall(ref, setting, harmless, planned)
  for (const ref of facts.operators) mayUse(ref, setting, harmless)
}

function mayCall(ref: NameRef, setting: Setting, harmless: Harmless, planned: boolean): void {
  const name = nameOf(ref)
  if (setting.grant?.functions.has(name)) return
  const known = builtin(ref, setting.dialect)
  const own = candidates(ref, 'function', setting)
  if (planned && own.length === 0 && sequences.has(name)) return
  if (known === 'refused') throw refusal(name, 'it can act, wait or read what is not data')
  if (known === 'telling' && setting.grant?.restricted) throw refusal(name, 'it tells about more than you may see')
  for (const candidate of own) {
    const why = harmless.why(candidate)
    if (why !== undefined) throw refusal(name, why)
  }
  if (known !== undefined || own.length > 0) return
  if (!setting.schema) throw refusal(name, 'it is not one of the engine, and the functions of the source are not known here')
  const callable = setting.schema.functions.flatMap(({ kind, name }) => (kind === 'operator' ? [] : [name]))
  const others = [...names(setting.dialect), ...callable].filter((other) => other !== name)
  const hint = didYouMean(name, others).trim()
  throw new SluiceError('function_unknown', `There is no function ${name} with these arguments.`, hint === '' ? {} : { hint })
}

function mayUse(ref: NameRef, setting: Setting, harmless: Harmless): void {
  for (const candidate of candidates(ref, 'operator', setting)) {
    const why = harmless.why(candidate)
    if (why !== undefined) throw refusal(`behind the operator ${nameOf(ref)}`, why)
  }
}

const nameOf = ({ schema, name }: NameRef): string => (schema === undefined ? name : `${schema}.${name}`)

const refusal = (name: string, why: string): SluiceError =>
  new SluiceError('function_refused', `The function ${name} may not be used: ${why}.`)
