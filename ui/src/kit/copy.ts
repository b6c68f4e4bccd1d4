import { useTexts } from '../texts/texts.tsx'
import { useToasts } from './toast.tsx'

/** Puts a text on the clipboard and says so. */
export function useCopy(): (text: string) => Promise<void> {
  const { t } = useTexts()
  const { tell } = useToasts()
  return async (text) => {
    try {
      await navigator.clipboard.writeText(text)
      tell(t('action.copied'))
    } catch {
      tell(t('action.copyFailed'), { bad: true })
    }
  }
}
