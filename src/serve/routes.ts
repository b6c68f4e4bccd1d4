import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'
import type { Exchange } from './exchange.ts'

export type Handler = (exchange: Exchange) => void | Promise<void>
/** What a path answers, by method. */
export type Route = Readonly<Partial<Record<string, Handler>>>
/** Routes by path; a segment that starts with `:` takes any text, e.g. `/import/:source/:table`. */
export type RouteTable = Readonly<Record<string, Route>>

export type Found = Readonly<{ path: string; route: Route; params: Readonly<Record<string, string>> }>

export type Router = Readonly<{
  /** Throws `route_unknown` with the nearest path. `url` is the request's, with its query. */
  find(url: string): Found
  paths: readonly string[]
}>

/** A handler whose file is loaded by the first request that needs it: a server that never gets one does without. */
export function later<M>(load: () => Promise<M>, pick: (module: M) => Handler): Handler {
  let handler: Handler | undefined
  return (exchange) => {
    if (handler) return handler(exchange)
    return load().then((module) => {
      handler = pick(module)
      return handler(exchange)
    })
  }
}

/** The same for a table of routes: its paths and methods are told here, because they are needed before it is loaded. */
export function laterTable(load: () => Promise<RouteTable>, methods: Readonly<Record<string, readonly string[]>>): RouteTable {
  let table: Promise<RouteTable> | undefined
  const handler =
    (path: string, method: string): Handler =>
    async (exchange) => {
      table ??= load()
      await (await table)[path]![method]!(exchange)
    }
  return Object.fromEntries(
    Object.entries(methods).map(([path, names]) => [path, Object.fromEntries(names.map((method) => [method, handler(path, method)]))]),
  )
}

const noParams = {}

/** Paths without segments to fill are looked up at once; the few others are tried in order. */
export function router(table: RouteTable): Router {
  const exact = new Map<string, Found>()
  const patterns: { path: string; route: Route; segments: readonly string[] }[] = []
  for (const [path, route] of Object.entries(table)) {
    if (path.includes('/:')) patterns.push({ path, route, segments: path.split('/') })
    else exact.set(path, { path, route, params: noParams })
  }
  const paths = Object.keys(table)
  return {
    paths,
    find(url) {
      const query = url.indexOf('?')
      const path = query < 0 ? url : url.slice(0, query)
      const known = exact.get(path)
      if (known) return known
      const given = path.split('/')
      for (const { path, route, segments } of patterns) {
        const params = matched(segments, given)
        if (params) return { path, route, params }
      }
      throw new SluiceError('route_unknown', `There is no route ${path.slice(0, 100)}.${didYouMean(path, paths)}`)
    },
  }
}

function matched(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, segment] of segments.entries()) {
    const text = given[i]!
    if (!segment.startsWith(':')) {
      if (segment !== text) return undefined
    } else {
      const decoded = decodedOf(text)
      if (decoded === undefined || decoded === '') return undefined
      params[segment.slice(1)] = decoded
    }
  }
  return params
}

function decodedOf(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
