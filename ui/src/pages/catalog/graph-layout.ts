import ELK from 'elkjs/lib/elk-api.js'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'

export type Placed = ReadonlyMap<string, Readonly<{ x: number; y: number }>>

/** The arranging runs beside the page, so that it never holds it up. */
let elk: InstanceType<typeof ELK> | undefined

const HEIGHT = 44
const LETTER = 7.6
const EDGE = 44

/** How wide a table of this name is drawn. */
export const widthOf = (name: string): number => Math.max(110, Math.round(name.length * LETTER) + EDGE)

/** Places for tables so that joins can be followed: those that are referred to stand to the right. */
export async function arrange(
  tables: readonly string[],
  edges: readonly Readonly<{ id: string; from: string; to: string }>[],
): Promise<Placed> {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) })
  const graph = await elk.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '140',
      'elk.spacing.nodeNode': '44',
    },
    children: tables.map((id) => ({ id, width: widthOf(id), height: HEIGHT })),
    edges: edges.map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
  })
  return new Map((graph.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]))
}
