import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'
import own from './declared.json' with { type: 'json' }
import type { Group, Tool } from './tool.ts'

/** What brings a tool: its group, loaded by the first call of one of its tools, so that what a gateway never uses costs it no memory. */
const groups: Readonly<Record<Exclude<Group, 'core'>, () => Promise<readonly Tool[]>>> = {
  query: async () => (await import('./query.ts')).queryTools,
  schema: async () => (await import('./schema.ts')).schemaTools,
  dml: async () => (await import('./dml.ts')).dmlTools,
  ddl: async () => (await import('./ddl.ts')).ddlTools,
  chat2sql: async () => (await import('./chat2sql.ts')).chat2sqlTools,
  security: async () => (await import('./security.ts')).securityTools,
  admin: async () => (await import('./admin.ts')).adminTools,
}

/** Most gateways run statements and little else: each tool of the core comes alone. */
const core: Readonly<Record<string, () => Promise<readonly Tool[]>>> = {
  execute_sql: async () => [(await import('./execute-sql.ts')).executeSql],
  explain_query: async () => [(await import('./explain-query.ts')).explainQuery],
}

const loaderOf = (name: string): (() => Promise<readonly Tool[]>) => {
  const group = groupOf.get(name)!
  return group === 'core' ? (core[name] ?? (async () => (await import('./core.ts')).coreTools)) : groups[group]
}

const groupOf = new Map(own.map(({ name, group }) => [name, group as Group]))
const loaded = new Map<string, Tool>()

/** The tools that a request needs, by name: the one it names and, behind `call_tool`, the one that this names. What is answered throws `tool_unknown`. */
export function toolsFor(name: string, sent: unknown): ((name: string) => Tool) | Promise<(name: string) => Tool> {
  const inner = name === 'call_tool' ? (sent as Readonly<{ name?: unknown }> | undefined)?.name : undefined
  const wanted = typeof inner === 'string' ? [name, inner] : [name]
  const missing = wanted.filter((one) => groupOf.has(one) && !loaded.has(one))
  return missing.length === 0 ? known : loadAll(missing)
}

async function loadAll(names: readonly string[]): Promise<(name: string) => Tool> {
  for (const name of names) for (const tool of await loaderOf(name)()) loaded.set(tool.name, tool)
  return known
}

/** Throws `tool_unknown` with the nearest name. */
function known(name: string): Tool {
  const tool = loaded.get(name)
  if (tool) return tool
  throw new SluiceError('tool_unknown', `There is no tool ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, groupOf.keys())}`)
}
