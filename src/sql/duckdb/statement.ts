import { SluiceError } from '../../error.ts'
import type { Facts, Kind } from '../../facts.ts'

/** Comments and space before a word of the statement; comments of DuckDB do nest, but nothing that nests is taken for space here. */
const space = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*(?:[^*/]|\*(?!/)|/(?!\*))*\*/)`
const explainWord = new RegExp(`^${space}*EXPLAIN(?=[\\s(/-])${space}*`, 'i')
const analyzeWord = new RegExp(`^ANALYZE(?=[\\s(/-])${space}*`, 'i')
const option =
  /^\(\s*((?:analyze|format\s+(?:text|json|html|yaml|mermaid|graphviz))(?:\s*,\s*(?:analyze|format\s+(?:text|json|html|yaml|mermaid|graphviz)))*)\s*\)\s*/i

/** `EXPLAIN` taken from the front of a text: how it is to be written again, and what it explains. Undefined when there is none. */
export function explained(text: string): Readonly<{ explain: string; rest: string }> | undefined {
  const first = explainWord.exec(text)
  if (!first) return undefined
  let rest = text.slice(first[0].length)
  const analyze = analyzeWord.exec(rest)
  if (analyze) rest = rest.slice(analyze[0].length)
  const options = option.exec(rest)
  if (options) rest = rest.slice(options[0].length)
  const inBrackets = options ? `(${options[1]!.replace(/\s+/g, ' ').toUpperCase()}) ` : ''
  return { explain: `EXPLAIN ${analyze ? 'ANALYZE ' : ''}${inBrackets}`, rest }
}

const kinds: Readonly<Record<string, Kind>> = {
  INSERT: 'write',
  UPDATE: 'write',
  DELETE: 'write',
  MERGE: 'write',
  TRUNCATE: 'write',
  CREATE: 'ddl',
  ALTER: 'ddl',
  DROP: 'ddl',
  COMMENT: 'ddl',
  SET: 'session',
  RESET: 'session',
  USE: 'session',
  PRAGMA: 'session',
  PREPARE: 'session',
  EXECUTE: 'session',
  DEALLOCATE: 'session',
  BEGIN: 'transaction',
  START: 'transaction',
  COMMIT: 'transaction',
  END: 'transaction',
  ROLLBACK: 'transaction',
  ABORT: 'transaction',
  COPY: 'admin',
  ATTACH: 'admin',
  DETACH: 'admin',
  INSTALL: 'admin',
  LOAD: 'admin',
  UPDATE_EXTENSIONS: 'admin',
  EXPORT: 'admin',
  IMPORT: 'admin',
  CHECKPOINT: 'admin',
  FORCE: 'admin',
  VACUUM: 'admin',
  ANALYZE: 'admin',
  CALL: 'call',
}

/** What can be said of a statement that has no tree: it is named by its first word, and never let through. */
export function factsWithoutTree(text: string): Facts {
  const word = new RegExp(`^${space}*(\\w+)`).exec(text)?.[1]?.toUpperCase() ?? ''
  const kind = word === 'WITH' && /\b(INSERT|UPDATE|DELETE|MERGE)\b/i.test(text) ? 'write' : (kinds[word] ?? 'unknown')
  if (kind === 'unknown' && /;\s*\w/.test(text)) throw new SluiceError('statement_many', 'There is more than one statement.')
  if (kind === 'unknown' && /^(PIVOT|FROM|SELECT|WITH|PIVOT_WIDER)$/.test(word)) {
    throw new SluiceError('feature_refused', 'A PIVOT whose values are found by running it cannot be checked.', {
      hint: 'Name the values: PIVOT … ON column IN (…).',
    })
  }
  return { kind, statement: word, tables: [], functions: [], operators: [], types: [], params: 0, problems: [], leaky: false }
}

const pragma = new RegExp(`^${space}*PRAGMA\\s+(\\w+)\\s*(?:\\(\\s*('[\\w.]+'|"[\\w.]+"|[\\w.]+)\\s*\\))?\\s*;?\\s*$`, 'i')
const readingPragmas = /^(table_info|storage_info|show|version|platform|collations|database_size)$/i

/** A PRAGMA that reads, as the SELECT that DuckDB makes of it; the text itself for everything else. */
export function withoutPragma(text: string): string {
  const [, name, argument] = pragma.exec(text) ?? []
  if (name === undefined) return text
  if (/^show_tables$/i.test(name) && argument === undefined) return 'SHOW TABLES'
  if (!readingPragmas.test(name)) return text
  const value = argument === undefined ? '' : `'${argument.replace(/^['"]|['"]$/g, '')}'`
  return `SELECT * FROM pragma_${name.toLowerCase()}(${value})`
}
