import * as z from 'zod'
import { listSources } from '../explore.ts'
import { askingCall, reads, type Tool } from './tool.ts'

export const listSourcesTool: Tool = {
  kind: 'answer',
  group: 'core',
  name: 'list_sources',
  title: 'List sources',
  description: 'List the data sources you may use, with their SQL dialect. Start here.',
  input: z.strictObject({}),
  output: { type: 'object', properties: { sources: { type: 'array' } } },
  annotations: reads,
  async answer(_fields, caller, parts) {
    const sources = await listSources(askingCall(caller, '', 'list_sources'), parts)
    const lines = sources.map(
      (one) =>
        `${one.name} (${one.kind === one.dialect ? one.kind : `${one.kind}, ${one.dialect}`})${one.description === '' ? '' : `: ${one.description}`}`,
    )
    return { structured: { sources }, text: lines.length > 0 ? lines.join('\n') : 'You may use no source.' }
  },
}
