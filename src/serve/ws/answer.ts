import type { AskStep } from '../../answer.ts'
import type { Credential } from '../../call.ts'
import { publicError } from '../../error.ts'
import type { Parts } from '../../gateway.ts'
import { tellUnnamed } from '../../log/log.ts'
import type { Batch, Column, Sink } from '../../result.ts'
import { askedOf, type Caller, newCallId, sqlCall } from '../../tools/declared.ts'
import { asTool } from '../as-tool.ts'
import { columnsJson, type Piece } from '../frame.ts'
import { gateway, type Run } from '../tool-call.ts'
import type { Message, MessageId } from './messages.ts'

export type Asking = Readonly<{
  credential: Credential
  signal: AbortSignal
  parts: Parts
  run: Run | undefined
  send: (pieces: readonly Piece[]) => void | Promise<void>
  progressMs: number
}>

/** Answers one query with messages that carry its id, the last of which is `done` or `error`. Never rejects. */
export async function answer(message: Extract<Message, { fields: unknown }>, asking: Asking): Promise<void> {
  const rows = new Rows(message.id, asking)
  const caller: Caller = { id: newCallId(), door: 'ws', credential: asking.credential, signal: asking.signal }
  const told = setInterval(() => rows.progress(), asking.progressMs)
  let auditId: string | undefined
  try {
    if (message.type === 'question') {
      auditId = caller.id
      return await question(message, rows, caller, asking)
    }
    const call = await sqlCall(message.fields, 'query', caller, asking.parts)
    auditId = caller.id
    await asTool('execute_sql', caller, asking.parts)
    const receipt = await (asking.run ?? (await gateway()))(call, rows, asking.parts)
    void asking.send([`${head('done', message.id)},"truncated":${receipt.truncated},"receipt":${JSON.stringify(receipt)}}`])
  } catch (caught) {
    tellUnnamed(asking.parts.log, auditId, caught)
    const error = publicError(caught, auditId)
    void asking.send([`${head('error', message.id)},"error":${JSON.stringify(error)}}`])
  } finally {
    clearInterval(told)
  }
}

/** A question in plain language: messages `step`, `columns`, `rows` and `progress`, and the answer without its rows in `done`. */
async function question(
  { id, fields }: Extract<Message, { fields: unknown }>,
  rows: Rows,
  caller: Caller,
  { parts, send }: Asking,
): Promise<void> {
  await asTool('natural_language_query', caller, parts)
  const { ask } = await import('../../ask.ts')
  const step = (step: AskStep) => send([`${head('step', id)},"step":${JSON.stringify(step)}}`])
  const { answer } = await ask(askedOf(fields, caller), { step, sink: rows }, newCallId, parts)
  void send([`${head('done', id)},"truncated":${answer.truncated},"answer":${JSON.stringify(answer)}}`])
}

const head = (type: string, id: MessageId): string => `{"type":"${type}","id":${JSON.stringify(id)}`

/** Rows as messages `columns` and `rows`, and how many there were so far as `progress`. */
class Rows implements Sink {
  readonly #id: MessageId
  readonly #send: Asking['send']
  readonly #from = performance.now()
  #rows = 0

  constructor(id: MessageId, { send }: Asking) {
    this.#id = id
    this.#send = send
  }

  columns(columns: readonly Column[]): void | Promise<void> {
    return this.#send([`${head('columns', this.#id)},"columns":${columnsJson(columns)}}`])
  }

  batch(batch: Batch): void | Promise<void> {
    if (batch.rows === 0) return
    this.#rows += batch.rows
    return this.#send([`${head('rows', this.#id)},"rows":[`, batch.json, ']}'])
  }

  progress(): void {
    void this.#send([`${head('progress', this.#id)},"rows":${this.#rows},"ms":${Math.round(performance.now() - this.#from)}}`])
  }
}
