import * as z from 'zod'
import { type Progress, syncCatalog } from '../catalog.ts'
import { answering, outputOf } from './answering.ts'
import { askingCall } from './tool.ts'

const SOURCES_MAX = 100

export const syncCatalogTool = answering({
  group: 'admin',
  name: 'sync_catalog',
  title: 'Synchronise the catalog',
  description:
    'Read now what sources hold, keep a new version of each that has changed, and answer what changed and which sources are down.',
  input: z.strictObject({
    source: z.string().optional().describe('All that you administer unless said'),
    sources: z.array(z.string()).max(SOURCES_MAX).optional(),
  }),
  output: outputOf({ sources: 'array' }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  needs: 'admin',
  ask: async (fields, caller, parts) => {
    const { source, sources = [] } = fields as Readonly<{ source?: string; sources?: readonly string[] }>
    const wanted = source === undefined ? sources : [source, ...sources]
    const call = askingCall(caller, wanted.length === 1 ? wanted[0]! : '', `sync_catalog ${wanted.join(' ')}`.trim().slice(0, 500))
    const told = ({ done, sources, source, stage }: Progress) => caller.progress?.(done, sources, `${source}: ${stage}`)
    return { sources: await syncCatalog(call, wanted, told, parts) }
  },
})
