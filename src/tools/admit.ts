import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { checkFields, type Fields } from './fields.ts'
import { mayUse } from './may-use.ts'
import { fromOlder } from './older-arguments.ts'
import { askingCall, type Caller, type DoingTool, type Tool } from './tool.ts'

/** A tool that is ready to be called, with its checked fields. `asked` are the tools that the caller needs leave for: it, and the one it was reached through. */
export type Resolved = Readonly<{ tool: DoingTool; fields: Fields; asked: readonly Tool[] }>

/** As much of a tool as leave to use it depends on. */
type Usable = Pick<Tool, 'name' | 'group' | 'needs'>

/** The tool of a request: `call_tool` becomes the tool it names. Throws `tool_unknown`, `field_unknown`, `field_missing`, `field_invalid`. */
export function resolve(name: string, sent: unknown, named: (name: string) => Tool): Resolved {
  const tool = named(name)
  const fields = checkFields(tool.input, fromOlder(name, sent), tool.also)
  if (tool.kind !== 'through') return { tool, fields, asked: [tool] }
  const target = tool.through(fields)
  const inner = named(target.name)
  if (inner.kind === 'through') throw new SluiceError('field_invalid', `${tool.name} does not call ${inner.name}; call that itself.`)
  return { tool: inner, fields: checkFields(inner.input, fromOlder(inner.name, target.fields), inner.also), asked: [tool, inner] }
}

/**
 * Lets a resolved call go on, or throws what identifying throws, or `tool_refused`; either leaves an audit record under the caller's id. Each
 * door asks this before it runs a tool, by the same rule by which `tools/list` shows it.
 */
export async function admit({ asked }: Readonly<{ asked: readonly Usable[] }>, caller: Caller, parts: Parts): Promise<void> {
  const entry = () => parts.audit.open(askingCall(caller, '', asked.at(-1)!.name))
  let principal: Awaited<ReturnType<Parts['auth']['identify']>>
  try {
    principal = await parts.auth.identify(caller.credential)
  } catch (error) {
    entry().close(undefined, error)
    throw error
  }
  const actions = parts.policy.actions(principal)
  const refused = asked.find((tool) => !mayUse(tool, principal, actions))
  if (!refused) return
  const why =
    refused.needs !== undefined && !actions.has(refused.needs)
      ? `it needs the action "${refused.needs}" on some source`
      : `your credential is narrowed to other groups of tools than "${refused.group}"`
  const error = new SluiceError('tool_refused', `You may not use the tool ${refused.name}: ${why}.`)
  const refusal = entry()
  refusal.identified(principal)
  refusal.close(undefined, error)
  throw error
}
