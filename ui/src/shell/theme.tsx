import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'

export type Theme = 'light' | 'dark' | 'system'
export type Themes = Readonly<{ theme: Theme; setTheme(theme: Theme): void; dark: boolean }>

const KEPT = 'sluice.theme'
const Context = createContext<Themes | undefined>(undefined)

const first = (): Theme => {
  const kept = localStorage.getItem(KEPT)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

/** Light, dark, or as the system has it, which may change while the page is open. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [theme, choose] = useState(first)
  const [systemDark, setSystemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const changed = () => setSystemDark(query.matches)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }, [])
  const dark = theme === 'dark' || (theme === 'system' && systemDark)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  const value = useMemo<Themes>(
    () => ({
      theme,
      dark,
      setTheme(next) {
        localStorage.setItem(KEPT, next)
        choose(next)
      },
    }),
    [theme, dark],
  )
  return <Context value={value}>{children}</Context>
}

export function useTheme(): Themes {
  const themes = useContext(Context)
  if (!themes) throw new Error('useTheme stands outside ThemeProvider')
  return themes
}
