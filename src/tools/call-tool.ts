import * as z from 'zod'
import type { Tool } from './tool.ts'

export const callToolTool: Tool = {
  kind: 'through',
  group: 'core',
  name: 'call_tool',
  title: 'Call a tool',
  description:
    'Run a tool that find_tools found. Tools that change something first answer a preview and a confirm token; call again with it to apply.',
  input: z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()).optional() }),
  output: { type: 'object' },
  annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
  through: (fields) => ({ name: fields.name as string, fields: fields.arguments }),
}
