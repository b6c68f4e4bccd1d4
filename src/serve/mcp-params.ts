import { isObject, type Json } from './mcp-message.ts'

type Shape = Readonly<Record<string, (value: unknown) => boolean>>

const text = (value: unknown) => typeof value === 'string'
const texts = (value: unknown) => value === undefined || (isObject(value) && Object.values(value).every(text))
const cursor = { cursor: (value: unknown) => value === undefined || text(value) }
const uri = { uri: text }
const task = { taskId: text }

/** The fields that requests of older revisions must have, by method. */
const shapes: Readonly<Record<string, Shape>> = {
  'tools/list': cursor,
  'prompts/list': cursor,
  'resources/list': cursor,
  'resources/templates/list': cursor,
  'resources/read': uri,
  'resources/subscribe': uri,
  'resources/unsubscribe': uri,
  'prompts/get': { name: text, arguments: texts },
  'completion/complete': {
    ref: (value) => isObject(value) && (value.type === 'ref/prompt' ? text(value.name) : value.type === 'ref/resource' && text(value.uri)),
    argument: (value) => isObject(value) && text(value.name) && text(value.value),
    context: (value) => value === undefined || (isObject(value) && texts(value.arguments)),
  },
  'tasks/get': task,
  'tasks/result': task,
  'tasks/cancel': task,
  'tasks/list': cursor,
}

/** The first field of a request of an older revision that is not as its method wants it; the SDK would call that a failure of ours. */
export function wrongParam(message: Json): string | undefined {
  const { method, params = {}, id } = message
  const shape = typeof method === 'string' && Object.hasOwn(shapes, method) && id !== undefined ? shapes[method]! : undefined
  if (!shape || !isObject(params)) return undefined
  // What names revision 2026-07-28 is judged by its headers first.
  if (isObject(params._meta) && Object.keys(params._meta).some((key) => key.startsWith('io.modelcontextprotocol/'))) return undefined
  return Object.entries(shape).find(([name, fits]) => !fits(params[name]))?.[0]
}
