-- # a table with everything
CREATE TABLE "main"."products" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "Order" varchar(20) NOT NULL DEFAULT 'it''s "x"; --' UNIQUE,
  "price" numeric(12, 2) DEFAULT (-1.5) CHECK (price >= -1.5 AND price < 1000),
  "made" timestamp DEFAULT CURRENT_TIMESTAMP,
  "gone" boolean DEFAULT NULL,
  "order_id" integer,
  CONSTRAINT "two" UNIQUE ("price", "made"),
  CONSTRAINT "short" CHECK (length("Order") BETWEEN 1 AND 20),
  FOREIGN KEY ("order_id") REFERENCES "orders" ("id") ON DELETE RESTRICT
);
-- warning: SQLite keeps no comments; that of the column price is left out.
-- warning: SQLite keeps no comments; that of the table is left out.

-- # a key of two columns, and a table that references itself
CREATE TABLE IF NOT EXISTS "main"."tree" (
  "id" integer,
  "part" integer,
  PRIMARY KEY ("id", "part"),
  CONSTRAINT "up" FOREIGN KEY ("id", "part") REFERENCES "tree" ("id", "part")
);

-- # a table whose name is SQL
CREATE TABLE "main"."x"" (id int); DROP TABLE orders; --" (
  "id" integer
);

-- # a table in a schema
-- refused not_supported: SQLite has no schemas; leave the schema out of the name.

-- # a table that will not be seen
CREATE TABLE "main"."hidden_copy" (
  "id" integer
);
-- warning: Your roles do not show you main.hidden_copy: once it is made you will not see it.

-- # a table that is there
-- refused change_conflict: There is a table or view named main.orders already.

-- # a table that is there, which is fine
-- warning: There is a table or view named main.orders already, so no table is made.

-- # a table
DROP TABLE "main"."items";

-- # a table on which a foreign key depends
-- refused change_refused: On main.orders depend: foreign key of main.items, trigger main.orders_log.

-- # a table with its foreign key
-- refused not_supported: This kind of source drops no foreign keys of other tables with a table. On main.orders depend: foreign key of main.items.

-- # a table on which views depend
-- refused change_refused: On main.notes depend: view main.bigger_notes, view main.big_notes.

-- # a table with its views
DROP VIEW "main"."bigger_notes";
DROP VIEW "main"."big_notes";
DROP TABLE "main"."notes";
-- depends: view main.bigger_notes
-- depends: view main.big_notes
-- warning: With it go: view main.bigger_notes, view main.big_notes.

-- # a table on which depends what may not be seen
-- refused change_refused: Something depends on it that you may not change: a table or view that you may not see.

-- # a hidden table, which might be missing
-- warning: There is no table salaries, so nothing is to be done.

-- # add a column
ALTER TABLE "main"."orders" ADD COLUMN "size" smallint NOT NULL DEFAULT 3;
-- depends: foreign key of main.items
-- depends: trigger main.orders_log
-- warning: SQLite keeps no comments; that of the column size is left out.

-- # add a column that references
ALTER TABLE "main"."orders" ADD COLUMN "item" integer REFERENCES "items" ("id");
-- depends: foreign key of main.items
-- depends: trigger main.orders_log

-- # drop, rename, rename
ALTER TABLE "main"."orders" DROP COLUMN "note";
ALTER TABLE "main"."orders" RENAME COLUMN "total" TO "sum";
ALTER TABLE "main"."orders" RENAME TO "sums";
-- depends: foreign key of main.items
-- depends: trigger main.orders_log
-- warning: All values of main.orders.note will be gone.
-- warning: Rules of roles that name main.orders.total do not hold for sum.
-- warning: Rules of roles that name main.orders do not hold for main.sums.
-- warning: What depends on main.orders may break.

-- # another type
-- refused not_supported: SQLite adds, drops and renames columns and renames tables, and alters nothing else; make a new table with create_table, copy the rows with INSERT … SELECT (execute_batch), drop the old one and rename the new one (alter_table).

-- # another type, and a default
-- refused not_supported: SQLite adds, drops and renames columns and renames tables, and alters nothing else; make a new table with create_table, copy the rows with INSERT … SELECT (execute_batch), drop the old one and rename the new one (alter_table).

-- # not null
-- refused not_supported: SQLite adds, drops and renames columns and renames tables, and alters nothing else; make a new table with create_table, copy the rows with INSERT … SELECT (execute_batch), drop the old one and rename the new one (alter_table).

-- # null again
-- refused not_supported: SQLite adds, drops and renames columns and renames tables, and alters nothing else; make a new table with create_table, copy the rows with INSERT … SELECT (execute_batch), drop the old one and rename the new one (alter_table).

-- # a constraint more
-- refused not_supported: SQLite adds, drops and renames columns and renames tables, and alters nothing else; make a new table with create_table, copy the rows with INSERT … SELECT (execute_batch), drop the old one and rename the new one (alter_table).

-- # a constraint less
-- refused not_supported: SQLite adds, drops and renames columns and renames tables, and alters nothing else; make a new table with create_table, copy the rows with INSERT … SELECT (execute_batch), drop the old one and rename the new one (alter_table).

-- # an index
CREATE INDEX "main"."orders_total_note_idx" ON "orders" ("total" DESC, "note");

-- # a unique index that may be there
CREATE UNIQUE INDEX IF NOT EXISTS "main"."items_order" ON "items" ("order_id");
-- warning: Rows of main.items that are equal in these columns make it fail.

-- # an index with a method
-- refused not_supported: This kind of source has only one kind of index; leave the method out.

-- # an index that is there
-- refused change_conflict: There is an index named orders_total already.

-- # an index less
DROP INDEX "main"."orders_total";
-- warning: orders_total is unique: without it equal rows may come into main.orders.

-- # the index of a hidden table
-- refused change_invalid: There is no index salaries_amount.

-- # a view
CREATE VIEW "main"."dear" AS SELECT id, total * 2 AS twice FROM orders WHERE total > 100;

-- # a view of a table with rules for columns that may come
CREATE VIEW "main"."all_notes" AS SELECT * FROM ( SELECT "text" FROM "main"."notes" ) AS "notes";

-- # a view instead of one
DROP VIEW "main"."big_notes";
CREATE VIEW "main"."big_notes" AS SELECT id FROM orders;
-- depends: view main.bigger_notes
-- warning: The definition of main.big_notes as it is now will be gone.
-- warning: What depends on main.big_notes may break.

-- # a view that others read
-- refused change_refused: On main.big_notes depend: view main.bigger_notes.

-- # a view with those that read it
DROP VIEW "main"."bigger_notes";
DROP VIEW "main"."big_notes";
-- depends: view main.bigger_notes
-- warning: With it go: view main.bigger_notes.

-- # a copy
CREATE TABLE "main"."orders_backup_20261120" (
  "id" integer NOT NULL,
  "total" decimal(10, 2),
  "note" varchar(20),
  PRIMARY KEY ("id")
);
INSERT INTO "main"."orders_backup_20261120" ("id", "total", "note") SELECT "id", "total", "note" FROM "main"."orders";
-- warning: Columns, the primary key and rows are copied: no defaults, other keys or indexes.
-- warning: Rules of roles that name main.orders do not hold for main.orders_backup_20261120.

-- # a copy with a name
CREATE TABLE "main"."notes_kept" (
  "text" text
);
INSERT INTO "main"."notes_kept" ("text") SELECT "text" FROM "main"."notes";
-- warning: Columns, the primary key and rows are copied: no defaults, other keys or indexes.
-- warning: Rules of roles that name main.notes do not hold for main.notes_kept.

-- # a schema
-- refused not_supported: This kind of source has no schemas to be made or dropped: SQLite has none.

-- # a schema less
-- refused not_supported: This kind of source has no schemas to be made or dropped: SQLite has none.

-- # a database
-- refused not_supported: This kind of source has no databases to be made or dropped: a database of SQLite is a file; add another source to the configuration.

-- # a database less
-- refused not_supported: This kind of source has no databases to be made or dropped: a database of SQLite is a file; add another source to the configuration.
