import { cancelQuery, runFigures, runningQueries, serverInfo, watchFigures } from '../administer.ts'
import { clients, entryFor } from '../clients.ts'
import { publicError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { answering, callFor } from './asked.ts'
import type { Exchange } from './exchange.ts'
import type { RouteTable } from './routes.ts'

/** How the gateway runs, what runs in it, and what connects clients to it. Each request is one recorded call. */
export const runRoutes = (parts: Parts, publicUrl: string | undefined): RouteTable => ({
  '/api/run': {
    GET: answering(
      parts,
      () => 'how the gateway runs',
      (call, now) => runFigures(call, now),
    ),
  },
  '/api/run/stream': { GET: (exchange) => streamed(exchange, parts) },
  '/api/run/configuration': {
    GET: answering(
      parts,
      () => 'the configuration in use',
      (call, now) => serverInfo(call, now),
    ),
  },
  '/api/run/queries': {
    GET: answering(
      parts,
      () => 'what runs now',
      async (call, now) => ({ queries: await runningQueries(call, now) }),
    ),
  },
  '/api/run/queries/:id/cancel': {
    POST: answering(
      parts,
      ({ params }) => `cancel the query ${params.id}`,
      async (call, now, { params, request }) => {
        request.resume()
        return cancelQuery(call, params.id!, now)
      },
    ),
  },
  '/api/run/clients': {
    GET: answering(
      parts,
      () => 'how clients are connected',
      async (call, now, { request }) => {
        // Whoever asks must be somebody, though nothing of it is secret.
        await now.auth.identify(call.credential)
        const url = `${publicUrl ?? `http://${request.headers.host}`}/mcp`
        const { local_roles, host } = now.control.exposure
        return { url, key_needed: local_roles.length === 0 || !/^(127\.|localhost$|\[?::1)/.test(host), clients: clientsAt(url) }
      },
    ),
  },
})

const PLATFORMS = { linux: '~', darwin: '~', win32: '%USERPROFILE%' } as const

function clientsAt(url: string) {
  return clients.map((client) => ({
    name: client.name,
    title: client.title,
    entry: { [client.key]: { sluice: entryFor(client, { url }) } },
    install: `sluice install ${client.name} --url ${url}`,
    files: Object.fromEntries(
      Object.entries(PLATFORMS).map(([platform, home]) => {
        const env = platform === 'win32' ? { APPDATA: '%APPDATA%' } : {}
        return [platform, client.file({ platform: platform as NodeJS.Platform, home, env, project: undefined })]
      }),
    ),
    project_file: client.file({ platform: 'linux', home: '~', env: {}, project: '.' }) ?? null,
    next: client.next,
  }))
}

/** Figures each second as events, until the client leaves or may see them no more. */
async function streamed(exchange: Exchange, parts: Parts): Promise<void> {
  const call = callFor(exchange, 'watch how the gateway runs')
  exchange.lasting = true
  const event = (kind: string, value: unknown) => `event: ${kind}\ndata: ${JSON.stringify(value)}\n\n`
  try {
    await watchFigures(
      call,
      (figures) => {
        if (!exchange.response.headersSent) {
          exchange.contentType = 'text/event-stream'
          exchange.begin(200, ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'])
        }
        return exchange.write([event('figures', figures)])
      },
      parts,
    )
    if (!exchange.response.destroyed) exchange.end([])
  } catch (caught) {
    if (exchange.response.headersSent) exchange.end([event('error', publicError(caught, call.id))])
    else exchange.fail(caught, call.id)
  }
}
