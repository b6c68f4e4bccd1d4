import { Link } from '@tanstack/react-router'
import { Empty } from '../kit/states.tsx'
import { useTexts } from '../texts/texts.tsx'

export function NotFound() {
  const { t } = useTexts()
  return (
    <Empty icon="search" title={t('state.notFound')} says={t('state.notFoundHint')}>
      <Link to="/ask" className="font-medium text-accent hover:underline">
        {t('state.home')}
      </Link>
    </Empty>
  )
}
