import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { Icon, Mark } from '../../kit/icon.tsx'
import { useTexts } from '../../texts/texts.tsx'

const QUESTIONS = 6

/** The beginning of a conversation, with questions that what one may see can answer. */
export function Welcome({ source, onAsk }: { source: string | undefined; onAsk(question: string): void }) {
  const { t } = useTexts()
  const me = useMe()
  const of = source ?? me.data?.sources[0]?.name
  const begin = useQuery({
    queryKey: ['explore', of],
    queryFn: ({ signal }) =>
      ask<{ questions: readonly string[] }>(
        'GET',
        `/api/ask/explore?${new URLSearchParams({ source: of ?? '', limit: String(QUESTIONS) })}`,
        undefined,
        signal,
      ),
    enabled: of !== undefined,
    retry: false,
  })
  const questions = begin.data?.questions ?? []
  return (
    <div className="flex flex-col items-center gap-3 pt-[8dvh] text-center">
      <Mark size={52} />
      <h2 className="text-2xl font-semibold tracking-tight text-balance">{t('ask.hello')}</h2>
      <p className="max-w-md text-ink-2">{t('ask.helloSays')}</p>
      <ul className="mt-4 grid w-full max-w-2xl gap-2 sm:grid-cols-2">
        {questions.map((question) => (
          <li key={question}>
            <button
              type="button"
              onClick={() => onAsk(question)}
              className="flex h-full w-full items-center gap-2.5 rounded-xl border border-line bg-surface px-4 py-3 text-left text-ink-2 hover:border-accent hover:text-ink"
            >
              <Icon name="spark" size={16} className="text-accent" />
              {question}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
