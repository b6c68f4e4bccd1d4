import type { Facts } from '../facts.ts'
import type { RewriteSetting } from './rewrite.ts'

/** One row more than may be given, so that the connector can tell whether there was more without reading all of it. */
export function limitRows<Tree>(tree: Tree, { kind }: Facts, { dialect, rowsMax }: RewriteSetting<Tree>): Tree {
  return kind === 'read' ? dialect.limitRows(tree, rowsMax + 1) : tree
}
