import type { ReactNode } from 'react'
import { credential, signIn } from '../api/credential.ts'
import { useMe } from '../api/me.ts'
import { type Entry, Menu } from '../kit/menu.tsx'
import { useTexts } from '../texts/texts.tsx'
import { type Theme, useTheme } from './theme.tsx'

const themeIcons = { light: 'sun', dark: 'moon', system: 'system' } as const

/** Theme, language and who one is. */
export function SettingsMenu({ children }: { children: ReactNode }) {
  const { t, language, setLanguage } = useTexts()
  const { theme, setTheme } = useTheme()
  const me = useMe()
  const roles = me.data?.principal.roles.join(', ')
  const entries: Entry[] = [
    ...(roles ? [{ heading: `${t('account.roles')}: ${roles}` }, 'line' as const] : []),
    { heading: t('theme.label') },
    ...(['light', 'dark', 'system'] as const).map((one: Theme) => ({
      label: t(`theme.${one}`),
      icon: themeIcons[one],
      checked: one === theme,
      onSelect: () => setTheme(one),
    })),
    'line',
    { heading: t('language.label') },
    { label: 'English', icon: 'globe', checked: language === 'en', onSelect: () => setLanguage('en') },
    { label: '中文', icon: 'globe', checked: language === 'zh', onSelect: () => setLanguage('zh') },
    'line',
    credential() === undefined
      ? { label: t('account.in'), icon: 'key', onSelect: () => signIn('') }
      : { label: t('account.out'), icon: 'key', onSelect: () => signIn(undefined) },
  ]
  return <Menu entries={entries}>{children}</Menu>
}
