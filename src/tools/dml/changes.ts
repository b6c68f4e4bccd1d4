import * as z from 'zod'
import { changes, undo } from '../../change.ts'
import { answering, outputOf } from '../answering.ts'
import { changeAnswer } from '../change-answer.ts'
import { askingCall, reads, type Tool } from '../tool.ts'
import { statementsOutput, tokenAlso, tokenField } from './dml-tool.ts'

export const undoChange: Tool = {
  kind: 'answer',
  group: 'dml',
  name: 'undo_change',
  title: 'Undo a change',
  description:
    'Put rows back as they were before a change that you applied, while they are still as it left them. The first call answers a preview and a confirm_token; send both to apply.',
  input: z.strictObject({ change_id: z.string().min(1), source: z.string().optional(), ...tokenField }),
  also: { id: 'change_id', ...tokenAlso },
  output: statementsOutput,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  needs: 'write',
  async answer({ change_id, source, confirm_token }, caller, parts) {
    const id = change_id as string
    const token = confirm_token as string | undefined
    const call = askingCall(
      caller,
      (source as string | undefined) ?? '',
      `undo_change ${id.slice(0, 100)}`,
      token === undefined ? 'preview' : 'undo',
    )
    return changeAnswer(await undo(call, id, token, parts))
  },
}

export const listChanges: Tool = answering({
  group: 'dml',
  name: 'list_changes',
  title: 'List changes',
  description: 'The newest changes that you applied, with their change_id and whether each can still be undone.',
  input: z.strictObject({ source: z.string().optional(), limit: z.int().min(1).max(1_000).optional() }),
  output: outputOf({ changes: 'array' }),
  annotations: reads,
  needs: 'write',
  async ask({ source, limit }, caller, parts) {
    const call = askingCall(caller, (source as string | undefined) ?? '', 'list_changes')
    return { changes: await changes(call, (limit as number | undefined) ?? 50, parts) }
  },
})
