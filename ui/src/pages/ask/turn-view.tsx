import { useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button, IconButton } from '../../kit/button.tsx'
import { useCopy } from '../../kit/copy.ts'
import { Icon } from '../../kit/icon.tsx'
import { Failure } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { AnswerRows } from './answer-rows.tsx'
import { Question } from './question.tsx'
import { ReceiptDialog } from './receipt-dialog.tsx'
import { Steps } from './steps.tsx'
import type { Answer, Conversation, Turn } from './talk.ts'

type Props = Readonly<{ turn: Turn; conversation: Conversation; last: boolean; onAsk(question: string): void }>

/** A question with everything that came of it. */
export function TurnView({ turn, conversation, last, onAsk }: Props) {
  const { t } = useTexts()
  const { answer, state } = turn
  return (
    <article className="flex flex-col gap-4">
      <Question text={turn.question} source={turn.source ?? answer?.source} />
      <div className="flex min-w-0 flex-col gap-3" aria-busy={state === 'running'}>
        <Steps steps={turn.steps} running={state === 'running'} />
        {answer && <Words answer={answer} />}
        {(answer?.status === 'answered' || turn.columns.length > 0) && (
          <AnswerRows
            source={answer?.source ?? turn.source ?? ''}
            sql={answer?.sql}
            shape={answer?.chart}
            columns={turn.columns}
            rows={turn.rows}
            truncated={answer?.truncated ?? false}
            masked={answer?.receipt?.masked ?? []}
          />
        )}
        {answer?.choices && answer.choices.length > 0 && <Choices answer={answer} onAsk={onAsk} />}
        {answer && <Foot turn={turn} answer={answer} conversation={conversation} />}
        {turn.problem && state === 'failed' && <Failure problem={turn.problem} retry={last ? () => onAsk(turn.question) : undefined} />}
        {state === 'lost' && <Note text={t('ask.lost')} />}
        {state === 'stopped' && !answer && (
          <div className="flex flex-wrap items-center gap-3">
            <Note text={t('ask.stopped')} />
            <Button small icon="refresh" onClick={() => onAsk(turn.question)}>
              {t('ask.again')}
            </Button>
          </div>
        )}
        {last && answer && answer.follow_ups.length > 0 && <FollowUps questions={answer.follow_ups} onAsk={onAsk} />}
      </div>
    </article>
  )
}

const Note = ({ text }: { text: string }) => (
  <p role="status" className="flex items-center gap-2 text-ink-2">
    <Icon name="info" size={16} />
    {text}
  </p>
)

function Words({ answer }: { answer: Answer }) {
  const { t } = useTexts()
  const { warnings, understood, unlinked } = answer
  return (
    <section aria-label={t('ask.answer')} className="flex flex-col gap-2">
      {understood && understood !== answer.question && (
        <p className="text-sm text-ink-2">{t('ask.understood', { question: understood })}</p>
      )}
      <p className="text-lg break-words whitespace-pre-wrap">{answer.words}</p>
      {unlinked && unlinked.length > 0 && <p className="text-sm text-warn">{t('ask.unlinked', { words: unlinked.join(', ') })}</p>}
      {warnings.length > 0 && (
        <ul aria-label={t('ask.warnings')} className="flex flex-col gap-1 rounded-lg bg-warn-soft px-3 py-2 text-sm">
          {warnings.map((warning) => (
            <li key={warning} className="flex gap-2">
              <Icon name="warning" size={16} className="mt-0.5 text-warn" />
              {warning}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Choices({ answer, onAsk }: { answer: Answer; onAsk(question: string): void }) {
  const { t } = useTexts()
  return (
    <section aria-label={t('ask.back')} className="flex flex-col gap-2">
      <h3 className="font-semibold">{t('ask.back')}</h3>
      {answer.choices?.map((choice) => (
        <button
          key={choice.question + choice.sql}
          type="button"
          onClick={() => onAsk(choice.question)}
          className="flex flex-col gap-1 rounded-xl border border-line bg-surface px-4 py-3 text-left hover:border-accent"
        >
          <span className="font-medium">{choice.says || choice.question}</span>
          <code className="line-clamp-2 font-mono text-xs break-all text-ink-2">{choice.sql}</code>
        </button>
      ))}
    </section>
  )
}

function FollowUps({ questions, onAsk }: { questions: readonly string[]; onAsk(question: string): void }) {
  const { t } = useTexts()
  return (
    <section aria-label={t('ask.followUps')} className="flex flex-wrap items-center gap-2">
      {questions.map((question) => (
        <button
          key={question}
          type="button"
          onClick={() => onAsk(question)}
          className="rounded-full border border-line-strong bg-surface px-3.5 py-1.5 text-left text-sm text-ink-2 hover:border-accent hover:text-accent"
        >
          {question}
        </button>
      ))}
    </section>
  )
}

function Foot({ turn, answer, conversation }: { turn: Turn; answer: Answer; conversation: Conversation }) {
  const { t, n } = useTexts()
  const copy = useCopy()
  const { tell } = useToasts()
  const [receipt, setReceipt] = useState(false)
  const { session } = conversation.read()
  const judge = async (good: boolean) => {
    try {
      await ask('POST', '/api/ask/feedback', { session, message: turn.message, good })
      conversation.judged(turn.id, good)
      tell(t(good ? 'ask.thanks' : 'ask.thanksBad'))
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    }
  }
  const judged = (good: boolean) => (turn.good === good ? 'text-accent' : '')
  return (
    <div className="flex flex-wrap items-center gap-x-1 gap-y-2 text-sm">
      {answer.used.length > 0 && (
        <span className="flex flex-wrap items-center gap-1.5 pr-2 text-ink-2">
          <span className="sr-only">{t('ask.used')}:</span>
          {answer.used.map(({ table, why }) => (
            <span key={table} title={t('ask.usedWhy', { table, why })}>
              <Badge>
                <Icon name="table" size={13} />
                {table}
              </Badge>
            </span>
          ))}
        </span>
      )}
      {answer.status === 'answered' && answer.confidence > 0 && (
        <span className="text-ink-2">{t('ask.confidence', { percent: n(answer.confidence, { style: 'percent' }) })}</span>
      )}
      <span className="flex-1" />
      {turn.message !== undefined && answer.status === 'answered' && (
        <>
          <IconButton
            label={t('ask.good')}
            icon="thumbUp"
            small
            aria-pressed={turn.good === true}
            className={judged(true)}
            onClick={() => void judge(true)}
          />
          <IconButton
            label={t('ask.bad')}
            icon="thumbDown"
            small
            aria-pressed={turn.good === false}
            className={judged(false)}
            onClick={() => void judge(false)}
          />
        </>
      )}
      <IconButton label={t('action.copy')} icon="copy" small onClick={() => void copy(answer.words)} />
      {answer.receipt && (
        <Button small look="quiet" icon="receipt" onClick={() => setReceipt(true)}>
          {t('ask.receipt')}
        </Button>
      )}
      {receipt && answer.receipt && <ReceiptDialog receipt={answer.receipt} used={answer.used} onClose={() => setReceipt(false)} />}
    </div>
  )
}
