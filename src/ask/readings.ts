import type { Engine, Reading, Scene } from '../nl2sql/nl2sql.ts'

type Kept = Readonly<{ scene: Scene; reading: Reading }>

const KEPT_MAX = 64
const kept = new WeakMap<Engine, Map<string, Kept>>()

/**
 * What the engine reads in a question. Reading is pure, so what was read in the same scene is remembered: a question that many ask, or one that is
 * asked again, is not read twice. Another schema, grant, day or turn before is another scene.
 */
export function readOnce(engine: Engine, question: string, scene: Scene): Reading {
  const known = kept.get(engine) ?? new Map<string, Kept>()
  kept.set(engine, known)
  const key = JSON.stringify([question, scene.dialect, scene.today, scene.before ?? null])
  const one = known.get(key)
  known.delete(key)
  if (one && one.scene.index === scene.index && one.scene.cut === scene.cut && one.scene.values === scene.values) {
    known.set(key, one)
    return one.reading
  }
  const reading = engine.read(question, scene)
  if (known.size >= KEPT_MAX) known.delete(known.keys().next().value!)
  known.set(key, { scene, reading })
  return reading
}
