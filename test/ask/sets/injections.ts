import { readFileSync } from 'node:fs'

/** A text that gives an order, and where it stands: in a row, in the name of a table and a column, in a comment, or in the question itself. */
export type Injection = Readonly<{ kind: 'row' | 'name' | 'comment' | 'question'; text: string }>

export const injections: readonly Injection[] = readFileSync(new URL('./injections.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Injection)

export const injectionsIn = (kind: Injection['kind']): readonly string[] =>
  injections.filter((one) => one.kind === kind).map(({ text }) => text)
