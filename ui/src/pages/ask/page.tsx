import { Empty } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'

export function AskPage() {
  const { t } = useTexts()
  return <Empty icon="ask" title={t('ask.title')} />
}
