import { Empty } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'

export function RunPage() {
  const { t } = useTexts()
  return <Empty icon="run" title={t('run.title')} />
}
