/** What a half-typed question may become. `kind` says where it comes from: a usual question, one that was asked and verified, a name, a value. */
export type Completion = Readonly<{ text: string; kind: 'question' | 'asked' | 'name' | 'value' }>

/** Everything that a caller's questions may be completed with, made once for a grant. */
export type Completer = Readonly<{
  questions: readonly Readonly<{ text: string; words: readonly string[]; kind: 'question' | 'asked'; worth: number }>[]
  /** Names of tables and columns as they are said. */
  names: readonly string[]
}>

const TYPED_MAX = 300
const PARTIAL_MIN = 2

export const wordsIn = (text: string): readonly string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []

export function completerOf(
  questions: readonly Readonly<{ question: string; worth: number }>[],
  asked: readonly string[],
  names: readonly string[],
): Completer {
  const own = asked.map((text, i) => ({ text, words: wordsIn(text), kind: 'asked' as const, worth: 1.5 - 0.001 * i }))
  const known = new Set(own.map(({ words }) => words.join(' ')))
  const usual = questions.map(({ question, worth }) => ({ text: question, words: wordsIn(question), kind: 'question' as const, worth }))
  return { questions: [...own, ...usual.filter(({ words }) => !known.has(words.join(' ')))], names: [...new Set(names)].sort() }
}

/** At most `limit` completions of what is typed, best first. `values` gives the values that begin with some letters, for who may see them. */
export function completions(
  typed: string,
  completer: Completer,
  limit: number,
  values: (start: string) => readonly string[] = () => [],
): readonly Completion[] {
  const text = typed.slice(0, TYPED_MAX).trimStart()
  const words = wordsIn(text)
  if (words.length === 0) return best(completer, limit)
  const open = /[\p{L}\p{N}]$/u.test(text)
  const found: Completion[] = []
  const add = (one: Completion) => {
    if (one.text.toLowerCase() !== text.trim().toLowerCase() && !found.some(({ text: known }) => known === one.text)) found.push(one)
  }
  const points = (one: Completer['questions'][number]): number => {
    const fit = fits(words, one.words, open)
    return fit === 0 ? 0 : fit + 0.2 * one.worth
  }
  const whole = completer.questions
    .map((one) => ({ one, points: points(one) }))
    .filter(({ points: many }) => many > 0)
    .sort((a, b) => b.points - a.points || a.one.text.length - b.one.text.length)
  for (const { one } of whole.slice(0, limit)) add({ text: one.text, kind: one.kind })
  for (const one of lastWord(text, completer, values)) add(one)
  return found.slice(0, limit)
}

const best = ({ questions }: Completer, limit: number): readonly Completion[] =>
  [...questions]
    .sort((a, b) => b.worth - a.worth)
    .slice(0, limit)
    .map(({ text, kind }) => ({ text, kind }))

/** 2 where a question begins as typed, 1 where it holds all typed words in their order, the last maybe begun; 0 otherwise. */
function fits(typed: readonly string[], words: readonly string[], open: boolean): number {
  const last = typed.length - 1
  const same = (one: string, at: number) => words[at] === one || (open && words[at]!.startsWith(one))
  if (words.length >= typed.length && typed.every((one, i) => (i === last ? same(one, i) : words[i] === one))) return 2
  let at = 0
  for (let i = 0; i <= last; i++) {
    while (at < words.length && !(i === last ? same(typed[i]!, at) : words[at] === typed[i])) at++
    if (at++ >= words.length) return 0
  }
  return 1
}

/** The word that is being typed, as a name or a value that begins so; two words may be one name. */
function lastWord(text: string, { names }: Completer, values: (start: string) => readonly string[]): readonly Completion[] {
  const out: Completion[] = []
  for (const count of [2, 1]) {
    const match = new RegExp(`(?:[\\p{L}\\p{N}]+ ){${count - 1}}[\\p{L}\\p{N}]+$`, 'u').exec(text)
    if (!match || match[0].length < PARTIAL_MIN) continue
    const start = match[0].toLowerCase()
    const head = text.slice(0, match.index)
    for (const name of from(names, start)) if (name.length > start.length) out.push({ text: head + name, kind: 'name' })
    for (const value of values(start)) if (value.length > start.length) out.push({ text: head + value, kind: 'value' })
  }
  return out
}

const NAMES_MAX = 6

/** The sorted names that begin so. */
function from(names: readonly string[], start: string): readonly string[] {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (names[middle]! < start) low = middle + 1
    else high = middle
  }
  const found: string[] = []
  for (; low < names.length && names[low]!.startsWith(start) && found.length < NAMES_MAX; low++) found.push(names[low]!)
  return found
}
