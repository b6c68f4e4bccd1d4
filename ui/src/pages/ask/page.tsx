import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useMe } from '../../api/me.ts'
import { type Problem, problemOf } from '../../api/problem.ts'
import { Button, IconButton } from '../../kit/button.tsx'
import { Sheet } from '../../kit/dialog.tsx'
import { Failure } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { Composer } from './composer.tsx'
import { History } from './history.tsx'
import { ShareButton } from './share-button.tsx'
import { SharedTalk } from './shared-talk.tsx'
import { conversationOf } from './talk.ts'
import { TurnView } from './turn-view.tsx'
import { Welcome } from './welcome.tsx'

/** A conversation about the data: questions, and answers as they come. */
export function AskPage() {
  const { session } = useParams({ strict: false })
  const search = useSearch({ strict: false })
  if (search.share !== undefined) return <SharedTalk share={search.share} />
  return (
    <TalkPage key={session === undefined ? `new ${search.q ?? ''}` : ''} session={session} source={search.source} question={search.q} />
  )
}

type Props = Readonly<{ session: string | undefined; source: string | undefined; question: string | undefined }>

function TalkPage({ session, source, question }: Props) {
  const { t } = useTexts()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const me = useMe()
  const conversation = useMemo(() => conversationOf(session), [session])
  const talk = useSyncExternalStore(conversation.subscribe, conversation.read)
  const [chosen, setChosen] = useState(source)
  const [history, setHistory] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  useEffect(() => setChosen(source), [source])
  useEffect(() => {
    const gone = new AbortController()
    setProblem(undefined)
    conversation.load(gone.signal).catch((caught: unknown) => !gone.signal.aborted && setProblem(problemOf(caught)))
    return () => gone.abort()
  }, [conversation])
  const sources = me.data?.sources ?? []
  const asked = chosen ?? talk.source ?? (sources.length === 1 ? sources[0]!.name : undefined)
  const say = useCallback(
    (text: string) => {
      const began = (id: string) => {
        void queries.invalidateQueries({ queryKey: ['talks'] })
        if (location.pathname.startsWith('/ask')) void navigate({ to: '/ask/$session', params: { session: id }, search: {}, replace: true })
      }
      void conversation.say(text, asked, began).then(() => queries.invalidateQueries({ queryKey: ['talks'] }))
    },
    [conversation, asked, navigate, queries],
  )
  useFirstQuestion(question, say)
  const end = useEndInSight(talk.turns)
  const last = talk.turns.at(-1)
  return (
    <div className="flex min-h-0 flex-1">
      <section aria-label={t('ask.title')} className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-center gap-1 border-b border-line bg-surface px-3 py-1.5 md:px-4">
          <h1 className="min-w-0 flex-1 truncate font-semibold">{talk.name || t('ask.title')}</h1>
          {talk.session !== undefined && <ShareButton session={talk.session} />}
          <Button small look="quiet" icon="plus" onClick={() => void navigate({ to: '/ask', search: {} })}>
            {t('ask.new')}
          </Button>
          <IconButton label={t('ask.history')} icon="history" className="xl:hidden" onClick={() => setHistory(true)} />
        </div>
        <div ref={end} className="min-h-0 flex-1 overflow-auto">
          <div className="mx-auto flex w-full max-w-4xl flex-col gap-8 px-3 py-6 md:px-6">
            {problem && <Failure problem={problem} />}
            {talk.turns.length === 0 && !problem && session === undefined && <Welcome source={asked} onAsk={say} />}
            {talk.turns.map((turn) => (
              <TurnView key={turn.id} turn={turn} conversation={conversation} last={turn === last} onAsk={say} />
            ))}
          </div>
        </div>
        <Composer source={asked} onSource={setChosen} running={conversation.running} onAsk={say} onStop={() => conversation.stop()} />
      </section>
      <aside className="hidden w-72 shrink-0 flex-col border-l border-line bg-surface xl:flex">
        <History current={talk.session} />
      </aside>
      <Sheet open={history} onOpenChange={setHistory} title={t('ask.history')}>
        <History current={talk.session} onGo={() => setHistory(false)} />
      </Sheet>
    </div>
  )
}

/** A question that came with the address is asked once. */
function useFirstQuestion(question: string | undefined, say: (text: string) => void): void {
  const asked = useRef<string>(undefined)
  useEffect(() => {
    if (question === undefined || question === '' || asked.current === question) return
    asked.current = question
    say(question)
  }, [question, say])
}

/** Keeps the end of the conversation in sight while it grows, unless one has scrolled away from it. */
function useEndInSight(turns: unknown) {
  const box = useRef<HTMLDivElement>(null)
  const near = useRef(true)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = () => {
      near.current = element.scrollHeight - element.scrollTop - element.clientHeight < 160
    }
    element.addEventListener('scroll', look, { passive: true })
    return () => element.removeEventListener('scroll', look)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the turns that make the conversation grow.
  useEffect(() => {
    if (near.current) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [turns])
  return box
}
