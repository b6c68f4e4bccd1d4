import { firstLook, type Model, SOURCE_SIGNS, secondSigns, widths } from '../search/search.ts'
import type { AtOnce } from './at-once.ts'
import type { Example } from './examples.ts'
import { boost, type Fitted, randomOf, type Settings } from './fit.ts'

/** Everything but the ranking of sources, which is learnt from what this says. */
export type Trained = Omit<Model, 'sources'>

const first: Settings = { trees: 90, depth: 5, rate: 0.12, rowsShare: 0.5, figuresShare: 0.35, leafMin: 20, seed: 1 }
const second: Settings = { trees: 140, depth: 5, rate: 0.08, rowsShare: 0.5, figuresShare: 0.35, leafMin: 25, seed: 2 }

/** Learns from the examples. The second look learns from what a first look said that had not seen their databases. */
export function train(examples: readonly Example[]): Trained {
  const names = [...new Set(examples.map(({ asked }) => asked.database))].sort()
  const half = new Map(names.map((name, i) => [name, i % 2]))
  const sides = [0, 1].map((side) => examples.filter(({ asked }) => half.get(asked.database) === side))
  const firsts = sides.map((side) => ({
    tables: forestOf(
      side,
      (one) => one.signs.tables,
      widths.tables,
      (one) => one.tableLabels,
      first,
    ),
    columns: forestOf(
      side,
      (one) => one.signs.columns,
      widths.columns,
      (one) => one.columnLabels,
      first,
    ),
  }))
  const looked = new Map(
    examples.map((one) => {
      const other = firsts[1 - half.get(one.asked.database)!]!
      return [one, secondSigns(one.scope, one.signs, firstLook(one.signs, { tables: [other.tables], columns: [other.columns] }))]
    }),
  )
  return {
    tables: firsts.map(({ tables }) => tables),
    columns: firsts.map(({ columns }) => columns),
    tablesTwo: [
      forestOf(
        examples,
        (one) => looked.get(one)!.tables,
        widths.tablesTwo,
        (one) => one.tableLabels,
        second,
      ),
    ],
    columnsTwo: [
      forestOf(
        examples,
        (one) => looked.get(one)!.columns,
        widths.columnsTwo,
        (one) => one.columnLabels,
        second,
      ),
    ],
  }
}

function forestOf(
  examples: readonly Example[],
  rowsOf: (one: Example) => Float32Array,
  figures: number,
  labelsOf: (one: Example) => Uint8Array,
  settings: Settings,
): Fitted {
  const random = randomOf(settings.seed + 7)
  const picked = examples.map((one) => pick(labelsOf(one), random))
  const count = picked.reduce((sum, { rows }) => sum + rows.length, 0)
  const rows = new Float32Array(count * figures)
  const labels = new Uint8Array(count)
  const weights = new Float32Array(count)
  let at = 0
  examples.forEach((one, k) => {
    const all = rowsOf(one)
    for (const row of picked[k]!.rows) {
      rows.set(all.subarray(row * figures, (row + 1) * figures), at * figures)
      labels[at] = labelsOf(one)[row]!
      weights[at] = labels[at] === 1 ? 1 : picked[k]!.weight
      at++
    }
  })
  return boost({ rows, figures, labels, weights }, settings)
}

/** Of a wide database not every wrong answer teaches something new: those that are kept count for the others. */
function pick(labels: Uint8Array, random: () => number): Readonly<{ rows: readonly number[]; weight: number }> {
  const share = Math.min(1, WRONG_MAX / labels.length)
  return { rows: [...labels.keys()].filter((i) => labels[i] === 1 || share === 1 || random() < share), weight: 1 / share }
}
const WRONG_MAX = 28

const ofSources: Settings = { trees: 80, depth: 4, rate: 0.1, rowsShare: 0.7, figuresShare: 0.5, leafMin: 20, seed: 3 }

/** Learns to tell the right source from the others. */
export function trainSources(examples: readonly AtOnce[]): Fitted {
  const useful = examples.filter(({ right }) => right >= 0)
  const labels = Uint8Array.from(useful.flatMap(({ names, right }) => names.map((_, i) => (i === right ? 1 : 0))))
  const rows = new Float32Array(labels.length * SOURCE_SIGNS)
  let at = 0
  for (const { across } of useful) {
    rows.set(across.signs, at)
    at += across.signs.length
  }
  return boost({ rows, figures: SOURCE_SIGNS, labels }, ofSources)
}
