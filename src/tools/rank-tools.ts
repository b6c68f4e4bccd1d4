import type { Declaration } from './declared.ts'

/** What a word is worth by where it stands. */
const worth = { name: 4, title: 3, group: 2, description: 1.5, field: 1 } as const

/** The tools that fit a query, best first; all of them, in their own order, when it holds no word. Pure. */
export function rankTools(query: string, tools: readonly Declaration[]): readonly Declaration[] {
  const asked = [...new Set(wordsOf(query).filter((word) => !idle.has(word)))]
  if (asked.length === 0) return tools
  const exact = query.trim().toLowerCase()
  const places = tools.map(placesOf)
  // A word that every tool has tells nothing of any.
  const rare = asked.map((word) => Math.log(1 + tools.length / (1 + places.filter((place) => fits(word, place) > 0).length)))
  return tools
    .map((tool, i) => {
      const each = asked.map((word, at) => fits(word, places[i]!) * rare[at]!)
      const share = each.filter((points) => points > 0).length / asked.length
      return { tool, score: each.reduce((sum, points) => sum + points, 0) * (0.5 + share) + (tool.name === exact ? 100 : 0) }
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ tool }) => tool)
}

type Place = Readonly<{ words: readonly string[]; points: number }>

function placesOf({ name, title, group, description, inputSchema }: Declaration): readonly Place[] {
  const fields = Object.keys((inputSchema.properties as object | undefined) ?? {})
  return [
    { words: wordsOf(name), points: worth.name },
    { words: wordsOf(title), points: worth.title },
    { words: [group], points: worth.group },
    { words: wordsOf(description), points: worth.description },
    { words: fields.flatMap(wordsOf), points: worth.field },
  ]
}

/** The points of the best place, and a little of the others. */
function fits(word: string, places: readonly Place[]): number {
  const found = places.map(({ words, points }) => Math.max(0, ...words.map((one) => like(word, one))) * points)
  const best = Math.max(...found)
  return best + 0.2 * (found.reduce((sum, points) => sum + points, 0) - best)
}

function like(word: string, one: string): number {
  if (word === one) return 1
  if (meanings.get(word) === one || stem(word) === stem(one) || meanings.get(stem(word)) === stem(one)) return 0.9
  return word.length > 2 && one.length > 2 && (one.startsWith(word) || word.startsWith(one)) ? 0.6 : 0
}

/** Words that people use for what the tools call otherwise. */
const meanings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    remove: 'delete',
    add: 'insert',
    new: 'create',
    modify: 'update',
    change: 'update',
    edit: 'update',
    load: 'import',
  }).concat(
    Object.entries({
      upload: 'import',
      csv: 'import',
      log: 'audit',
      right: 'permission',
      access: 'permission',
      plan: 'explain',
      speed: 'optimize',
    }),
    Object.entries({
      repair: 'fix',
      correct: 'fix',
      empty: 'truncate',
      copy: 'backup',
      question: 'query',
      cpu: 'metrics',
      memory: 'metrics',
    }),
  ),
)

const idle = new Set([
  'a',
  'an',
  'the',
  'of',
  'to',
  'in',
  'for',
  'with',
  'and',
  'or',
  'is',
  'are',
  'how',
  'do',
  'i',
  'me',
  'my',
  'tool',
  'tools',
])

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
const stem = (word: string): string => word.replace(/(?<=...)(ies|es|s|ing|ed|ion|ions)$/, '')
