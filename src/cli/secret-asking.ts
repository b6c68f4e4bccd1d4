import { Writable } from 'node:stream'
import { type Terminal, UsageError } from './command.ts'

const BYTES_MAX = 1_000_000

/** Asks for secrets on the terminal without showing them, else takes them from the lines of standard input, one each. */
export async function askSecrets(
  names: readonly string[],
  { in: input, err, signal }: Terminal,
): Promise<Readonly<Record<string, string>>> {
  if (names.length === 0) return {}
  if (!input.isTTY) return fromLines(names, await textOf(input))
  const { createInterface } = await import('node:readline/promises')
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true })
  try {
    const found: Record<string, string> = {}
    for (const name of names) {
      const answer = lines.question('', { signal })
      err.write(`${name} (it is not shown): `)
      found[name] = await answer
      err.write('\n')
    }
    return found
  } finally {
    lines.close()
  }
}

function fromLines(names: readonly string[], text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  if (lines.length !== names.length)
    throw new UsageError(`Standard input must hold ${names.length === 1 ? 'one line' : `${names.length} lines`}: ${names.join(', ')}.`)
  return Object.fromEntries(names.map((name, i) => [name, lines[i]!]))
}

async function textOf(input: Terminal['in']): Promise<string> {
  let text = ''
  for await (const piece of input) {
    text += String(piece)
    if (text.length > BYTES_MAX) throw new UsageError('Standard input is too long for secrets.')
  }
  return text
}
