import { SluiceError } from '../error.ts'

/** Gathers what is wrong with one file, so that an operator mends it in one go. Values are never told, only where they stand. */
export class Problems {
  readonly file: string
  readonly #found: { line: number | undefined; text: string }[] = []

  constructor(file: string) {
    this.file = file
  }

  add(line: number | undefined, text: string): void {
    this.#found.push({ line, text })
  }

  /** What was found so far, in the order of the file. */
  get found(): readonly Readonly<{ line: number | undefined; text: string }>[] {
    return this.#found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
  }

  /** Throws `config_invalid` with one line for each problem, in the order of the file. */
  throwIfAny(): void {
    if (this.#found.length === 0) return
    const lines = this.found.map(({ line, text }) => `${this.file}${line === undefined ? '' : `:${line}`}: ${text}`)
    throw new SluiceError('config_invalid', lines.join('\n'))
  }
}
