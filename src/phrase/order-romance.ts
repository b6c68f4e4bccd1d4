import { stepped, type Word } from './translate.ts'

type Tongue = 'fr' | 'es'
const more: Readonly<Record<Tongue, string>> = { fr: 'plus', es: 'más' }
const less: Readonly<Record<Tongue, string>> = { fr: 'moins', es: 'menos' }
const participle = /(?:ed|sold|bought|paid|written|made)$/
const article = /^the$/

/** French and Spanish put what describes a thing behind it; English puts it before. */
export function romanceOrder(words: readonly Word[], language: Tongue): readonly Word[] {
  return adjectives(superlatives(ago(steps(counted(linked(words)), language))))
}

/** `plus cher` and `más caro` become one word: `more expensive`, or `most expensive` where a definite article leads it. */
function steps(words: readonly Word[], language: Tongue): readonly Word[] {
  const out: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const [next, after] = [words[i + 1], words[i + 2]]
    const said = word.said
    const up = said === more[language] || (language === 'es' && said === 'mas')
    const down = said === less[language]
    const led = /^(?:le|la|les|el|los|las) (?:plus|moins|más|menos)$/.test(said) || word.gloss === 'the most'
    if ((up || down || led) && (next?.kind === 'a' || (next?.kind === 'v' && participle.test(next.gloss)))) {
      const compared = /^(?:que|qu'|de|d')$/.test(after?.said ?? '') && (after?.said.startsWith('q') || words[i + 3]?.kind === 'num')
      const highest = !compared && (led || definite(out))
      const plain = down || /moins|menos/.test(said) ? `${highest ? 'least' : 'less'} ${next.gloss}` : stepped(next.gloss, highest ? 1 : 0)
      out.push({ ...next, gloss: plain, kind: highest ? 's' : 'c', from: word.from })
      i++
      if (compared && after) {
        out.push({ ...after, gloss: 'than', kind: 'w' })
        i++
      }
    } else if ((up || down) && next?.kind === 'n') {
      const compared = words.slice(i + 2, i + 6).some((one) => /^(?:que|qu')$/.test(one.said))
      out.push({ ...word, gloss: compared ? (up ? 'more' : 'fewer') : up ? 'the most' : 'the fewest' })
    } else out.push(word)
  }
  return out
}

/** Does the noun that was said last begin with a definite article, or does one stand right here? */
function definite(words: readonly Word[]): boolean {
  let i = words.length - 1
  if (i >= 0 && article.test(words[i]!.gloss)) return true
  while (i >= 0 && (words[i]!.kind === 'n' || words[i]!.kind === 'a' || words[i]!.kind === 'num' || words[i]!.gloss === 'of')) i--
  return i >= 0 && /(?:^| )the$|^(?:which|what is|all)$/.test(words[i]!.gloss) && i < words.length - 1
}

/** `qui` behind a noun is no question, `à` before a name is where something is, and nothing whose is has an article. */
const linked = (words: readonly Word[]): readonly Word[] =>
  words.flatMap((word, i) => {
    const [before, next] = [words[i - 1], words[i + 1]]
    if (word.said === 'qui' && before && (before.kind === 'n' || before.kind === 'a' || before.kind === 'name'))
      return [{ ...word, gloss: 'that' }]
    if (word.said === 'à' && next?.kind === 'name') return [{ ...word, gloss: 'in' }]
    if (word.gloss === 'the' && before?.gloss === 'whose') return []
    return [word]
  })

/** `les 30 derniers jours` are the last 30 days. */
function counted(words: readonly Word[]): readonly Word[] {
  const out = [...words]
  for (let i = 1; i < out.length; i++) {
    if (out[i - 1]!.kind !== 'num' || !/^(?:last|first|next)$/.test(out[i]!.gloss)) continue
    const [number, order] = [out[i - 1]!, out[i]!]
    out[i - 1] = order
    out[i] = number
  }
  return out
}

/** Superlatives go before their noun: `the product the most expensive`, `the 5 products most expensive`. */
function superlatives(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (const word of words) {
    if (word.kind !== 's') {
      out.push(word)
      continue
    }
    let at = out.length
    if (at > 0 && article.test(out[at - 1]!.gloss)) {
      if (out[at - 2]?.kind === 'n') out.splice(--at, 1)
      else {
        out.push(word)
        continue
      }
    }
    let start = at
    while (
      start > 0 &&
      (out[start - 1]!.kind === 'n' || out[start - 1]!.kind === 'a' || (out[start - 1]!.gloss === 'of' && out[start - 2]?.kind === 'n'))
    )
      start--
    if (start === at) out.push(word)
    else out.splice(start, 0, word)
  }
  return out
}

function adjectives(words: readonly Word[]): readonly Word[] {
  const out = [...words]
  for (let i = 1; i < out.length; i++) {
    if ((out[i]!.kind !== 'a' && out[i]!.gloss !== 'total') || out[i - 1]!.kind !== 'n') continue
    const [noun, adjective] = [out[i - 1]!, out[i]!]
    out[i - 1] = { ...adjective, kind: 'a' }
    out[i] = noun
  }
  return out
}

/** `il y a 3 semaines` and `hace 3 semanas` are `3 weeks ago`; without a time `il y a` says that something is there. */
function ago(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const [number, unit] = [words[i + 1], words[i + 2]]
    if (word.gloss !== 'ago') out.push(word)
    else if (number?.kind === 'num' && unit && /^(?:day|week|month|quarter|year)/.test(unit.gloss)) {
      out.push(number, { ...unit, plural: true }, word)
      i += 2
    } else out.push({ ...word, gloss: 'there are' })
  }
  return out
}
