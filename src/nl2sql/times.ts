import type { DateSpan, Grain, Phrase } from '../phrase/phrase.ts'
import { stemOf, wordsOf } from '../search/search.ts'
import { groupedBy, rangeConditions, withTables } from './follow-edits.ts'
import { columnsIn, columnsOf, dateOf, isDate } from './follow-link.ts'
import { columnOf } from './joins.ts'
import type { Candidate, Query, Scene } from './nl2sql.ts'
import { printQuery } from './print.ts'
import { sayQuery } from './say.ts'

/** A question without the times in it, and the way to put them into what it comes to. */
export type Timed = Readonly<{ gloss: string; put(candidates: readonly Candidate[]): readonly Candidate[] }>

/**
 * Takes the times out of a question (`last month`, `by quarter`), so that its rest is read as any, and puts them onto a date of the tables that
 * it comes to. Undefined where there are none, or nothing in the source that is a date: then numbers and names are left to be read as such.
 */
export function timesOf(phrase: Phrase, scene: Scene): Timed | undefined {
  const { gloss } = phrase
  const dates = phrase.dates.filter((date) => !isWritten(date) && !(date.unit === 'year' && yearsNamed('year', scene)))
  const grains = phrase.grains.filter(({ part }) => !yearsNamed(part, scene))
  if ((dates.length === 0 && grains.length === 0) || dates.length > 2 || grains.length > 1) return undefined
  if (!scene.index.tables.some((_, table) => columnsIn(scene, table).some((column) => isDate(scene, column)))) return undefined
  const cuts = [...dates.map((date) => withVerb(date, gloss, scene)), ...grains].sort((a, b) => b.from - a.from)
  let rest = gloss
  for (const { from, to } of cuts) rest = `${rest.slice(0, from).trimEnd()} ${rest.slice(to).trimStart()}`
  rest = rest
    .replace(/\b(?:of|in|for|from|during|on|at|and)\s+(?=[?!.,]|$)/gi, '')
    .replace(/\s+([?!.,])/g, '$1')
    .trim()
  if (!/\p{L}/u.test(rest)) return undefined
  const put = (candidates: readonly Candidate[]) => {
    const at = candidates.map((one) => placed(one, dates, grains, gloss, scene))
    // What the question comes to first has no date: the time is then a word like others, not a reason to ask of another table.
    return at.slice(0, LIKELY).some((one) => one !== undefined) ? at.flatMap((one) => one ?? []) : []
  }
  return { gloss: rest, put }
}

/** `were shipped in March` is about the date that is called so; the word says nothing else then. */
function withVerb(date: DateSpan, gloss: string, scene: Scene): Readonly<{ from: number; to: number }> {
  const verb =
    /(?:\b(?:that |which |who )?(?:were|was|are|is|have been|has been|got) )?\b(\p{L}+ed|placed|paid|sold|made|born|sent) (?:(?:in|on|during|since|at) )?$/iu.exec(
      gloss.slice(0, date.from),
    )
  if (!verb) return date
  const stem = stemOf(verb[1]!.toLowerCase())
  const named = scene.index.tables.some((_, table) =>
    columnsIn(scene, table).some(
      (column) => isDate(scene, column) && wordsOf(columnOf(scene.index, column).name).map(stemOf).includes(stem),
    ),
  )
  return named ? { from: verb.index, to: date.to } : date
}

const LIKELY = 3

/** A whole date in digits may be meant as it stands, and years alone are what a column of years holds: both are read as values. */
const isWritten = ({ text, unit }: DateSpan): boolean => unit === 'day' && /\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{4}/.test(text)

/** `by year` where a column is called year is grouped by that column. */
const yearsNamed = (part: Grain['part'], scene: Scene): boolean =>
  scene.index.tables.some((_, table) =>
    columnsIn(scene, table).some((column) => !isDate(scene, column) && wordsOf(columnOf(scene.index, column).name).includes(part)),
  )

function placed(
  candidate: Candidate,
  dates: readonly DateSpan[],
  grains: readonly Grain[],
  gloss: string,
  scene: Scene,
): Candidate | undefined {
  const { query } = candidate
  if (query.combine) return undefined
  const column = dateFor(query, gloss, scene)
  if (column < 0) return undefined
  const where = dates.flatMap(({ range }) => rangeConditions({ column }, range))
  const any = query.whereAny && query.where.length > 1
  // A choice between conditions cannot be narrowed in one list.
  if (any && where.length > 0) return undefined
  let made: Query = withTables({ ...query, whereAny: false, where: [...query.where, ...where] }, scene)
  if (grains.length > 0) made = groupedBy(made, [{ column, part: grains[0]!.part }], scene, true)
  const sql = printQuery(made, scene.index, scene.dialect, scene.cut)
  return sql === undefined ? undefined : { ...candidate, query: made, sql, says: sayQuery(made, scene.index) }
}

/** The date that the question means: one that it names (`shipped`), else the one that the rows are about. */
function dateFor(query: Query, gloss: string, scene: Scene): number {
  const said = new Set(wordsOf(gloss).map(stemOf))
  const named = query.tables
    .flatMap((table) => columnsIn(scene, table).filter((column) => isDate(scene, column)))
    .find((column) => {
      const words = wordsOf(columnOf(scene.index, column).name).filter((word) => !/^(?:at|on|date|time|ts)$/.test(word))
      const table = wordsOf(scene.index.tables[scene.index.tableOf[column]!]!.name).map(stemOf)
      return words.length > 0 && words.map(stemOf).every((stem) => said.has(stem) && !table.includes(stem))
    })
  return (
    named ??
    dateOf(
      scene,
      query.tables,
      columnsOf(query).filter((column) => isDate(scene, column)),
    )
  )
}
