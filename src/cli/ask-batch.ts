import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Asked } from '../ask.ts'
import { publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Cell } from '../result.ts'
import type { Files } from './ask-file.ts'
import { batchLines, tooLong } from './batch-lines.ts'
import { type Context, exits } from './command.ts'
import { credentialOf } from './context.ts'
import { put } from './rows-out.ts'

export type BatchAsked = Readonly<{
  file: string
  /** A file for the answers instead of the output. */
  out?: string | undefined
  /** Answer everything with the best guess. */
  all: boolean
  /** Rows of each answer; 0 is none. */
  rows: number
}>

/** One line of answers. `sql` is the best guess also where it is not an answer; `ask_back` are the readings to choose among. */
type Line = Readonly<{
  id: unknown
  sql: string | null
  answered: boolean
  confidence: number
  ask_back?: readonly Readonly<{ says: string; sql: string }>[]
  unlinked?: readonly string[]
  rows?: readonly (readonly Cell[])[]
  error?: Readonly<{ code: string; message: string }>
}>

type Request = Readonly<{ id: unknown; source: string; question: string }>

/**
 * Reads lines of `{id, source, question}` and writes a line for each, in order. `source` is a configured one, which is asked as the caller, or the
 * path of an SQLite file, which is only read and needs no configuration. A line that cannot be answered says why and stops no other.
 */
export async function askBatch(asked: BatchAsked, context: Context): Promise<number> {
  const { terminal } = context
  const out = asked.out === undefined ? terminal.out : createWriteStream(asked.out)
  const answerer = new BatchAnswerer(asked, context)
  try {
    for await (const line of batchLines(asked.file, terminal.in, '{"id": …, "source": "…", "question": "…"}')) {
      terminal.signal.throwIfAborted()
      const request = requestOf(line)
      if (request === undefined) continue
      const answer = 'error' in request ? request : await answerer.answer(request)
      await put(out, `${JSON.stringify(answer, bigAsText)}\n`)
    }
  } finally {
    await answerer.close()
    if (out !== terminal.out) {
      out.end()
      await once(out, 'finish')
    }
  }
  return exits.ok.code
}

const bigAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

const failure = (id: unknown, code: string, message: string): Line & Readonly<{ error: object }> => ({
  id,
  sql: null,
  answered: false,
  confidence: 0,
  error: { code, message },
})

/** Undefined for an empty line. */
function requestOf(line: string | typeof tooLong): Request | (Line & Readonly<{ error: object }>) | undefined {
  if (line === tooLong) return failure(null, 'body_too_large', 'The line is longer than a request may be.')
  if (line.trim() === '') return undefined
  let request: unknown
  try {
    request = JSON.parse(line)
  } catch {
    return failure(null, 'body_unreadable', 'The line is not JSON.')
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    return failure(null, 'field_invalid', 'The line is not a JSON object.')
  const { id = null, source, question } = request as Record<string, unknown>
  for (const [name, value] of Object.entries({ source, question })) {
    if (value === undefined) return failure(id, 'field_missing', `The line has no field ${name}.`)
    if (typeof value !== 'string') return failure(id, 'field_invalid', `The field ${name} is not a string.`)
  }
  return { id, source: source as string, question: question as string }
}

/** Opens what lines need when the first needs it, and keeps it for the others. */
class BatchAnswerer {
  private readonly asked: BatchAsked
  private readonly context: Context
  private files: Promise<Files> | undefined
  private gateway: Promise<Gateway> | undefined
  constructor(asked: BatchAsked, context: Context) {
    this.asked = asked
    this.context = context
  }

  async answer({ id, source, question }: Request): Promise<Line> {
    const { signal } = this.context.terminal
    // An engine that cannot be loaded is no fault of a line.
    if (isPath(source)) {
      this.files ??= openedFiles(this.context)
      await this.files
    }
    try {
      if (!/[\p{L}\p{N}]/u.test(question)) throw new SluiceError('question_empty', 'There is no question.')
      return isPath(source) ? await this.fromFile(id, resolve(source), question) : await this.fromGateway(id, source, question)
    } catch (error) {
      signal.throwIfAborted()
      // A damaged configuration is no fault of a line.
      if (error instanceof SluiceError && error.code === 'config_invalid') throw error
      const { code, message } =
        error instanceof SluiceError ? publicError(error) : { code: 'internal', message: 'The question could not be answered.' }
      return failure(id, code, message)
    }
  }

  private async fromFile(id: unknown, path: string, question: string): Promise<Line> {
    if (!existsSync(path)) throw new SluiceError('source_unknown', 'There is no such file.')
    const { reading, judged, rows } = await (await this.files!).ask(path, question, this.asked.rows)
    const { best, status, confidence, choices } = judged
    const answered = best !== undefined && (this.asked.all || status === 'answered')
    return {
      id,
      sql: best?.sql ?? null,
      answered,
      confidence: rounded(confidence),
      ...(status === 'ask_back' && !this.asked.all ? { ask_back: choices.map(({ says, sql }) => ({ says, sql })) } : {}),
      ...(answered || reading.unlinked.length === 0 ? {} : { unlinked: reading.unlinked }),
      ...(answered && rows ? { rows } : {}),
    }
  }

  private async fromGateway(id: unknown, source: string, question: string): Promise<Line> {
    this.gateway ??= openedGateway(this.context)
    const { answer, rows } = await (await this.gateway).ask(source, question, this.asked)
    const guess = answer.sql ?? answer.choices?.[0]?.sql
    const answered = answer.status === 'answered' || (this.asked.all && guess !== undefined)
    return {
      id,
      sql: guess ?? null,
      answered,
      confidence: rounded(answer.confidence),
      ...(answer.status === 'ask_back' && !this.asked.all
        ? { ask_back: (answer.choices ?? []).map(({ says, sql }) => ({ says, sql })) }
        : {}),
      ...(answered || !answer.unlinked?.length ? {} : { unlinked: answer.unlinked }),
      ...(answered && this.asked.rows > 0 ? { rows } : {}),
    }
  }

  async close(): Promise<void> {
    // What could not be opened has been told by its line.
    await Promise.allSettled([this.files?.then((files) => files.close()), this.gateway?.then((gateway) => gateway.close())])
  }
}

const rounded = (confidence: number): number => Math.round(10_000 * confidence) / 10_000

/** Names of sources hold neither slashes nor the endings of files. */
const isPath = (source: string): boolean => /[\\/]|\.(sqlite3?|db)$/i.test(source)

async function openedFiles({ terminal }: Context): Promise<Files> {
  const [{ openFinder }, { openFiles }] = await Promise.all([import('../finder/finder.ts'), import('./ask-file.ts')])
  const finder = openFinder({ folder: '' })
  const [{ lexicon }, engine] = await Promise.all([finder.data(), finder.engine()])
  return openFiles({ engine, lexicon, today: new Date().toISOString().slice(0, 10), signal: terminal.signal })
}

type FromGateway = Awaited<ReturnType<typeof import('../ask.ts').ask>> & Readonly<{ rows: readonly (readonly Cell[])[] }>
type Gateway = Readonly<{
  ask(source: string, question: string, asked: BatchAsked): Promise<FromGateway>
  close(): Promise<void>
}>

const ROWS_BYTES = 16 * 1024 * 1024

async function openedGateway({ config, house, terminal }: Context): Promise<Gateway> {
  const settings = await config()
  const { parts, close } = await house.openParts(settings)
  const [{ ask, kept }, { newCallId }] = await Promise.all([import('../ask.ts'), import('../tools/tools.ts')])
  return {
    close,
    async ask(source, question, { rows: rowsMax, all }) {
      const sink = kept(rowsMax, ROWS_BYTES)
      const asked: Asked = {
        ...callerOf(terminal, newCallId()),
        question,
        source,
        before: [],
        ...(all ? { always: true } : {}),
        ...(rowsMax > 0 ? { rowsMax } : {}),
      }
      const answered = await ask(asked, { step: () => undefined, sink }, newCallId, parts as Parts)
      return { ...answered, rows: rowsMax > 0 ? sink.cells() : [] }
    },
  }
}

const callerOf = (terminal: Context['terminal'], id: string) =>
  ({ id, door: 'cli', credential: credentialOf(terminal), signal: terminal.signal }) as const
