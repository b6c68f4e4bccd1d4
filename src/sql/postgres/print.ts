import { createRequire } from 'node:module'
import { SluiceError } from '../../error.ts'
import { quoteName } from './mask.ts'
import { type Node, statements } from './parser.ts'
import { jsonCall, jsonTable, type Lent } from './print-json.ts'
import { isNode, list, only, same } from './tree.ts'

/** What we use of pgsql-deparser: one method a node type, called by name through `visit`. */
interface Deparser {
  deparseQuery(): string
  visit(node: unknown, context: unknown): string
  SelectStmt(node: Node, context: unknown): string
  A_Indirection(node: Node, context: unknown): string
  TypeName(node: unknown, context: unknown): string
  JsonValueExpr(node: unknown, context: unknown): string
  formatJsonOutput(node: unknown, context: unknown): string | null
  Alias(node: unknown, context: unknown): string
}
type DeparserClass = new (tree: unknown, options: Readonly<Record<string, unknown>>) => Deparser

const require = createRequire(import.meta.url)
let printer: DeparserClass | undefined

/** The statement as text. It is read again and compared, so that a fault of the printer can never change what runs. */
export function print(stmt: Node): string {
  printer ??= mended((require('pgsql-deparser') as { Deparser: DeparserClass }).Deparser)
  try {
    const text = new printer(stmt, { pretty: false }).deparseQuery()
    const again = statements(text)
    if (again.length === 1 && same(again[0], stmt)) return text
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'sql_too_deep') throw error
    // pgsql-deparser puts the RangeError of a full stack into an Error of its own.
    if (error instanceof Error && /call stack/.test(error.message)) throw new RangeError(error.message, { cause: error })
    throw unfaithful(error)
  }
  throw unfaithful()
}

const unfaithful = (cause?: unknown): SluiceError =>
  new SluiceError('feature_refused', 'The statement uses syntax that cannot be printed back exactly.', {
    cause,
    hint: 'Write the statement in a simpler way.',
  })

/** pgsql-deparser 18 loses WITH TIES, GROUP BY DISTINCT and the brackets of `(ARRAY[1])[1]`, prints an XMLTABLE that nobody can read, and does not know JSON_TABLE and its kin. */
function mended(Base: DeparserClass): DeparserClass {
  return class extends Base {
    override SelectStmt(node: Node, context: unknown): string {
      const { groupDistinct, limitOption, limitOffset, limitCount, ...rest } = node
      const groups = list(node.groupClause)
      const select = groupDistinct === true ? { ...rest, groupClause: [{ DistinctGroup: { first: groups[0] } }, ...groups.slice(1)] } : rest
      if (limitOption !== 'LIMIT_OPTION_WITH_TIES') return super.SelectStmt({ ...select, limitOption, limitOffset, limitCount }, context)
      const offset = limitOffset === undefined ? '' : ` OFFSET (${this.visit(limitOffset, context)}) ROWS`
      return `${super.SelectStmt(select, context)}${offset} FETCH FIRST (${this.visit(limitCount, context)}) ROWS WITH TIES`
    }

    DistinctGroup(node: Node, context: unknown): string {
      return `DISTINCT ${this.visit(node.first, context)}`
    }

    override A_Indirection(node: Node, context: unknown): string {
      const plain = ['ColumnRef', 'ParamRef', 'A_Indirection'].includes(only(node.arg)?.[0] ?? '')
      return super.A_Indirection(plain ? node : { ...node, arg: { Bracketed: { arg: node.arg } } }, context)
    }

    Bracketed(node: Node, context: unknown): string {
      return `(${this.visit(node.arg, context)})`
    }

    JsonFuncExpr(node: Node, context: unknown): string {
      return jsonCall(node, this.#lent(context))
    }

    JsonTable(node: Node, context: unknown): string {
      const alias = isNode(node.alias) ? ` ${this.Alias(node.alias, context)}` : ''
      return `${node.lateral === true ? 'LATERAL ' : ''}${jsonTable(node, this.#lent(context))}${alias}`
    }

    #lent(context: unknown): Lent {
      return {
        visit: (node) => this.visit(node, context),
        value: (node) => this.JsonValueExpr(node, context),
        output: (node) => this.formatJsonOutput(node, context),
        type: (node) => this.TypeName(node, context),
      }
    }

    RangeTableFunc(node: Node, context: unknown): string {
      const spaces = list(node.namespaces).map((item) => {
        const space = only(item)?.[1] ?? {}
        const uri = `(${this.visit(space.val, context)})`
        return space.name === undefined ? `DEFAULT ${uri}` : `${uri} AS ${quoteName(String(space.name))}`
      })
      const names = spaces.length === 0 ? '' : `XMLNAMESPACES(${spaces.join(', ')}), `
      const columns = list(node.columns).map((item) => this.#column(only(item)?.[1] ?? {}, context))
      const alias = isNode(node.alias) ? ` ${this.Alias(node.alias, context)}` : ''
      const rows = `(${this.visit(node.rowexpr, context)}) PASSING (${this.visit(node.docexpr, context)})`
      return `${node.lateral === true ? 'LATERAL ' : ''}XMLTABLE(${names}${rows} COLUMNS ${columns.join(', ')})${alias}`
    }

    #column(column: Node, context: unknown): string {
      const name = quoteName(String(column.colname))
      if (column.for_ordinality === true) return `${name} FOR ORDINALITY`
      const path = column.colexpr === undefined ? '' : ` PATH (${this.visit(column.colexpr, context)})`
      const fallback = column.coldefexpr === undefined ? '' : ` DEFAULT (${this.visit(column.coldefexpr, context)})`
      return `${name} ${this.TypeName(column.typeName, context)}${path}${fallback}${column.is_not_null === true ? ' NOT NULL' : ''}`
    }
  }
}
