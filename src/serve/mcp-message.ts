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
  /** Of `tools/call`. */
  name: string
  fields: unknown
  progressToken: string | number | undefined
  /** Of `initialize`. */
  version: string
}>

type Json = Readonly<Record<string, unknown>>

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
  if (method === 'tools/call') {
    const { name, arguments: fields } = params ?? {}
    if (typeof name !== 'string' || !(fields === undefined || isObject(fields)) || !onlyKeys(params!, callKeys)) return undefined
    return { id, method, modern, name, fields, progressToken, version: '' }
  }
  if (method === 'initialize') {
    const version = modern ? undefined : initializeVersion(params)
    return version === undefined ? undefined : { id, method, modern, name: '', fields: undefined, progressToken, version }
  }
  if (method === 'logging/setLevel' ? modern || !isLevel(params) : !(modern ? modernLists : legacyLists).has(method)) return undefined
  if (params !== undefined && !onlyKeys(params, method === 'logging/setLevel' ? levelKeys : metaKeys)) return undefined
  return { id, method, modern, name: '', fields: undefined, progressToken, version: '' }
}

const listMethods = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']
const legacyLists = new Set([...listMethods, 'ping'])
const modernLists = new Set([...listMethods, 'server/discover'])
const levels = new Set(['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'])
const isLevel = (params: Json | undefined) => typeof params?.level === 'string' && levels.has(params.level)
const levelKeys = new Set(['level', '_meta'])
const requestKeys = new Set(['jsonrpc', 'id', 'method', 'params'])
const callKeys = new Set(['name', 'arguments', '_meta'])
const metaKeys = new Set(['_meta'])
const modernMetaKeys = new Set(['progressToken', protocolKey, clientKey, capabilitiesKey])
const initializeKeys = new Set(['protocolVersion', 'capabilities', 'clientInfo', '_meta'])
const clientKeys = new Set(['name', 'version', 'title', 'websiteUrl', 'description'])

function legacyFits(meta: Json | undefined, headers: McpHeaders | undefined): boolean {
  // Reserved keys have shapes of their own.
  if (meta !== undefined) for (const key in meta) if (key.startsWith('io.modelcontextprotocol/')) return false
  if (headers === undefined) return true
  if (headers.version !== undefined && !legacy.has(headers.version)) return false
  return (headers.accept?.includes('application/json') && headers.accept.includes('text/event-stream')) ?? false
}
const legacy: ReadonlySet<string> = new Set(legacyVersions)

function modernFits(meta: Json, method: string, params: Json, headers: McpHeaders | undefined): boolean {
  if (meta[protocolKey] !== modernVersion || !onlyKeys(meta, modernMetaKeys)) return false
  const client = meta[clientKey]
  if (client !== undefined && !isClient(client)) return false
  if (!isPlainCapabilities(meta[capabilitiesKey])) return false
  if (headers === undefined) return true
  if (headers.version !== modernVersion || headers.method !== method) return false
  // A name that is not plain is sent encoded; the SDK knows how.
  return method !== 'tools/call' || (headers.name === params.name && !headers.name?.startsWith('=?'))
}

/** Capabilities are objects by name; those with members of a set shape are left to the SDK unless they are known to be well-formed. */
function isPlainCapabilities(value: unknown): boolean {
  if (!isObject(value)) return false
  for (const name in value) {
    const capability = value[name]
    if (!isObject(capability)) return false
    switch (name) {
      case 'sampling':
      case 'elicitation':
      case 'experimental':
      case 'extensions':
        for (const member in capability) if (!isEmptyObject(capability[member])) return false
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
  Object.values(value).every((one) => typeof one === 'string')

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
