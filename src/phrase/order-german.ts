import type { Word } from './translate.ts'

const pronoun = /^(?:die|der|das|den|dem|denen|welche|welcher|welches)$/
const closing = /^[,?!.;]$/

/** German keeps the verb of a clause to its end, and says some prepositions of time in its own way. */
export function germanOrder(words: readonly Word[]): readonly Word[] {
  return relatives(times(words)).filter(
    (word, i, all) => !(word.said === 'an' && (i === all.length - 1 || closing.test(all[i + 1]!.gloss))),
  )
}

const isTime = (word: Word | undefined): boolean =>
  word?.kind === 'time' || (word?.kind === 'num' && /^(?:1[5-9]|20)\d\d$/.test(word.gloss))

function times(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const [next, after] = [words[i + 1], words[i + 2]]
    if (word.said === 'der' && /^(?:n|name)$/.test(words[i - 1]?.kind ?? '') && next && next.kind !== 'mark')
      out.push({ ...word, gloss: 'of the' })
    else if (word.said === 'am' && next?.kind === 's') out.push({ ...word, gloss: 'the' })
    else if (word.said === 'nach' && isTime(next)) out.push({ ...word, gloss: 'after' })
    else if (word.said === 'ab' && isTime(next)) out.push({ ...word, gloss: 'since' })
    else if (word.said === 'von' && isTime(next)) out.push({ ...word, gloss: 'from' })
    else if (word.said === 'vor' && next?.kind === 'num' && after && /^(?:day|week|month|quarter|year)/.test(after.gloss)) {
      out.push(next, { ...after, plural: true }, { ...word, gloss: 'ago' })
      i += 2
    } else if (word.kind === 'num' && next?.gloss === '.' && next.tight && after && /^(?:quarter|half-year)/.test(after.gloss)) {
      out.push({ ...word, gloss: after.gloss.startsWith('q') ? `Q${word.gloss}` : `H${word.gloss}`, kind: 'time', to: after.to })
      i += 2
    } else out.push(word)
  }
  return out
}

/** `, die mehr als 100 kosten` becomes `that cost more than 100`. */
function relatives(words: readonly Word[]): readonly Word[] {
  const out: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const next = words[i + 1]
    const owns = next?.said === 'deren' || next?.said === 'dessen'
    if (word.gloss !== ',' || !next || !(pronoun.test(next.said) || owns)) {
      out.push(word)
      continue
    }
    let end = i + 2
    while (end < words.length && !closing.test(words[end]!.gloss) && words[end]!.gloss !== 'and') end++
    const clause = words.slice(i + 2, end)
    const verb = clause.findLastIndex(({ kind }) => kind === 'v')
    const last = verb >= 0 && verb >= clause.length - 2 ? verb : -1
    if (owns) {
      // `deren Preis über 100 liegt`: the verb goes behind its subject.
      const rest = clause.filter((_, k) => k !== last)
      const subject = rest.findIndex(({ kind }) => kind === 'n')
      out.push(
        { ...next, gloss: 'whose', kind: 'w' },
        ...rest.slice(0, subject + 1),
        ...(last >= 0 ? [clause[last]!] : []),
        ...rest.slice(subject + 1),
      )
    } else out.push({ ...next, gloss: 'that', kind: 'w' }, ...(last >= 0 ? [clause[last]!] : []), ...clause.filter((_, k) => k !== last))
    i = end - 1
    if (words[end]?.gloss === ',') i++
  }
  return out
}
