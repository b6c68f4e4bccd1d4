import { legacyVersions, modernVersion } from './identity.ts'

const protocolKey = 'io.modelcontextprotocol/protocolVersion'
const clientKey = 'io.modelcontextprotocol/clientInfo'
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

/** The headers of MCP's HTTP transport. */
export type McpHeaders = Readonly<{
  version: string | undefined
  method: string | undefined
  name: string | undefined
  accept: string | undefined
}>

/** A request that can be answered without the SDK. `modern` is revision 2026-07-28, where each request names itself. */
export type Plain = Readonly<{
  id: string | number
  method: string
  modern: boolean
  /** Of `tools/call`; of a method of tasks the id of the task. */
  name: string
  fields: unknown
  progressToken: string | number | undefined
  /** Of `initialize` the revision that is asked for; else the one that the headers name, where they do. */
  version: string
  /** What the client can do: of `initialize`, and of every request of revision 2026-07-28. */
  capabilities: Json | undefined
  /** Where a list goes on. */
  cursor: string | undefined
  /** Of a `tools/call` of revision 2025-11-25 that asks for a task; `ttl` in milliseconds. */
  task: Readonly<{ ttl?: number }> | undefined
  /** What a client of revision 2026-07-28 brings back when it was asked. */
  answered: Answered | undefined
}>

export type Answered = Readonly<{ responses: Json; state: string | undefined }>

export type Json = Readonly<Record<string, unknown>>

/**
 * Recognises the requests that make up nearly all traffic, by a subset of what the SDK accepts: whatever is not exactly known here, valid
 * or not, is undefined and belongs to the SDK. Without `headers` (stdio) only the message is judged.
 */
export function plainRequest(message: unknown, headers: McpHeaders | undefined): Plain | undefined {
  if (!isObject(message) || message.jsonrpc !== '2.0' || !onlyKeys(message, requestKeys)) return undefined
  const { id, method, params } = message
  if (!isToken(id) || typeof method !== 'string') return undefined
  if (params !== undefined && !isObject(params)) return undefined
  const meta = params?._meta
  if (meta !== undefined && !isObject(meta)) return undefined
  const progressToken = meta?.progressToken
  if (progressToken !== undefined && !isToken(progressToken)) return undefined
  const modern = meta !== undefined && protocolKey in meta
  if (modern ? !modernFits(meta, method, params!, headers) : !legacyFits(meta, headers)) return undefined
  const capabilities = (modern ? meta[capabilitiesKey] : method === 'initialize' ? params?.capabilities : undefined) as Json | undefined
  const known = { ...unsaid, id, method, modern, progressToken, version: headers?.version ?? '', capabilities }
  if (method === 'tools/call') return plainCall(known, params ?? {})
  if (method === 'initialize') {
    const version = modern ? undefined : initializeVersion(params)
    return version === undefined ? undefined : { ...known, version }
  }
  if (method.startsWith('tasks/')) return plainTask(known, params)
  if (method === 'logging/setLevel' ? modern || !isLevel(params) : !(modern ? modernMethods : legacyMethods).has(method)) return undefined
  if (params === undefined) return known
  if (!onlyKeys(params, method === 'logging/setLevel' ? levelKeys : listMethods.has(method) ? listKeys : metaKeys)) return undefined
  const { cursor } = params
  if (cursor === undefined) return known
  return typeof cursor === 'string' ? { ...known, cursor } : undefined
}

const unsaid = { name: '', fields: undefined, cursor: undefined, task: undefined, answered: undefined } as const

function plainCall(known: Plain, params: Json): Plain | undefined {
  const { name, arguments: fields, task, inputResponses, requestState } = params
  if (typeof name !== 'string' || !(fields === undefined || isObject(fields))) return undefined
  if (onlyKeys(params, callKeys)) return { ...known, name, fields }
  if (!onlyKeys(params, known.modern ? answerKeys : taskKeys)) return undefined
  if (!known.modern) return isObject(task) && isTask(task) ? { ...known, name, fields, task } : undefined
  if (!isObject(inputResponses ?? {}) || !(requestState === undefined || typeof requestState === 'string')) return undefined
  if (inputResponses === undefined && requestState === undefined) return { ...known, name, fields }
  return { ...known, name, fields, answered: { responses: (inputResponses ?? {}) as Json, state: requestState } }
}

const isTask = (task: Json): task is Readonly<{ ttl?: number }> =>
  onlyKeys(task, ttlKeys) && (task.ttl === undefined || (Number.isSafeInteger(task.ttl) && (task.ttl as number) >= 0))

/** Tasks are a part of revision 2025-11-25 and an extension of 2026-07-28, with other methods in each. */
function plainTask(known: Plain, params: Json | undefined): Plain | undefined {
  if (!(known.modern ? modernTaskMethods : legacyTaskMethods).has(known.method)) return undefined
  if (known.method === 'tasks/list') {
    if (params === undefined) return known
    const { cursor } = params
    return onlyKeys(params, listKeys) && (cursor === undefined || typeof cursor === 'string') ? { ...known, cursor } : undefined
  }
  const { taskId, inputResponses } = params ?? {}
  if (typeof taskId !== 'string' || !onlyKeys(params!, known.method === 'tasks/update' ? updateKeys : taskIdKeys)) return undefined
  if (known.method === 'tasks/update' && !isObject(inputResponses)) return undefined
  return { ...known, name: taskId }
}

const listMethods: ReadonlySet<string> = new Set(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])
const legacyMethods: ReadonlySet<string> = new Set([...listMethods, 'ping'])
const modernMethods: ReadonlySet<string> = new Set([...listMethods, 'server/discover'])
const legacyTaskMethods: ReadonlySet<string> = new Set(['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list'])
const modernTaskMethods: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel'])
const levels = new Set(['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'])
const isLevel = (params: Json | undefined) => typeof params?.level === 'string' && levels.has(params.level)
const levelKeys = new Set(['level', '_meta'])
const requestKeys = new Set(['jsonrpc', 'id', 'method', 'params'])
const callKeys = new Set(['name', 'arguments', '_meta'])
/** What a client of an older revision may still say of tasks is no error, and says nothing any more. */
const answerKeys = new Set([...callKeys, 'inputResponses', 'requestState', 'task'])
const taskKeys = new Set([...callKeys, 'task'])
const ttlKeys = new Set(['ttl'])
const taskIdKeys = new Set(['taskId', '_meta'])
const updateKeys = new Set(['taskId', 'inputResponses', '_meta'])
const metaKeys = new Set(['_meta'])
const listKeys = new Set(['cursor', '_meta'])
const modernMetaKeys = new Set(['progressToken', protocolKey, clientKey, capabilitiesKey])
const initializeKeys = new Set(['protocolVersion', 'capabilities', 'clientInfo', '_meta'])
const clientKeys = new Set(['name', 'version', 'title', 'websiteUrl', 'description', 'icons'])

function legacyFits(meta: Json | undefined, headers: McpHeaders | undefined): boolean {
  // Reserved keys have shapes of their own.
  if (meta !== undefined) for (const key in meta) if (key.startsWith('io.modelcontextprotocol/')) return false
  if (headers === undefined) return true
  if (headers.version !== undefined && !legacy.has(headers.version)) return false
  return (headers.accept?.includes('application/json') && headers.accept.includes('text/event-stream')) ?? false
}
const legacy: ReadonlySet<string> = new Set(legacyVersions)

function modernFits(meta: Json, method: string, params: Json, headers: McpHeaders | undefined): boolean {
  if (meta[protocolKey] !== modernVersion || !isPlainMeta(meta)) return false
  const client = meta[clientKey]
  if (client !== undefined && !isClient(client)) return false
  if (!isPlainCapabilities(meta[capabilitiesKey])) return false
  if (headers === undefined) return true
  if (headers.version !== modernVersion || headers.method !== method) return false
  // A name that is not plain is sent encoded; the SDK knows how.
  const named = method === 'tools/call' ? params.name : method.startsWith('tasks/') ? params.taskId : undefined
  return named === undefined || (headers.name === named && !headers.name.startsWith('=?'))
}

/** Capabilities are objects by name; those with members of a set shape are left to the SDK unless they are known to be well-formed. */
function isPlainCapabilities(value: unknown): boolean {
  if (!isObject(value)) return false
  for (const name in value) {
    const capability = value[name]
    if (!isObject(capability)) return false
    switch (name) {
      case 'sampling':
        for (const member in capability) if (!isEmptyObject(capability[member])) return false
        break
      case 'elicitation':
        for (const member in capability) if (!isForm(capability[member], member)) return false
        break
      case 'experimental':
      case 'extensions':
        for (const member in capability) if (!isObject(capability[member])) return false
        break
      case 'tasks':
        for (const member in capability) if (!isTree(capability[member])) return false
        break
      case 'roots':
        for (const member in capability) if (member !== 'listChanged' || typeof capability[member] !== 'boolean') return false
        break
      default:
        return false
    }
  }
  return true
}

/** The revision that an `initialize` asks for; undefined when it is not a plain one. */
function initializeVersion(params: Json | undefined): string | undefined {
  if (params === undefined || !onlyKeys(params, initializeKeys)) return undefined
  const { protocolVersion, capabilities, clientInfo } = params
  return typeof protocolVersion === 'string' && isPlainCapabilities(capabilities) && isClient(clientInfo) ? protocolVersion : undefined
}

const isClient = (value: unknown) =>
  isObject(value) &&
  onlyKeys(value, clientKeys) &&
  'name' in value &&
  'version' in value &&
  Object.entries(value).every(([key, one]) => (key === 'icons' ? Array.isArray(one) && one.every(isIcon) : typeof one === 'string'))

const isIcon = (value: unknown) =>
  isObject(value) &&
  onlyKeys(value, iconKeys) &&
  typeof value.src === 'string' &&
  (value.mimeType === undefined || typeof value.mimeType === 'string') &&
  (value.sizes === undefined || (Array.isArray(value.sizes) && value.sizes.every((size) => typeof size === 'string')))
const iconKeys = new Set(['src', 'mimeType', 'sizes'])

/** How forms may be shown; an `elicitation` without members is one that shows them. */
const isForm = (value: unknown, name: string) =>
  isEmptyObject(value) || (name === 'form' && isObject(value) && onlyKeys(value, formKeys) && typeof value.applyDefaults === 'boolean')
const formKeys = new Set(['applyDefaults'])

/** Keys of others than the protocol may hold anything; those of the protocol are known, or left to the SDK. */
function isPlainMeta(meta: Json): boolean {
  for (const key in meta) {
    if (modernMetaKeys.has(key)) continue
    if (key.startsWith('io.modelcontextprotocol/')) return false
    if (traceKeys.has(key) && typeof meta[key] !== 'string') return false
  }
  return true
}
const traceKeys = new Set(['traceparent', 'tracestate', 'baggage'])

/** Objects within objects and nothing else, as capabilities of tasks are. */
const isTree = (value: unknown): boolean => isObject(value) && Object.values(value).every(isTree)

const isEmptyObject = (value: unknown) => isObject(value) && Object.keys(value).length === 0

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isToken = (value: unknown): value is string | number => typeof value === 'string' || Number.isSafeInteger(value)

function onlyKeys(value: Json, keys: ReadonlySet<string>): boolean {
  for (const key in value) if (!keys.has(key)) return false
  return true
}

/** The id to answer a message by that is a request in some form; null where there is none. */
export function idOf(message: unknown): string | number | null {
  return isObject(message) && typeof message.method === 'string' && (typeof message.id === 'string' || typeof message.id === 'number')
    ? message.id
    : null
}

/** True for the notifications of older revisions, which ask for no answer; one that names revision 2026-07-28 is left to the SDK. */
export function isPlainNotification(message: unknown, headers: McpHeaders): message is Readonly<{ method: string; params?: unknown }> {
  if (!isObject(message) || message.jsonrpc !== '2.0' || !onlyKeys(message, notificationKeys)) return false
  const { method, params } = message
  if (!legacyFits(undefined, headers)) return false
  if (method !== 'notifications/initialized' && method !== 'notifications/cancelled') return false
  return params === undefined || (isObject(params) && !(isObject(params._meta) && protocolKey in params._meta))
}
const notificationKeys = new Set(['jsonrpc', 'method', 'params'])
