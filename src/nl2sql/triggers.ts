import type { Token } from './link.ts'

const kinds: readonly RegExp[] = [
  /^(each|every|per|by|respective|corresponding|different|various)$/,
  /^(order|ordered|sort|sorted|ascending|descending|alphabetical|alphabetically|ranked|arranged|lexicographic|lexicographical|increasing|decreasing)$/,
  /^(most|least|top|fewest|greatest|biggest|largest|smallest|highest|lowest|maximum|minimum|max|min|best|worst|first|last|\w{3,}est)$/,
  /^(average|avg|mean|total|sum|maximum|minimum|max|min|averages)$/,
  /^(number|count|many|numbers|amount|often)$/,
  /^(than|over|above|below|under|exceeds?|exceeding|before|after|between|greater|less|more|fewer|higher|lower|older|younger|larger|smaller|longer|shorter|least|since|equal)$/,
  /^(whose|with|that|which|who|where|have|has|having|had|in|from|located|named|called|is|are)$/,
  /^(not|no|without|never|except|don|didn|doesn|nor|neither|excluding|isn|aren|wasn)$/,
  /^(and|or|both|also|as|along|together)$/,
  /^(of|for|the)$/,
]

/** Kinds of words that tell what a column beside them is for. */
export const TRIGGERS = kinds.length

/** For each token the kinds of its word, as bits. */
export function triggersOf(tokens: readonly Token[]): Uint16Array {
  return Uint16Array.from(tokens, ({ word }) => kinds.reduce((bits, kind, i) => (kind.test(word) ? bits | (1 << i) : bits), 0))
}
