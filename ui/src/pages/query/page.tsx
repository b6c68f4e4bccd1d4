import { Empty } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'

export function QueryPage() {
  const { t } = useTexts()
  return <Empty icon="query" title={t('query.title')} />
}
