import type { Asked } from '../ask.ts'
import type { Fields } from './fields.ts'
import type { Caller } from './tool.ts'

/** A question as checked fields say it. */
export function askedOf(fields: Fields, { id, door, credential, signal, lend }: Caller): Asked {
  const { question, source, mode, limit, today, zone, execute } = fields as Readonly<{
    question: string
    source?: string
    mode?: Asked['mode']
    limit?: number
    today?: string
    zone?: string
    execute?: boolean
  }>
  return {
    id,
    door,
    credential,
    signal,
    question,
    source: source ?? '',
    before: [],
    ...(mode === undefined ? {} : { mode }),
    ...(limit === undefined ? {} : { rowsMax: limit }),
    ...(today === undefined ? {} : { today }),
    ...(zone === undefined ? {} : { zone }),
    ...(execute === undefined ? {} : { execute }),
    ...(lend === undefined ? {} : { lend }),
  }
}
