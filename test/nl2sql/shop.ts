import { DatabaseSync } from 'node:sqlite'
import { type Scene, valueIndexOf } from '../../src/nl2sql/nl2sql.ts'
import type { ColumnType } from '../../src/result.ts'
import type { Table } from '../../src/schema.ts'
import { buildIndex, noLexicon, type SearchIndex } from '../../src/search/search.ts'

const types: Readonly<Record<string, ColumnType>> = {
  INTEGER: 'int',
  TEXT: 'text',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  BOOLEAN: 'bool',
  REAL: 'float',
}

/** The tables of an open SQLite database, as its connector tells them. */
export function tablesOf(db: DatabaseSync): readonly Table[] {
  const names = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).all() as {
    name: string
  }[]
  return names.map(({ name }) => {
    const columns = db.prepare(`SELECT * FROM pragma_table_info(?)`).all(name) as {
      name: string
      type: string
      notnull: number
      pk: number
    }[]
    const keys = db.prepare(`SELECT * FROM pragma_foreign_key_list(?)`).all(name) as { table: string; from: string; to: string }[]
    return {
      schema: 'main',
      name,
      kind: 'table',
      columns: columns.map((column) => ({
        name: column.name,
        type: types[column.type] ?? 'text',
        nativeType: column.type,
        nullable: column.notnull === 0 && column.pk === 0,
      })),
      primaryKey: columns.filter(({ pk }) => pk > 0).map((column) => column.name),
      foreignKeys: keys.map((key) => ({ columns: [key.from], table: key.table, references: [key.to] })),
    }
  })
}

/** What the engine sees of an open database: every table, and the values of columns of text. */
export function sceneOf(db: DatabaseSync, today: string): Scene {
  const tables = tablesOf(db)
  const index = buildIndex(
    tables.map((table) => ({ table })),
    noLexicon,
  )
  return { index, values: valueIndexOf(valuesIn(db, index)), dialect: 'sqlite', today }
}

export function* valuesIn(db: DatabaseSync, index: SearchIndex) {
  for (const [t, table] of index.tables.entries()) {
    for (const [i, { name, type }] of table.columns.entries()) {
      if (type !== 'text') continue
      const rows = db.prepare(`SELECT DISTINCT "${name}" AS v FROM "${table.name}" WHERE "${name}" IS NOT NULL LIMIT 1000`).all() as {
        v: string
      }[]
      yield { column: index.firstColumn[t]! + i, values: rows.map(({ v }) => String(v)) }
    }
  }
}

/** A small shop, with every kind of column that a conversation can turn to. */
export function smallShop(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec(`
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT, country TEXT NOT NULL, city TEXT NOT NULL,
  segment TEXT NOT NULL, newsletter BOOLEAN NOT NULL, created_at TIMESTAMP NOT NULL);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, price_cents INTEGER NOT NULL, stock INTEGER NOT NULL,
  discontinued BOOLEAN NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), status TEXT NOT NULL, country TEXT NOT NULL,
  ordered_at TIMESTAMP NOT NULL, total_cents INTEGER NOT NULL, coupon TEXT);
CREATE TABLE items (order_id INTEGER NOT NULL REFERENCES orders (id), product_id INTEGER NOT NULL REFERENCES products (id), quantity INTEGER NOT NULL,
  PRIMARY KEY (order_id, product_id));
INSERT INTO customers VALUES
  (1,'Anna Berg','anna@a.test','1','DE','Berlin','private',1,'2023-02-01 10:00:00'),(2,'Bruno Carl','bruno@b.test',NULL,'DE','Hamburg','business',0,'2024-03-05 10:00:00'),
  (3,'Claire Dupont','claire@c.test','3','FR','Paris','private',1,'2024-07-01 10:00:00'),(4,'Diego Eco','diego@d.test',NULL,'ES','Madrid','private',0,'2025-01-01 10:00:00'),
  (5,'Eva Fink','eva@e.test','5','DE','Berlin','private',0,'2025-11-01 10:00:00'),(6,'Farah Gill','farah@f.test','6','GB','London','business',1,'2026-10-20 10:00:00');
INSERT INTO products VALUES (1,'Pan','Kitchen',4999,10,0),(2,'Kettle','Kitchen',2999,0,0),(3,'Lamp','Office',1999,5,1),(4,'Chair','Office',9999,7,0),(5,'Kite','Toys',999,50,0);
INSERT INTO orders VALUES
  (1,1,'shipped','DE','2023-05-05 10:00:00',5000,NULL),(2,1,'paid','DE','2024-05-05 10:00:00',7000,'SPRING'),(3,2,'cancelled','DE','2024-06-05 10:00:00',3000,NULL),
  (4,3,'shipped','FR','2026-10-05 10:00:00',9000,NULL),(5,3,'paid','FR','2026-10-15 10:00:00',1000,'SPRING'),(6,5,'shipped','DE','2026-11-05 10:00:00',4000,NULL),
  (7,1,'shipped','DE','2026-11-10 10:00:00',2000,NULL);
INSERT INTO items VALUES (1,1,1),(2,2,2),(2,3,1),(3,5,3),(4,4,1),(5,5,1),(6,1,1),(7,5,2);`)
  return db
}
