-- # a table with everything
CREATE TABLE `shop`.`products` (
  `id` bigint AUTO_INCREMENT PRIMARY KEY,
  `Order` varchar(20) NOT NULL DEFAULT 'it''s "x"; --' UNIQUE,
  `price` numeric(12, 2) DEFAULT -1.5 CHECK (price >= -1.5 AND price < 1000) COMMENT 'net',
  `made` timestamp DEFAULT CURRENT_TIMESTAMP,
  `gone` boolean DEFAULT NULL,
  `order_id` integer,
  CONSTRAINT `two` UNIQUE (`price`, `made`),
  CONSTRAINT `short` CHECK (length("Order") BETWEEN 1 AND 20),
  FOREIGN KEY (`order_id`) REFERENCES `shop`.`orders` (`id`) ON DELETE RESTRICT
) COMMENT = 'what we ''sell''';

-- # a key of two columns, and a table that references itself
CREATE TABLE IF NOT EXISTS `shop`.`tree` (
  `id` integer,
  `part` integer,
  PRIMARY KEY (`id`, `part`),
  CONSTRAINT `up` FOREIGN KEY (`id`, `part`) REFERENCES `shop`.`tree` (`id`, `part`)
);

-- # a table whose name is SQL
CREATE TABLE `shop`.`x" (id int); DROP TABLE orders; --` (
  `id` integer
);

-- # a table in a schema
CREATE TABLE `other`.`things` (
  `id` integer
);

-- # a table that will not be seen
CREATE TABLE `shop`.`hidden_copy` (
  `id` integer
);
-- warning: Your roles do not show you shop.hidden_copy: once it is made you will not see it.

-- # a table that is there
-- refused change_conflict: There is a table or view named shop.orders already.

-- # a table that is there, which is fine
-- warning: There is a table or view named shop.orders already, so no table is made.

-- # a table
DROP TABLE `shop`.`items`;

-- # a table on which a foreign key depends
-- refused change_refused: On shop.orders depend: foreign key of shop.items, trigger shop.orders_log.

-- # a table with its foreign key
-- refused not_supported: This kind of source drops no foreign keys of other tables with a table. On shop.orders depend: foreign key of shop.items.

-- # a table on which views depend
-- refused change_refused: On shop.notes depend: view shop.bigger_notes, view shop.big_notes.

-- # a table with its views
DROP VIEW `shop`.`bigger_notes`;
DROP VIEW `shop`.`big_notes`;
DROP TABLE `shop`.`notes`;
-- depends: view shop.bigger_notes
-- depends: view shop.big_notes
-- warning: With it go: view shop.bigger_notes, view shop.big_notes.
-- warning: If one of the statements fails, those before it stay.

-- # a table on which depends what may not be seen
-- refused change_refused: Something depends on it that you may not change: a table or view that you may not see.

-- # a hidden table, which might be missing
-- warning: There is no table salaries, so nothing is to be done.

-- # add a column
ALTER TABLE `shop`.`orders` ADD COLUMN `size` smallint NOT NULL DEFAULT 3 COMMENT 'cm';
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log

-- # add a column that references
ALTER TABLE `shop`.`orders` ADD COLUMN `item` integer;
ALTER TABLE `shop`.`orders` ADD FOREIGN KEY (`item`) REFERENCES `shop`.`items` (`id`);
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log
-- warning: If one of the statements fails, those before it stay.

-- # drop, rename, rename
ALTER TABLE `shop`.`orders` DROP COLUMN `note`;
ALTER TABLE `shop`.`orders` RENAME COLUMN `total` TO `sum`;
ALTER TABLE `shop`.`orders` RENAME TO `shop`.`sums`;
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log
-- warning: All values of shop.orders.note will be gone.
-- warning: Rules of roles that name shop.orders.total do not hold for sum.
-- warning: Rules of roles that name shop.orders do not hold for shop.sums.
-- warning: What depends on shop.orders may break.
-- warning: If one of the statements fails, those before it stay.

-- # another type
ALTER TABLE `shop`.`orders` MODIFY COLUMN `note` text NULL DEFAULT 'it''s';
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log
-- warning: A character set or collation of its own is lost by the column.
-- warning: Values of shop.orders.note that do not fit the new type are cut, rounded or make it fail.
-- warning: What depends on shop.orders may break.

-- # another type, and a default
ALTER TABLE `shop`.`orders` MODIFY COLUMN `total` bigint NULL;
ALTER TABLE `shop`.`orders` ALTER COLUMN `total` SET DEFAULT 0;
ALTER TABLE `shop`.`orders` ALTER COLUMN `note` DROP DEFAULT;
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log
-- warning: Values of shop.orders.total that do not fit the new type are cut, rounded or make it fail.
-- warning: What depends on shop.orders may break.
-- warning: If one of the statements fails, those before it stay.

-- # not null
ALTER TABLE `shop`.`orders` MODIFY COLUMN `note` varchar(20) NOT NULL DEFAULT 'it''s';
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log
-- warning: A character set or collation of its own is lost by the column.

-- # null again
ALTER TABLE `shop`.`orders` MODIFY COLUMN `note` varchar(20) NULL DEFAULT 'it''s';
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log
-- warning: A character set or collation of its own is lost by the column.

-- # a constraint more
ALTER TABLE `shop`.`orders` ADD CONSTRAINT `positive` CHECK (total > 0);
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log

-- # a constraint less
ALTER TABLE `shop`.`orders` DROP CONSTRAINT `positive`;
-- depends: foreign key of shop.items
-- depends: trigger shop.orders_log

-- # an index
CREATE INDEX `orders_total_note_idx` ON `shop`.`orders` (`total` DESC, `note`);

-- # a unique index that may be there
CREATE UNIQUE INDEX `items_order` ON `shop`.`items` (`order_id`);
-- warning: Rows of shop.items that are equal in these columns make it fail.

-- # an index with a method
CREATE INDEX `orders_note_idx` USING hash ON `shop`.`orders` (`note`);

-- # an index that is there
-- refused change_conflict: There is an index named orders_total already.

-- # an index less
DROP INDEX `orders_total` ON `shop`.`orders`;
-- warning: orders_total is unique: without it equal rows may come into shop.orders.

-- # the index of a hidden table
-- refused change_invalid: There is no index salaries_amount.

-- # a view
CREATE VIEW `shop`.`dear` AS SELECT id, total * 2 AS twice FROM orders WHERE total > 100;

-- # a view of a table with rules for columns that may come
CREATE VIEW `shop`.`all_notes` AS SELECT * FROM ( SELECT `text` FROM `shop`.`notes` ) AS `notes`;

-- # a view instead of one
CREATE OR REPLACE VIEW `shop`.`big_notes` AS SELECT id FROM orders;
-- depends: view shop.bigger_notes
-- warning: The definition of shop.big_notes as it is now will be gone.
-- warning: What depends on shop.big_notes may break.

-- # a view that others read
-- refused change_refused: On shop.big_notes depend: view shop.bigger_notes.

-- # a view with those that read it
DROP VIEW `shop`.`bigger_notes`;
DROP VIEW `shop`.`big_notes`;
-- depends: view shop.bigger_notes
-- warning: With it go: view shop.bigger_notes.
-- warning: If one of the statements fails, those before it stay.

-- # a copy
CREATE TABLE `shop`.`orders_backup_20261120` LIKE `shop`.`orders`;
INSERT INTO `shop`.`orders_backup_20261120` (`id`, `total`, `note`) SELECT `id`, `total`, `note` FROM `shop`.`orders`;
-- warning: Foreign keys and triggers are not copied.
-- warning: Rules of roles that name shop.orders do not hold for shop.orders_backup_20261120.
-- warning: If one of the statements fails, those before it stay.

-- # a copy with a name
CREATE TABLE `shop`.`notes_kept` LIKE `shop`.`notes`;
INSERT INTO `shop`.`notes_kept` (`text`) SELECT `text` FROM `shop`.`notes`;
-- warning: Foreign keys and triggers are not copied.
-- warning: Rules of roles that name shop.notes do not hold for shop.notes_kept.
-- warning: If one of the statements fails, those before it stay.

-- # a schema
-- refused not_supported: This kind of source has no schemas to be made or dropped: in MySQL a schema is a database; use create_database or drop_database.

-- # a schema less
-- refused not_supported: This kind of source has no schemas to be made or dropped: in MySQL a schema is a database; use create_database or drop_database.

-- # a database
CREATE DATABASE `archive`;

-- # a database less
DROP DATABASE `archive`;
-- warning: Everything in the database archive will be gone. It holds 0 tables and views.
