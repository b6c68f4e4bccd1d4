import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

/** What may stand behind the question mark of an address, so that everything can be linked to. */
type Asked = Readonly<{
  source?: string
  q?: string
  share?: string
  sql?: string
  table?: string
  view?: string
  role?: string
  id?: string
}>
const asked = (search: Record<string, unknown>): Asked =>
  Object.fromEntries(Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))

const first = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/ask', replace: true })
  },
})

const AskPage = lazyRouteComponent(() => import('./pages/ask/page.tsx'), 'AskPage')
const QueryPage = lazyRouteComponent(() => import('./pages/query/page.tsx'), 'QueryPage')
const CatalogPage = lazyRouteComponent(() => import('./pages/catalog/page.tsx'), 'CatalogPage')
const GovernPage = lazyRouteComponent(() => import('./pages/govern/page.tsx'), 'GovernPage')
const RunPage = lazyRouteComponent(() => import('./pages/run/page.tsx'), 'RunPage')

const getParentRoute = () => root
const routes = [
  first,
  createRoute({ getParentRoute, path: '/ask', validateSearch: asked, component: AskPage }),
  createRoute({ getParentRoute, path: '/ask/$session', validateSearch: asked, component: AskPage }),
  createRoute({ getParentRoute, path: '/query', validateSearch: asked, component: QueryPage }),
  createRoute({ getParentRoute, path: '/catalog', validateSearch: asked, component: CatalogPage }),
  createRoute({ getParentRoute, path: '/catalog/$source', validateSearch: asked, component: CatalogPage }),
  createRoute({ getParentRoute, path: '/catalog/$source/$table', validateSearch: asked, component: CatalogPage }),
  createRoute({ getParentRoute, path: '/govern', validateSearch: asked, component: GovernPage }),
  createRoute({ getParentRoute, path: '/govern/$part', validateSearch: asked, component: GovernPage }),
  createRoute({ getParentRoute, path: '/run', validateSearch: asked, component: RunPage }),
  createRoute({ getParentRoute, path: '/run/$part', validateSearch: asked, component: RunPage }),
] as const

export const router = createRouter({ routeTree: root.addChildren(routes), defaultPreload: 'intent', scrollRestoration: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
