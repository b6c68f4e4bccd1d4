import type { Phrase } from '../phrase/phrase.ts'
import { sightOf, tableNamed } from './follow-link.ts'
import { rules } from './follow-rules.ts'
import type { Scene } from './nl2sql.ts'
import type { Query } from './query.ts'
import { sayQuery } from './say.ts'

/** What a turn of a conversation comes to with the turn before: `understood` says it whole, `sure` is the chance that it was meant so. */
export type Followed = Readonly<{ query: Query; understood: string; sure: number }>

const lead =
  /^(?:(?:and|but|so|ok(?:ay)?|now|then|also|please|well|yes|no|hm+|great|thanks?|can you|could you|would you|what about|how about|what if|and what about|only show|i want|i need|i meant|i mean|let'?s see|just)[ ,]+)+/i
const asksAnew = /^(?:how (?:many|much)|what|which|who|whose|where|when|list|show|give|find|count|tell|display|return|get|name)\b/i
const leans =
  /\b(?:them|they|those|these|their|its|it|ones?|that|this|his|her|instead|too|as well|same|of which|the (?:list|results?|rows|others?|rest))\b/i
const things =
  /\b(?:how many|list|show|give me|find|of|all|which|what|the|count|number of|display)\s+(?:the |all |our |different |my |of |me )*((?:\p{L}+ ){0,1}\p{L}+)/giu

/**
 * The query before, changed as a short turn says: `and by month`, `only the German ones`, `what about 2023`. Undefined where the turn is a question
 * of its own, and where not every word of it finds a place in what was asked before: then it is read anew.
 */
export function followUp(phrase: Phrase, scene: Scene): Followed | undefined {
  const { before } = scene
  if (!before || phrase.intent !== 'read') return undefined
  const sight = sightOf(scene, before)
  const whole = phrase.gloss.replace(/[\s?!.。]+$/u, '').trim()
  const led = lead.exec(whole)?.[0] ?? ''
  const rest = whole.slice(led.length).trim()
  if (rest === '' || isWhole(rest, led, sight)) return undefined
  for (const rule of rules) {
    const query = rule({ rest, led: led.toLowerCase(), phrase, sight })
    if (query && differs(query, before)) return { query, understood: sayQuery(query, scene.index), sure: 0.9 }
  }
  return undefined
}

/** A question with its own question word and its own table is none that hangs on another. */
function isWhole(rest: string, led: string, sight: ReturnType<typeof sightOf>): boolean {
  if (leans.test(rest)) return false
  if (!asksAnew.test(rest) && !/\b(?:of|in|for|from|with|per|by|that|who|whose)\b/.test(rest)) {
    // `orders` alone, after customers: the same of another thing, or their own; both are follow-ups where something leads to them.
    return led === '' && tableNamed(rest, sight) >= 0
  }
  if (!asksAnew.test(rest)) return false
  return [...rest.matchAll(things)].some(([, words]) => {
    const [first, second] = words!.split(' ')
    return tableNamed(words!, sight) >= 0 || tableNamed(first!, sight) >= 0 || (second !== undefined && tableNamed(second, sight) >= 0)
  })
}

const differs = (a: Query, b: Query): boolean => JSON.stringify(a) !== JSON.stringify(b)
