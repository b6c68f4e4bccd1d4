/**
 * The questions that `describe` asks, one row a thing, so that ten thousand tables stay a handful of queries. Object
 * identifiers stand for names and are put together in `describe.ts`. Every name is qualified: the search path is the user's.
 */

/** Version number, then where unqualified names are looked for. */
export const sessionSql = `
SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4, pg_catalog.current_schemas(true)`

/** Tables of every kind that this user can read, and those that a view reads on its owner's behalf. */
export const tablesSql = `
SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples, d.description,
  CASE WHEN c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') THEN pg_catalog.pg_get_viewdef(c.oid) END,
  n.nspname IN ('pg_catalog', 'information_schema')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p', 'S') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp\\_%'
  AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR (c.relkind <> 'S' AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))
    OR c.oid IN (SELECT u.refobjid FROM pg_catalog.pg_depend u
      JOIN pg_catalog.pg_rewrite r ON r.oid = u.objid AND r.ev_class <> u.refobjid AND r.ev_class >= 16384
      WHERE u.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND u.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass))
ORDER BY n.nspname, c.relname`

export const columnsSql = `
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, d.description,
  pg_catalog.pg_get_expr(f.adbin, f.adrelid), a.attgenerated, a.attidentity
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = a.attrelid AND d.objsubid = a.attnum AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum AND a.atthasdef
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'f', 'p', 'S')
ORDER BY a.attrelid, a.attnum`

export const keysSql = `
SELECT conrelid, contype, conkey, confrelid, confkey FROM pg_catalog.pg_constraint WHERE contype IN ('p', 'f') ORDER BY conrelid, conname`

export const inheritsSql = 'SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno'

export const dependsSql = `
SELECT DISTINCT r.ev_class, d.refobjid
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class AND r.ev_class >= 16384
ORDER BY 1, 2`

/** Functions that are not PostgreSQL's own. A body in standard SQL exists from version 14 on. */
export const functionsSql = (version: number): string => `
SELECT n.nspname, p.proname, p.prokind, p.provolatile, p.pronargs, p.pronargdefaults, p.provariadic <> 0, l.lanname,
  ${version >= 140_000 ? 'COALESCE(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)' : 'p.prosrc'}, p.prosecdef,
  CASE WHEN p.prokind = 'a' THEN (
    SELECT pg_catalog.string_agg(sn.nspname || '.' || s.proname, ',' ORDER BY sn.nspname, s.proname)
    FROM pg_catalog.pg_aggregate g
    JOIN pg_catalog.pg_proc s ON s.oid IN (g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn,
      g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn)
    JOIN pg_catalog.pg_namespace sn ON sn.oid = s.pronamespace
    WHERE g.aggfnoid = p.oid) END
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE n.nspname <> 'pg_catalog'
ORDER BY n.nspname, p.proname, p.oid`

export const operatorsSql = `
SELECT n.nspname, o.oprname, p.provolatile, o.oprleft = 0, l.lanname, pn.nspname || '.' || p.proname, p.prosecdef
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE n.nspname <> 'pg_catalog'
ORDER BY n.nspname, o.oprname, o.oid`
