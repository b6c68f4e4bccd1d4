import createClient, { type Middleware } from 'openapi-fetch'
import { authorization } from './credential.ts'
import { problemIn, unreachable } from './problem.ts'
import type { paths } from './schema.d.ts'

const signed: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value)
    return request
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemIn(response)
    return undefined
  },
  onError({ error }) {
    return error instanceof TypeError ? unreachable() : undefined
  },
}

/** Every route of the gateway, typed by its OpenAPI document; a failure is thrown as `Problem`. */
export const api = createClient<paths>({ baseUrl: '/' })
api.use(signed)

/** The body of an answer of `api`, whose failures have been thrown before. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}

/** A route that the document does not know by name, or whose answer has no type there: JSON in, JSON out, failures thrown as `Problem`. */
export async function ask<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send(method, path, body, signal)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

/** One request as a whole response; for streams and files. Throws `Problem`, and `AbortError` when it was given up. */
export async function send(method: string, path: string, body?: unknown, signal?: AbortSignal, accept?: string): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...authorization(),
        ...(accept === undefined ? {} : { Accept: accept }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      // What is deleted at the last moment is deleted although the page goes.
      keepalive: method === 'DELETE',
    })
  } catch (caught) {
    throw caught instanceof TypeError ? unreachable() : caught
  }
  if (!response.ok) throw await problemIn(response)
  return response
}

/** One tool by its name, with plain data as the answer. */
export const tool = <T>(name: string, fields: object, signal?: AbortSignal): Promise<T> => ask<T>('POST', `/tools/${name}`, fields, signal)
