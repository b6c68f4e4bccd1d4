import { Icon } from '../../kit/icon.tsx'
import { useTexts } from '../../texts/texts.tsx'

/** What was asked, and of which source. */
export function Question({ text, source }: { text: string; source: string | undefined }) {
  const { t } = useTexts()
  return (
    <div className="flex flex-col items-end gap-1">
      <h2 className="max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 text-lg break-words whitespace-pre-wrap">
        <span className="sr-only">{t('ask.you')}: </span>
        {text}
      </h2>
      {source && (
        <span className="flex items-center gap-1 pr-1 text-xs text-ink-2">
          <Icon name="database" size={13} />
          {source}
        </span>
      )}
    </div>
  )
}
