import * as z from 'zod'
import { recorded } from '../explore.ts'
import { answering, outputOf } from './answering.ts'
import { bankTools } from './chat2sql/bank.ts'
import { lightweightTools } from './chat2sql/lightweight.ts'
import { standaloneTools } from './chat2sql/standalone.ts'
import { askingCall, reads, type Tool } from './tool.ts'

const about = {
  mode: 'lightweight',
  meaning:
    'Your model writes the SQL; the gateway tells it the schema, checks every statement and runs what is allowed. No model of the gateway is needed.',
  steps: [
    'get_schema_for_llm {source, question}: the tables that fit, with the rules of the dialect',
    'write one SELECT',
    'validate_sql_only {source, sql}: correct it by code, reason and hint until it is valid',
    'execute_validated_sql {source, sql}: the rows, with a receipt',
  ],
  tools: [...lightweightTools.map(({ name }) => name), 'get_lightweight_mode_info'],
  needs_a_model: [],
} as const

const getLightweightModeInfo = answering({
  group: 'chat2sql',
  name: 'get_lightweight_mode_info',
  title: 'How to ask without a model',
  description: 'How chat-to-SQL works here without a model of the gateway: which tools, in which order.',
  input: z.strictObject({}),
  output: outputOf({
    mode: 'string',
    meaning: 'string',
    steps: 'array',
    tools: 'array',
    needs_a_model: 'array',
    configured: 'string',
    model: 'string',
  }),
  annotations: reads,
  needs: 'read',
  ask: (_fields, caller, parts) => {
    const call = askingCall(caller, '', 'get_lightweight_mode_info')
    return recorded(
      call,
      parts,
      () => 1,
      async (entry, principal) => {
        entry.identified(principal)
        const { mode } = parts.ask
        return { ...about, configured: mode ?? 'client over MCP, built-in elsewhere', ...(parts.llm ? { model: parts.llm.model } : {}) }
      },
    )
  },
})

export const chat2sqlTools: readonly Tool[] = [...lightweightTools, getLightweightModeInfo, ...standaloneTools, ...bankTools]
