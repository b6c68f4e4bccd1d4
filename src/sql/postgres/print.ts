import { createRequire } from 'node:module'
import { SluiceError } from '../../error.ts'
import { type Node, statements } from './parser.ts'
import { same } from './tree.ts'

type Deparser = Readonly<{ deparseSync(tree: unknown, options: Readonly<Record<string, unknown>>): string }>

const require = createRequire(import.meta.url)
let deparser: Deparser | undefined

/** The statement as text. It is read again and compared, so that a fault of the printer can never change what runs. */
export function print(stmt: Node): string {
  deparser ??= require('pgsql-deparser') as Deparser
  const text = written(deparser, stmt)
  let again: readonly Node[]
  try {
    again = statements(text)
  } catch (error) {
    throw unfaithful(error)
  }
  if (again.length !== 1 || !same(again[0], stmt)) throw unfaithful()
  return text
}

function written(printer: Deparser, stmt: Node): string {
  try {
    return printer.deparseSync(stmt, { pretty: false })
  } catch (error) {
    throw unfaithful(error)
  }
}

const unfaithful = (cause?: unknown): SluiceError =>
  new SluiceError('feature_refused', 'The statement uses syntax that cannot be printed back exactly.', {
    cause,
    hint: 'Write the statement in a simpler way.',
  })
