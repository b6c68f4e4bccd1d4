import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { Dialog } from 'radix-ui'
import { type ReactNode, useDeferredValue, useState } from 'react'
import { tool } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { Icon, type IconName } from '../kit/icon.tsx'
import { useTexts } from '../texts/texts.tsx'
import { sections } from './sections.ts'
import { iconOf } from './source-list.tsx'
import { useTheme } from './theme.tsx'

type Hit = Readonly<{ source: string; table: string; schema?: string; why?: string }>

/** Everything one can go to or do, found by a few letters. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const { t, setLanguage, language } = useTexts()
  const { setTheme } = useTheme()
  const navigate = useNavigate()
  const me = useMe()
  const [text, setText] = useState('')
  const words = useDeferredValue(text.trim())
  const tables = useQuery({
    queryKey: ['palette', words],
    queryFn: ({ signal }) => tool<{ hits?: readonly Hit[]; tables?: readonly Hit[] }>('search_schema', { query: words, limit: 6 }, signal),
    enabled: words.length >= 2,
    retry: false,
  })
  const hits = tables.data?.hits ?? tables.data?.tables ?? []
  const then = (go: () => void) => () => {
    onOpenChange(false)
    go()
  }
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-40 w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-raised shadow-pop animate-rise"
        >
          <Dialog.Title className="sr-only">{t('palette.open')}</Dialog.Title>
          <Command label={t('palette.open')} loop>
            <div className="flex items-center gap-2.5 border-b border-line px-4">
              <Icon name="search" className="text-ink-3" />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder={t('palette.placeholder')}
                className="h-12 flex-1 bg-transparent text-lg outline-none"
              />
            </div>
            <Command.List className="max-h-[52dvh] overflow-auto p-2">
              <Command.Empty className="px-3 py-6 text-center text-ink-2">{t('palette.none')}</Command.Empty>
              <Group heading={t('palette.pages')}>
                {sections.map(({ to, icon, label }) => (
                  <Item key={to} icon={icon} onSelect={then(() => void navigate({ to }))}>
                    {t(label)}
                  </Item>
                ))}
              </Group>
              {hits.length > 0 && (
                <Group heading={t('palette.tables')}>
                  {hits.map((hit) => (
                    <Item
                      key={`${hit.source}.${hit.table}`}
                      icon="table"
                      value={`${words} ${hit.source} ${hit.table}`}
                      onSelect={then(
                        () => void navigate({ to: '/catalog/$source/$table', params: { source: hit.source, table: hit.table } }),
                      )}
                    >
                      {hit.table}
                      <span className="text-ink-3">{hit.source}</span>
                    </Item>
                  ))}
                </Group>
              )}
              <Group heading={t('palette.sources')}>
                {(me.data?.sources ?? []).map(({ name, connector }) => (
                  <Item key={name} icon={iconOf(connector)} onSelect={then(() => void navigate({ to: '/ask', search: { source: name } }))}>
                    {name}
                  </Item>
                ))}
              </Group>
              <Group heading={t('palette.settings')}>
                {(['light', 'dark', 'system'] as const).map((theme) => (
                  <Item
                    key={theme}
                    icon={theme === 'light' ? 'sun' : theme === 'dark' ? 'moon' : 'system'}
                    onSelect={then(() => setTheme(theme))}
                  >
                    {t('theme.label')}: {t(`theme.${theme}`)}
                  </Item>
                ))}
                <Item icon="globe" onSelect={then(() => setLanguage(language === 'zh' ? 'en' : 'zh'))}>
                  {language === 'zh' ? 'English' : '中文'}
                </Item>
                <Item icon="code" onSelect={then(() => location.assign('/docs'))}>
                  {t('nav.docs')}
                </Item>
              </Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const Group = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group
    heading={heading}
    className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3"
  >
    {children}
  </Command.Group>
)

const Item = ({ icon, value, onSelect, children }: { icon: IconName; value?: string; onSelect(): void; children: ReactNode }) => (
  <Command.Item
    {...(value === undefined ? {} : { value })}
    onSelect={onSelect}
    className="flex cursor-pointer items-center gap-2.5 rounded-lg px-3 py-2 data-[selected=true]:bg-accent-soft"
  >
    <Icon name={icon} className="text-ink-3" />
    {children}
  </Command.Item>
)
