import type { Alteration, Ddl } from '../../src/ddl/ddl.ts'

/** What the pairs ask for, by name; the `.sql` files beside this one hold what it becomes in each dialect. */

const alter = (...actions: readonly Alteration[]): Ddl => ({ kind: 'alter_table', table: 'orders', actions })
const plain = { name: 'id', type: 'integer' } as const

export const cases: Readonly<Record<string, Ddl>> = {
  'a table with everything': {
    kind: 'create_table',
    table: 'products',
    comment: "what we 'sell'",
    columns: [
      { name: 'id', type: 'bigint', primaryKey: true, autoIncrement: true },
      { name: 'Order', type: 'VARCHAR( 20 )', nullable: false, unique: true, default: { value: 'it\'s "x"; --' } },
      { name: 'price', type: 'numeric(12,2)', default: { value: -1.5 }, check: 'price >= -1.5 AND price < 1000', comment: 'net' },
      { name: 'made', type: 'timestamp', default: { expression: 'now()' } },
      { name: 'gone', type: 'boolean', default: { value: null } },
      { name: 'order_id', type: 'integer', references: { table: 'orders', columns: ['id'], onDelete: 'restrict' } },
    ],
    constraints: [
      { kind: 'unique', name: 'two', columns: ['price', 'made'] },
      { kind: 'check', name: 'short', expression: 'length("Order") BETWEEN 1 AND 20' },
    ],
  },
  'a key of two columns, and a table that references itself': {
    kind: 'create_table',
    table: 'tree',
    ifNotExists: true,
    columns: [
      { ...plain, primaryKey: true },
      { name: 'part', type: 'integer', primaryKey: true },
    ],
    constraints: [{ kind: 'foreign_key', name: 'up', columns: ['id', 'part'], references: { table: 'tree', columns: ['id', 'part'] } }],
  },
  'a table whose name is SQL': { kind: 'create_table', table: '"x"" (id int); DROP TABLE orders; --"', columns: [plain] },
  'a table in a schema': { kind: 'create_table', table: 'other.things', columns: [plain] },
  'a table that will not be seen': { kind: 'create_table', table: 'hidden_copy', columns: [plain] },
  'a table that is there': { kind: 'create_table', table: 'orders', columns: [plain] },
  'a table that is there, which is fine': { kind: 'create_table', table: 'orders', columns: [plain], ifNotExists: true },
  'a table': { kind: 'drop_table', table: 'items' },
  'a table on which a foreign key depends': { kind: 'drop_table', table: 'orders' },
  'a table with its foreign key': { kind: 'drop_table', table: 'orders', cascade: true },
  'a table on which views depend': { kind: 'drop_table', table: 'notes' },
  'a table with its views': { kind: 'drop_table', table: 'notes', cascade: true },
  'a table on which depends what may not be seen': { kind: 'drop_table', table: 'logs', cascade: true },
  'a hidden table, which might be missing': { kind: 'drop_table', table: 'salaries', ifExists: true },
  'add a column': alter({
    kind: 'add_column',
    column: { name: 'size', type: 'smallint', nullable: false, default: { value: 3 }, comment: 'cm' },
  }),
  'add a column that references': alter({
    kind: 'add_column',
    column: { name: 'item', type: 'integer', references: { table: 'items', columns: ['id'] } },
  }),
  'drop, rename, rename': alter(
    { kind: 'drop_column', name: 'note' },
    { kind: 'rename_column', name: 'total', to: 'sum' },
    { kind: 'rename_table', to: 'sums' },
  ),
  'another type': alter({ kind: 'alter_type', name: 'note', type: 'text' }),
  'another type, and a default': alter(
    { kind: 'alter_type', name: 'total', type: 'bigint' },
    { kind: 'set_default', name: 'total', default: { value: 0 } },
    { kind: 'drop_default', name: 'note' },
  ),
  'not null': alter({ kind: 'set_not_null', name: 'note' }),
  'null again': alter({ kind: 'drop_not_null', name: 'note' }),
  'a constraint more': alter({ kind: 'add_constraint', constraint: { kind: 'check', name: 'positive', expression: 'total > 0' } }),
  'a constraint less': alter({ kind: 'drop_constraint', name: 'positive' }),
  'an index': { kind: 'create_index', table: 'orders', columns: [{ name: 'total', descending: true }, { name: 'note' }] },
  'a unique index that may be there': {
    kind: 'create_index',
    table: 'items',
    name: 'items_order',
    columns: [{ name: 'order_id' }],
    unique: true,
    ifNotExists: true,
  },
  'an index with a method': { kind: 'create_index', table: 'orders', columns: [{ name: 'note' }], method: 'hash' },
  'an index that is there': { kind: 'create_index', table: 'orders', name: 'orders_total', columns: [{ name: 'note' }] },
  'an index less': { kind: 'drop_index', name: 'orders_total' },
  'the index of a hidden table': { kind: 'drop_index', name: 'salaries_amount' },
  'a view': { kind: 'create_view', view: 'dear', select: 'SELECT id, total * 2 AS twice FROM orders /* all */ WHERE total > 100;' },
  'a view of a table with rules for columns that may come': { kind: 'create_view', view: 'all_notes', select: 'SELECT * FROM notes' },
  'a view instead of one': { kind: 'create_view', view: 'big_notes', select: 'SELECT id FROM orders', replace: true },
  'a view that others read': { kind: 'drop_view', view: 'big_notes' },
  'a view with those that read it': { kind: 'drop_view', view: 'big_notes', cascade: true },
  'a copy': { kind: 'backup_table', table: 'orders', stamp: '20261120' },
  'a copy with a name': { kind: 'backup_table', table: 'notes', to: 'notes_kept', stamp: '20261120' },
  'a schema': { kind: 'create_schema', name: 'sales', ifNotExists: true },
  'a schema less': { kind: 'drop_schema', name: 'empty' },
  'a database': { kind: 'create_database', name: 'archive' },
  'a database less': { kind: 'drop_database', name: 'archive' },
}
