import { Empty } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'

export function CatalogPage() {
  const { t } = useTexts()
  return <Empty icon="catalog" title={t('catalog.title')} />
}
