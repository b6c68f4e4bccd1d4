import { ask } from '../../api/client.ts'
import { isAbort, Problem, problemOf, type Told, unreachable } from '../../api/problem.ts'
import type { Column, Receipt, Row } from '../../api/rows.ts'
import { stream } from '../../api/stream.ts'
import type { ChartShape } from '../../chart/chart-option.ts'

export type Step = Readonly<{ step: string; says: string; sql?: string; ms: number }>
export type Choice = Readonly<{ question: string; says: string; sql: string }>
export type Answer = Readonly<{
  status: 'answered' | 'ask_back' | 'refused'
  mode: string
  source: string
  question: string
  understood?: string
  words: string
  sql?: string
  code?: string
  confidence: number
  used: readonly Readonly<{ table: string; why: string }>[]
  columns: readonly Column[]
  rows: number
  truncated: boolean
  warnings: readonly string[]
  chart?: ChartShape
  follow_ups: readonly string[]
  choices?: readonly Choice[]
  unlinked?: readonly string[]
  receipt?: Receipt
}>

/** One question and what came of it. `lost` is one whose gateway went away; it goes on by itself. */
export type Turn = Readonly<{
  id: number
  question: string
  source: string | undefined
  state: 'running' | 'done' | 'stopped' | 'failed' | 'lost'
  steps: readonly Step[]
  columns: readonly Column[]
  /** Undefined for an answer of earlier, whose rows are not kept. */
  rows: readonly Row[] | undefined
  answer?: Answer
  message?: number
  good?: boolean
  problem?: Problem
}>

export type Talk = Readonly<{ session: string | undefined; name: string; turns: readonly Turn[]; source: string | undefined }>

type Message = Readonly<{ number: number; role: string; content: string; answer?: Answer; good?: boolean }>
type Stored = Readonly<{ session_id: string; name: string; datasource: string; messages: readonly Message[] }>

const LOOK_AGAIN_MS = 1_500
const LOOKS_MAX = 200

/**
 * One conversation. It lives beside the page, so that an answer goes on while one looks at something else; `subscribe` and `read` are what React asks
 * for.
 */
export class Conversation {
  #talk: Talk
  #listeners = new Set<() => void>()
  #controller: AbortController | undefined
  #next = 0

  constructor(session?: string) {
    this.#talk = { session, name: '', turns: [], source: undefined }
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
  readonly read = (): Talk => this.#talk

  get running(): boolean {
    return this.#talk.turns.at(-1)?.state === 'running'
  }

  /** Reads what was said before. */
  async load(signal?: AbortSignal): Promise<void> {
    const { session } = this.#talk
    if (session === undefined || this.#talk.turns.length > 0) return
    const told = await ask<Stored>('GET', `/api/chat/sessions/${encodeURIComponent(session)}`, undefined, signal)
    if (this.#talk.turns.length > 0) return
    this.#set({ name: told.name, source: told.datasource, turns: this.#turnsOf(told.messages) })
  }

  /** Asks, and resolves when the answer has ended, however it did. */
  async say(question: string, source: string | undefined, onSession: (session: string) => void): Promise<void> {
    this.stop()
    const turn: Turn = { id: this.#next++, question, source, state: 'running', steps: [], columns: [], rows: [] }
    this.#set({ turns: [...this.#talk.turns, turn], ...(source === undefined ? {} : { source }) })
    await this.#answer(turn, onSession, true)
  }

  /** Ends what runs, here and in the database. */
  stop(): void {
    this.#controller?.abort()
  }

  rename(name: string): void {
    this.#set({ name })
  }

  judged(id: number, good: boolean): void {
    this.#turn(id, { good })
  }

  async #answer({ id, question, source }: Turn, onSession: (session: string) => void, again: boolean): Promise<void> {
    const own = new AbortController()
    this.#controller = own
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const { session } = this.#talk
    const body = {
      message: question,
      events: 'all',
      zone,
      ...(source ? { datasource: source } : {}),
      ...(session ? { session_id: session } : {}),
    }
    let ended = false
    try {
      for await (const { data } of stream('/api/chat/message/stream', body, own.signal)) {
        const event = data as { type: string } & Record<string, unknown>
        if (event.type === 'session') {
          this.#set({ session: event.session_id as string, source: (event.datasource as string) || this.#talk.source })
          conversations.set(event.session_id as string, this)
          onSession(event.session_id as string)
        }
        ended = this.#take(id, event) || ended
      }
      if (!ended) throw unreachable()
      if (this.#get(id)?.state === 'running') this.#turn(id, { state: 'done' })
    } catch (caught) {
      if (isAbort(caught) || own.signal.aborted) this.#turn(id, { state: 'stopped' })
      else {
        const problem = problemOf(caught)
        const lost = problem.told.code === 'unreachable' && again
        this.#turn(id, { state: lost ? 'lost' : 'failed', problem })
        if (lost) await this.#resume(id, onSession)
      }
    }
  }

  /** Takes in one event of the stream; true for one that ends it. */
  #take(id: number, event: { type: string } & Record<string, unknown>): boolean {
    const turn = this.#get(id)
    if (!turn) return true
    switch (event.type) {
      case 'step':
        this.#turn(id, { steps: [...turn.steps, event as unknown as Step] })
        return false
      case 'columns':
        this.#turn(id, { columns: event.columns as readonly Column[], rows: [] })
        return false
      case 'rows':
        this.#turn(id, { rows: [...(turn.rows ?? []), ...(event.rows as readonly Row[])] })
        return false
      case 'answer': {
        const answer = event.answer as Answer
        this.#turn(id, {
          answer,
          source: answer.source || turn.source,
          ...(typeof event.message === 'number' ? { message: event.message } : {}),
        })
        return false
      }
      case 'error': {
        const told = (event.details ?? { code: 'internal', status: 500, message: String(event.error), mend: 'operator', hint: '' }) as Told
        this.#turn(id, { state: 'failed', problem: new Problem(told) })
        return true
      }
      case 'done':
        this.#turn(id, { state: 'done' })
        return true
      default:
        return false
    }
  }

  /** The gateway went away in the middle: as soon as it is back the answer is read, where it was finished, or asked for again. */
  async #resume(id: number, onSession: (session: string) => void): Promise<void> {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      const turn = this.#get(id)
      if (turn?.state !== 'lost') return
      if (
        !(await fetch('/health').then(
          ({ status }) => status < 500 || status === 503,
          () => false,
        ))
      )
        continue
      this.#turn(id, { state: 'running', steps: [], columns: [], rows: [] })
      return this.#answer(turn, onSession, true)
    }
  }

  #turnsOf(messages: readonly Message[]): readonly Turn[] {
    const turns: Turn[] = []
    for (const message of messages) {
      const last = turns.at(-1)
      if (message.role === 'user') {
        turns.push({
          id: this.#next++,
          question: message.content,
          source: undefined,
          state: 'stopped',
          steps: [],
          columns: [],
          rows: undefined,
        })
      } else if (last) {
        const { answer, good, number } = message
        const done: Turn = {
          ...last,
          state: 'done',
          message: number,
          columns: answer?.columns ?? [],
          source: answer?.source,
          ...(good === undefined ? {} : { good }),
        }
        turns[turns.length - 1] = answer ? { ...done, answer } : { ...done, answer: wordsOnly(message.content, last.question) }
      }
    }
    return turns
  }

  #get(id: number): Turn | undefined {
    return this.#talk.turns.find((turn) => turn.id === id)
  }

  #turn(id: number, change: Partial<Turn>): void {
    this.#set({ turns: this.#talk.turns.map((turn) => (turn.id === id ? { ...turn, ...change } : turn)) })
  }

  #set(change: Partial<Talk>): void {
    this.#talk = { ...this.#talk, ...change }
    for (const listener of this.#listeners) listener()
  }
}

const wordsOnly = (words: string, question: string): Answer => ({
  status: 'refused',
  mode: '',
  source: '',
  question,
  words,
  confidence: 0,
  used: [],
  columns: [],
  rows: 0,
  truncated: false,
  warnings: [],
  follow_ups: [],
})

/** Conversations that were opened in this tab, by their session. */
export const conversations = new Map<string, Conversation>()

/** The conversation of a session; without one, a new one. */
export function conversationOf(session: string | undefined): Conversation {
  if (session === undefined) return new Conversation()
  const known = conversations.get(session)
  if (known) return known
  const opened = new Conversation(session)
  conversations.set(session, opened)
  return opened
}
