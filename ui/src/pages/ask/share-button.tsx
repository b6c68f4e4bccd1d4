import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { IconButton } from '../../kit/button.tsx'
import { Menu } from '../../kit/menu.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'

/** Makes a link to a conversation, or ends it. */
export function ShareButton({ session }: { session: string }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const path = `/api/chat/sessions/${encodeURIComponent(session)}/share`
  const share = async () => {
    try {
      const { share } = await ask<{ share: string }>('POST', path)
      await navigator.clipboard.writeText(`${location.origin}/ask?share=${encodeURIComponent(share)}`)
      tell(t('ask.shared'))
    } catch (caught) {
      tell(caught instanceof DOMException ? t('action.copyFailed') : problemOf(caught).message, { bad: true })
    }
  }
  const end = async () => {
    try {
      await ask('DELETE', path)
      tell(t('ask.shareEnded'))
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    }
  }
  return (
    <Menu
      entries={[
        { label: t('ask.share'), icon: 'link', onSelect: () => void share() },
        { label: t('ask.shareEnd'), icon: 'close', onSelect: () => void end() },
      ]}
    >
      <IconButton label={t('ask.share')} icon="share" small />
    </Menu>
  )
}
