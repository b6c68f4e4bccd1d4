import type { ForeignKey, Schema, Table, TableColumn } from '../../src/schema.ts'

/** `id int`, `note text?` (nullable). */
const column = (text: string): TableColumn => {
  const [name, type] = text.split(' ') as [string, string]
  const plain = type.replace('?', '')
  return { name, type: plain as TableColumn['type'], nativeType: plain, nullable: type.endsWith('?') }
}

/** A table; its first column is its key unless `key` says otherwise. */
export const table = (name: string, columns: readonly string[], keys: readonly ForeignKey[] = [], key?: readonly string[]): Table => ({
  schema: '',
  name,
  kind: 'table',
  columns: columns.map(column),
  primaryKey: key ?? [columns[0]!.split(' ')[0]!],
  foreignKeys: keys,
})

export const schemaOf = (tables: readonly Table[]): Schema => ({ version: '1', searchPath: [''], tables, functions: [] })

export const key = (from: string, to: string, reference = 'id'): ForeignKey => ({ columns: [from], table: to, references: [reference] })

/** Customers order products, which come from suppliers; reviews and payments hang beside. */
export const shop = schemaOf([
  table('customers', ['id int', 'name text', 'country text']),
  table('orders', ['id int', 'customer_id int', 'placed date'], [key('customer_id', 'customers')]),
  table(
    'items',
    ['order_id int', 'product_id int', 'quantity int'],
    [key('order_id', 'orders'), key('product_id', 'products')],
    ['order_id', 'product_id'],
  ),
  table('products', ['id int', 'name text', 'supplier_id int?'], [key('supplier_id', 'suppliers')]),
  table('suppliers', ['id int', 'name text']),
  table('payments', ['id int', 'order_id int', 'amount decimal'], [key('order_id', 'orders')]),
  table('reviews', ['id int', 'productId int?', 'stars int']),
  table('weather', ['day date', 'rain float']),
])
