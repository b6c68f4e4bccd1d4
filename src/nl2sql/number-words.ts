const words =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
const tens = 'thirty forty fifty sixty seventy eighty ninety hundred'
const known: ReadonlyMap<string, number> = new Map([
  ...words.split(' ').map((word, i): [string, number] => [word, i]),
  ...tens.split(' ').map((word, i): [string, number] => [word, 30 + 10 * i]),
  ['once', 1],
  ['twice', 2],
  ['thousand', 1_000],
  ['dozen', 12],
])

/** The number that one English word says; undefined when it says none. */
export const numberOf = (word: string): number | undefined => known.get(word)
