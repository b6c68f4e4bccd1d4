import { type Across, lookAcross, type Model, type SearchIndex } from '../search/search.ts'
import type { Asked } from './questions.ts'

/** One question over all databases at once, as the ranking of sources sees it; `right` is the place of its own among those looked at. */
export type AtOnce = Readonly<{ asked: Asked; across: Across; names: readonly string[]; right: number }>

/** Looks for a question in every database. */
export function atOnce(asked: Asked, names: readonly string[], indexes: readonly SearchIndex[], model: Omit<Model, 'sources'>): AtOnce {
  const across = lookAcross(
    asked.question,
    indexes.map((index) => ({ index })),
    model,
  )
  const looked = across.places.map((place) => names[place]!)
  return { asked, across, names: looked, right: looked.indexOf(asked.database) }
}
