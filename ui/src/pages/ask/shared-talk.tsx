import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { ChartShape } from '../../chart/chart-option.ts'
import { Failure, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { AnswerRows } from './answer-rows.tsx'
import { Question } from './question.tsx'

type Shared = Readonly<{
  name: string
  datasource: string
  turns: readonly Readonly<{ number: number; source: string; question: string; sql: string; chart?: ChartShape }>[]
}>

/** A conversation of somebody else: its questions, and what their statements come to for the reader. */
export function SharedTalk({ share }: { share: string }) {
  const { t } = useTexts()
  const shared = useQuery({
    queryKey: ['shared', share],
    queryFn: ({ signal }) => ask<Shared>('GET', `/api/chat/shared/${encodeURIComponent(share)}`, undefined, signal),
  })
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <div className="mx-auto flex w-full max-w-4xl flex-col gap-8 px-3 py-6 md:px-6">
        <div>
          <h1 className="text-xl font-semibold">{shared.data?.name || t('ask.sharedTitle')}</h1>
          <p className="text-ink-2">{t('ask.sharedSays')}</p>
        </div>
        {shared.isPending && <Loading />}
        {shared.error && <Failure problem={shared.error} />}
        {shared.data?.turns.map(({ number, source, question, sql, chart }) => (
          <article key={number} className="flex flex-col gap-3">
            <Question text={question} source={source} />
            <AnswerRows source={source} sql={sql} shape={chart} columns={[]} rows={undefined} truncated={false} masked={[]} />
          </article>
        ))}
      </div>
    </div>
  )
}
