import type { IconName } from '../kit/icon.tsx'
import type { TextKey } from '../texts/texts.tsx'

/** The five parts of the page, in the order in which they stand. */
export const sections: readonly Readonly<{ to: '/ask' | '/query' | '/catalog' | '/govern' | '/run'; icon: IconName; label: TextKey }>[] = [
  { to: '/ask', icon: 'ask', label: 'nav.ask' },
  { to: '/query', icon: 'query', label: 'nav.query' },
  { to: '/catalog', icon: 'catalog', label: 'nav.catalog' },
  { to: '/govern', icon: 'govern', label: 'nav.govern' },
  { to: '/run', icon: 'run', label: 'nav.run' },
]
