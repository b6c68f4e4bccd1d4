import { type Phrase, readPhrase } from '../phrase/phrase.ts'
import type { Model } from '../search/search.ts'
import { aliased } from './aliased.ts'
import { DOUBTS, doubtsOf } from './doubts.ts'
import { CANDIDATE_SIGNS, candidatesFor } from './engine.ts'
import { carriedOver } from './follow-reading.ts'
import { link } from './link.ts'
import type { AskModel } from './model.ts'
import type { Engine, Reading, Scene } from './nl2sql.ts'
import { packAsk, unpackAsk } from './pack-model.ts'
import { judgeWith, orderCandidates, packRanking, type Ranking, unpackRanking } from './rank.ts'
import { timesOf } from './times.ts'
import { idleWords, inLearntWords } from './wording.ts'

/** What an engine is made of; without a ranking candidates go by their own scores, and little is trusted. */
export type EngineParts = Readonly<{ model: AskModel; search: Omit<Model, 'sources'>; ranking?: Ranking }>

/** The engine: reading is pure, and the same question in the same scene is always read the same way. */
export function openEngine({ model, search, ranking }: EngineParts): Engine {
  const harmless = new Set([...(ranking?.harmless ?? []), ...idleWords])
  return {
    read: (question, scene) => readWith(question, scene, { model, search, ranking, harmless }),
    judge: (reading, outcomes) => judgeWith(reading, outcomes, ranking),
  }
}

type Reader = Readonly<{ model: AskModel; search: Omit<Model, 'sources'>; ranking: Ranking | undefined; harmless: ReadonlySet<string> }>

function readWith(question: string, scene: Scene, { model, search, ranking, harmless }: Reader): Reading {
  const phrase = readPhrase(question, scene.today)
  const { language, intent, gloss } = phrase
  const nothing = {
    language,
    intent,
    understood: gloss,
    unlinked: [],
    doubts: new Float32Array(DOUBTS),
    candidates: [],
  }
  if (!readable(phrase)) return nothing
  const carried = carriedOver(phrase, scene)
  if (carried) return { ...nothing, ...carried }
  const seen = seenWith(phrase, scene)
  const timed = timesOf(phrase, scene)
  const linked = link(inLearntWords(timed?.gloss ?? gloss, seen), seen, search)
  const { unlinked, figures: doubts } = doubtsOf(linked, harmless)
  const candidates = orderCandidates(candidatesFor(linked, seen, model), ranking)
  if (!timed) return { ...nothing, unlinked, doubts, candidates }
  const placed = timed.put(candidates)
  // Where no date is to be had, times are words as others are.
  const rest =
    placed.length > 0 ? placed : orderCandidates(candidatesFor(link(inLearntWords(gloss, seen), seen, search), seen, model), ranking)
  return { ...nothing, unlinked, doubts, candidates: rest }
}

/** Countries are found by any of their names. */
function seenWith({ aliases }: Phrase, scene: Scene): Scene {
  const values = aliased(scene.values, aliases)
  return values === undefined ? scene : { ...scene, values }
}

const readable = ({ intent, problem }: Phrase): boolean => (intent === 'read' || intent === 'several') && problem === undefined

/** Both models as the bytes of one file, and back. Throws an Error when the bytes are none of this version. */
export function packEngine(model: AskModel, ranking: Ranking | undefined): Uint8Array {
  const [first, second] = [packAsk(model), ranking ? packRanking(ranking) : new Uint8Array()]
  const whole = new Uint8Array(4 + first.length + second.length)
  new DataView(whole.buffer).setUint32(0, first.length, true)
  whole.set(first, 4)
  whole.set(second, 4 + first.length)
  return whole
}

export function unpackEngine(bytes: Uint8Array): Readonly<{ model: AskModel; ranking?: Ranking }> {
  const length = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (length === 0 || 4 + length > bytes.length) throw new Error('The model of questions is not one of this version.')
  const model = unpackAsk(bytes.subarray(4, 4 + length))
  if (bytes.length === 4 + length) return { model }
  const ranking = unpackRanking(bytes.subarray(4 + length))
  // A ranking that was learnt from other signs would say something, and nothing would tell that it is nonsense.
  if (ranking.signs !== CANDIDATE_SIGNS) throw new Error('The ranking of questions is not one of this version.')
  return { model, ranking }
}
