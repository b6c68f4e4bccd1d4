/** The bounds of the bank. A question or a statement beyond them is refused; of pairs beyond them the weakest give way. */
export const bounds = {
  /** Of one source. */
  pairsMax: 20_000,
  /** Of one caller in one source. */
  ownMax: 2_000,
  statementCharsMax: 16_000,
  reasonCharsMax: 500,
  /** Candidates of one search whose statement is checked. */
  checksMax: 300,
  /** A statement runs for so long at most to learn the columns of its answer. */
  runMsMax: 10_000,
  runRowsMax: 3,
} as const
