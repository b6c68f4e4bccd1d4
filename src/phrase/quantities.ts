/** What a number of a question is there for, told by the words before it; `limit` is how many rows are wanted. */
export type Compare = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'between' | 'limit'

/** A number in the gloss. `value` is its digits, `percent` that it is said as a share of a hundred; of `between` the second number follows as its own. */
export type Quantity = Readonly<{ value: string; from: number; to: number; percent: boolean; compare?: Compare }>

const before: readonly (readonly [Compare, RegExp])[] = [
  ['between', /\b(?:between|from) (?:[\w.,]+ )?(?:and |to )?$/i],
  ['!=', /\b(?:not|other than|different from|not equal to|except) $|(?:!=|<>) ?$/i],
  [
    '>=',
    /\b(?:at least|no less than|no fewer than|not less than|not fewer than|minimum(?: of)?|from|greater than or equal to|more than or equal to) $|>= ?$/i,
  ],
  [
    '<=',
    /\b(?:at most|no more than|not more than|maximum(?: of)?|up to|less than or equal to|fewer than or equal to|not exceeding) $|<= ?$/i,
  ],
  ['<', /\b(?:(?:less|fewer|lower|smaller|cheaper|younger|shorter|lighter|worse|earlier|less \p{L}+) than|under|below|beneath) $|< ?$/iu],
  [
    '>',
    /\b(?:(?:more|greater|higher|larger|bigger|older|longer|taller|heavier|better|later|costlier|\p{L}+er|more \p{L}+) than|over|above|exceed(?:s|ing)?|beyond) $|(?<![<=])> ?$/iu,
  ],
  ['=', /\b(?:exactly|equal to|equals?|just|is|are|precisely|of) $|(?<![<>!])= ?$/i],
]
const wanted =
  /\b(?:top|first|best|last|bottom|show|list|give me|limit(?:ed)? to|only(?: the)?(?: (?:top|first|last))?|(?:the|my|our) (?:top|first|last)?) $/i

/** The numbers of an English text, in order; those that belong to a date are among them. */
export function quantitiesIn(text: string): readonly Quantity[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}_.#-])-?\d+(?:\.\d+)?(?![\p{L}_\d])/gu)].map((match) => {
    const led = text.slice(Math.max(0, match.index - 40), match.index).replace(/(?:the |a |about |around )$/i, '')
    const to = match.index + match[0].length
    const behind =
      /^(?: or | and )(more|greater|higher|above|over|older|later|less|fewer|lower|below|under|younger|earlier|up|down)\b(?! than| (?:an? )?\d)/i.exec(
        text.slice(to),
      )
    const compare = behind
      ? /more|greater|higher|above|over|older|later|up/i.test(behind[1]!)
        ? ('>=' as const)
        : ('<=' as const)
      : (before.find(([, shape]) => shape.test(led))?.[0] ?? (wanted.test(led) ? ('limit' as const) : undefined))
    return { value: match[0], from: match.index, to, percent: /^ ?(?:%|percent)/i.test(text.slice(to)), ...(compare ? { compare } : {}) }
  })
}
