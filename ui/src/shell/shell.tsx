import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { credential, onCredential, signIn } from '../api/credential.ts'
import { useMe } from '../api/me.ts'
import { problemOf } from '../api/problem.ts'
import { IconButton } from '../kit/button.tsx'
import { Sheet } from '../kit/dialog.tsx'
import { Icon, Mark } from '../kit/icon.tsx'
import { Boundary, Failure, Loading } from '../kit/states.tsx'
import { useToasts } from '../kit/toast.tsx'
import { useTexts } from '../texts/texts.tsx'
import { sections } from './sections.ts'
import { SettingsMenu } from './settings-menu.tsx'
import { SignIn } from './sign-in.tsx'
import { SourceList } from './source-list.tsx'
import { useShortcuts } from './use-shortcuts.ts'

const loadPalette = () => import('./palette.tsx').then(({ Palette }) => ({ default: Palette }))
const Palette = lazy(loadPalette)

const PALETTE_MS = 1_500

/** The frame of every page: where one can go, the sources, who one is; and the door while one is not known. */
export function Shell() {
  const token = useSyncExternalStore(onCredential, credential)
  const queries = useQueryClient()
  // What was read as somebody else is not shown to who comes after.
  useEffect(() => onCredential(() => queries.clear()), [queries])
  const me = useMe()
  const problem = me.error ? problemOf(me.error).told : undefined
  const unknown = problem !== undefined && (problem.status === 401 || problem.code.startsWith('credential_'))
  if (token === '') return <SignIn onCancel={() => signIn(undefined)} />
  if (unknown) return <SignIn onCancel={token === undefined ? undefined : () => signIn(undefined)} />
  return <Frame />
}

function Frame() {
  const { t } = useTexts()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [palette, setPalette] = useState(false)
  const [drawer, setDrawer] = useState(false)
  useShortcuts(() => setPalette(true))
  // Once nothing else is to be done, so that what one types at once after opening it is not lost.
  useEffect(() => {
    const idle = setTimeout(() => void loadPalette().catch(() => undefined), PALETTE_MS)
    return () => clearTimeout(idle)
  }, [])
  useRoleNews()
  return (
    <div className="flex h-dvh">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent"
      >
        {t('nav.skip')}
      </a>
      <aside className="hidden w-60 shrink-0 flex-col border-r border-line bg-surface lg:flex">
        <Side onPalette={() => setPalette(true)} />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onMenu={() => setDrawer(true)} onPalette={() => setPalette(true)} />
        <main id="content" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          <Boundary of={path}>
            <Gone />
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </Boundary>
        </main>
        <BottomBar />
      </div>
      <Sheet open={drawer} onOpenChange={setDrawer} title={t('app.name')} side="left">
        <Side bare onPalette={() => setPalette(true)} onGo={() => setDrawer(false)} />
      </Sheet>
      {palette && (
        <Suspense>
          <Palette open={palette} onOpenChange={setPalette} />
        </Suspense>
      )}
    </div>
  )
}

/** Says it while the gateway is gone; the page goes on by itself when it is back. */
function Gone() {
  const me = useMe()
  const { t } = useTexts()
  const { tell } = useToasts()
  const gone = me.error !== null && problemOf(me.error).told.code === 'unreachable'
  const was = useRef(false)
  useEffect(() => {
    if (was.current && !gone) tell(t('state.back'))
    was.current = gone
  }, [gone, tell, t])
  if (!gone) return null
  return (
    <div className="p-3">
      <Failure problem={me.error} retry={() => void me.refetch()} />
    </div>
  )
}

/** When roles change under an open page, everything that was read under the old ones is read again. */
function useRoleNews(): void {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const me = useMe()
  const seen = me.data && JSON.stringify([me.data.principal, me.data.sources.map(({ name }) => name)])
  const [before, setBefore] = useState(seen)
  useEffect(() => {
    if (seen === undefined || seen === before) return
    setBefore(seen)
    if (before === undefined) return
    tell(t('state.changed'))
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
  }, [seen, before, tell, t, queries])
}

function Side({ onPalette, onGo, bare = false }: { onPalette(): void; onGo?: () => void; bare?: boolean }) {
  const { t } = useTexts()
  const me = useMe()
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 p-3">
      {!bare && (
        <Link to="/ask" className="flex items-center gap-2.5 rounded-lg px-2 pt-1 text-lg font-semibold tracking-tight">
          <Mark />
          {t('app.name')}
        </Link>
      )}
      <button
        type="button"
        onClick={onPalette}
        className="flex h-9 items-center gap-2 rounded-lg border border-line bg-ground px-3 text-sm text-ink-3 hover:border-line-strong"
      >
        <Icon name="search" size={16} />
        <span className="flex-1 truncate text-left">{t('palette.open')}</span>
        <kbd className="font-sans text-xs">⌘K</kbd>
      </button>
      <nav aria-label={t('nav.main')} className="flex flex-col gap-0.5">
        {sections.map(({ to, icon, label }) => (
          <Link
            key={to}
            to={to}
            {...(onGo ? { onClick: onGo } : {})}
            activeOptions={{ exact: false, includeSearch: false }}
            className="flex items-center gap-2.5 rounded-lg px-3 py-2 font-medium"
            activeProps={{ className: 'bg-accent-soft text-accent' }}
            inactiveProps={{ className: 'text-ink-2 hover:bg-sunken hover:text-ink' }}
          >
            <Icon name={icon} />
            {t(label)}
          </Link>
        ))}
      </nav>
      <SourceList {...(onGo ? { onGo } : {})} />
      <div className="mt-auto flex items-center gap-2 border-t border-line pt-3">
        <SettingsMenu>
          <button type="button" className="flex min-w-0 flex-1 items-center gap-2.5 rounded-lg px-2 py-1.5 text-left hover:bg-sunken">
            <span className="flex size-7 items-center justify-center rounded-full bg-sunken text-ink-2">
              <Icon name="user" size={16} />
            </span>
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium">
                {me.data?.principal.name === 'local' ? t('account.local') : me.data?.principal.name}
              </span>
              <span className="block truncate text-xs text-ink-3">{me.data?.principal.roles.join(', ')}</span>
            </span>
            <Icon name="settings" size={16} className="text-ink-3" />
            <span className="sr-only">{t('settings.title')}</span>
          </button>
        </SettingsMenu>
      </div>
    </div>
  )
}

function TopBar({ onMenu, onPalette }: { onMenu(): void; onPalette(): void }) {
  const { t } = useTexts()
  return (
    <header className="flex items-center gap-1 border-b border-line bg-surface px-2 py-1.5 lg:hidden">
      <IconButton label={t('nav.menu')} icon="menu" onClick={onMenu} />
      <Link to="/ask" className="flex flex-1 items-center gap-2 text-lg font-semibold tracking-tight">
        <Mark size={22} />
        {t('app.name')}
      </Link>
      <IconButton label={t('palette.open')} icon="search" onClick={onPalette} />
      <SettingsMenu>
        <button
          type="button"
          aria-label={t('settings.title')}
          className="inline-flex size-9 items-center justify-center rounded-lg text-ink-2 hover:bg-sunken"
        >
          <Icon name="settings" />
        </button>
      </SettingsMenu>
    </header>
  )
}

function BottomBar() {
  const { t } = useTexts()
  return (
    <nav aria-label={t('nav.main')} className="grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden">
      {sections.map(({ to, icon, label }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: false, includeSearch: false }}
          className="flex flex-col items-center gap-0.5 py-2 text-xs font-medium"
          activeProps={{ className: 'text-accent' }}
          inactiveProps={{ className: 'text-ink-3' }}
        >
          <Icon name={icon} />
          {t(label)}
        </Link>
      ))}
    </nav>
  )
}
