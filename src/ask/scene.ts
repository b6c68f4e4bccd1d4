import { type Searchable, searchable } from '../explore.ts'
import type { Scene } from '../nl2sql/nl2sql.ts'
import type { SearchIndex } from '../search/search.ts'
import type { Asking } from './mode.ts'
import { valuesFor } from './values.ts'

/** What the engine reads a question in: the index as the caller sees it, values that they may see, and what the question before came to. */
export type Seen = Readonly<{ scene: Scene; index: SearchIndex; searchable: Searchable }>

export async function sceneOf(asking: Asking): Promise<Seen> {
  const { look, parts, today, asked } = asking
  const seen = await searchable(look, parts)
  const { index, cut } = seen
  const values = await valuesFor(asking, seen)
  const last = asked.before.at(-1)
  // Places of columns mean nothing in another schema.
  const before = last?.query && last.source === look.source.name && last.version === look.schema.version ? last.query : undefined
  const scene: Scene = {
    index,
    ...(cut ? { cut } : {}),
    ...(values ? { values } : {}),
    dialect: look.source.dialect,
    today,
    ...(before ? { before } : {}),
  }
  return { scene, index, searchable: seen }
}
