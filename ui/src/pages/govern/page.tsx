import { Empty } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'

export function GovernPage() {
  const { t } = useTexts()
  return <Empty icon="govern" title={t('govern.title')} />
}
