-- an open table stays as it is
-- role: open
SELECT * FROM users
-- becomes
SELECT * FROM users LIMIT 11

-- a table of which nothing is hidden stays as it is
-- role: denied
SELECT name FROM products
-- becomes
SELECT name FROM products LIMIT 11

-- a denied table does not exist
-- role: denied
SELECT * FROM api_keys
-- refused: table_unknown

-- masks stand in the place of the columns, in the table's own order
-- role: masked
SELECT * FROM users
-- becomes
SELECT * FROM ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users ) AS users LIMIT 11

-- a mask holds in predicates, order and groups
-- role: masked
SELECT count(*) FROM users WHERE email LIKE 'a%' GROUP BY ssn ORDER BY email
-- becomes
SELECT count(*) FROM ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users ) AS users WHERE email LIKE 'a%' GROUP BY ssn ORDER BY email LIMIT 11

-- the alias stays
-- role: masked
SELECT u.email FROM users AS u
-- becomes
SELECT u.email FROM ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users ) AS u LIMIT 11

-- a qualified name becomes the view's
-- role: masked
SELECT users.email FROM users
-- becomes
SELECT users.email FROM ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users ) AS users LIMIT 11

-- columns that are not granted are not there
-- role: narrow
SELECT * FROM users
-- becomes
SELECT * FROM ( SELECT id, tenant_id, name FROM public.users ) AS users LIMIT 11

-- rules are put in brackets and joined by AND
-- role: filtered
SELECT * FROM orders
-- becomes
SELECT * FROM ( SELECT id, tenant_id, user_id, amount FROM public.orders WHERE tenant_id = 1 AND amount > 0 ) AS orders LIMIT 11

-- a predicate that can fail meets a fence
-- role: filtered
SELECT * FROM users WHERE 1 / (id - 5) > 0
-- becomes
SELECT * FROM ( SELECT id, tenant_id, name, email, ssn FROM public.users WHERE tenant_id = 1 OFFSET 0 ) AS users WHERE (1 / (id - 5)) > 0 LIMIT 11

-- each reference becomes its own view
-- role: filtered
SELECT a.id FROM users a, users b WHERE a.id = b.id
-- becomes
SELECT a.id FROM ( SELECT id, tenant_id, name, email, ssn FROM public.users WHERE tenant_id = 1 ) AS a, ( SELECT id, tenant_id, name, email, ssn FROM public.users WHERE tenant_id = 1 ) AS b WHERE a.id = b.id LIMIT 11

-- subqueries as well
-- role: filtered
SELECT (SELECT count(*) FROM users) AS n
-- becomes
SELECT (SELECT count(*) FROM ( SELECT id, tenant_id, name, email, ssn FROM public.users WHERE tenant_id = 1 ) AS users) AS n LIMIT 11

-- and both sides of a union
-- role: filtered
SELECT name FROM users UNION SELECT name FROM products
-- becomes
SELECT name FROM ( SELECT id, tenant_id, name, email, ssn FROM public.users WHERE tenant_id = 1 ) AS users UNION SELECT name FROM products LIMIT 11

-- a WITH query of the same name does not hide the table from the rewrite
-- role: filtered
WITH users AS (SELECT id FROM users WHERE id > 1) SELECT id FROM users
-- becomes
WITH users AS (SELECT id FROM ( SELECT id, tenant_id, name, email, ssn FROM public.users WHERE tenant_id = 1 ) AS users WHERE id > 1) SELECT id FROM users LIMIT 11

-- a WITH query does not stand in for a table of a rule
-- role: related
WITH regions AS (SELECT 1 AS tenant_id) SELECT orders.id FROM orders, regions
-- becomes
WITH regions AS (SELECT 1 AS tenant_id) SELECT orders.id FROM ( SELECT id, tenant_id, user_id, amount FROM public.orders WHERE tenant_id IN (SELECT r.tenant_id FROM ( SELECT * FROM public.regions ) AS r) ) AS orders, regions LIMIT 11

-- a view is opened, and the rules of its tables hold inside
-- role: masked
SELECT * FROM v_users
-- becomes
SELECT * FROM ( SELECT id, contact FROM ( SELECT id, email AS contact FROM ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users ) AS users ) AS v_users ) AS v_users LIMIT 11

-- views of views as well
-- role: masked
SELECT contact FROM v_v_users
-- becomes
SELECT contact FROM ( SELECT id, contact FROM ( SELECT id, contact FROM ( SELECT id, contact FROM ( SELECT id, email AS contact FROM ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users ) AS users ) AS v_users ) AS v_users ) AS v_v_users ) AS v_v_users LIMIT 11

-- a view that reads nothing hidden stays as it is
-- role: masked
SELECT * FROM v_products
-- becomes
SELECT * FROM v_products LIMIT 11

-- a view of a denied table is refused
-- role: denied
SELECT * FROM v_keys
-- refused: table_refused

-- a WITH query does not stand in for a table inside a view
-- role: masked
WITH products AS (SELECT 1 AS id, 'x' AS name) SELECT v_both.email FROM v_both, products
-- becomes
WITH products AS (SELECT 1 AS id, 'x' AS name) SELECT v_both.email FROM ( SELECT name, email FROM ( SELECT p.name, u.email FROM ( SELECT * FROM public.products ) AS p, ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users ) AS u WHERE p.id = u.id ) AS v_both ) AS v_both, products LIMIT 11

-- a view that policy names is shown as it is
-- role: named
SELECT * FROM v_named
-- becomes
SELECT * FROM v_named LIMIT 11

-- a view that policy masks itself is masked, not opened
-- role: named
SELECT * FROM v_masked
-- becomes
SELECT * FROM ( SELECT id, '***'::text AS contact FROM public.v_masked ) AS v_masked LIMIT 11

-- a column that is hidden is empty inside a view, which would break without it
-- role: narrow
SELECT contact FROM v_users
-- becomes
SELECT contact FROM ( SELECT id, contact FROM ( SELECT id, email AS contact FROM ( SELECT id, tenant_id, name, NULL::text AS email, NULL::text AS ssn FROM public.users ) AS users ) AS v_users ) AS v_users LIMIT 11

-- a view without a definition is refused
-- role: masked
SELECT * FROM v_dark
-- refused: table_refused

-- a view of itself is refused
-- role: masked
SELECT * FROM v_loop
-- refused: table_refused

-- the rules of a parent hold for its parts
-- role: masked
SELECT * FROM users_old
-- becomes
SELECT * FROM ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users_old ) AS users_old LIMIT 11

-- rows of a parent are filtered in its parts
-- role: filtered
SELECT id FROM users_old
-- becomes
SELECT id FROM ( SELECT id, tenant_id, name, email, ssn FROM public.users_old WHERE tenant_id = 1 ) AS users_old LIMIT 11

-- a part that policy names is shown as it is
-- role: named
SELECT id, email FROM users_named
-- becomes
SELECT id, email FROM users_named LIMIT 11

-- a copy of hidden data is refused where the source does not tell how it was made
-- role: masked
SELECT * FROM users_copy
-- refused: table_refused

-- a copy of hidden data is computed anew where the source tells how
-- role: masked
SELECT contact FROM told_copy WHERE contact = 'x'
-- becomes
SELECT contact FROM ( SELECT id, contact FROM ( SELECT id, email AS contact FROM ( SELECT id, tenant_id, name, '***'::text AS email, NULL::text AS ssn FROM public.users ) AS users ) AS told_copy ) AS told_copy WHERE contact = 'x' LIMIT 11

-- a copy that policy names is shown
-- role: named
SELECT * FROM users_copy
-- becomes
SELECT * FROM users_copy LIMIT 11

-- a copy of open data is shown
-- role: masked
SELECT * FROM products_copy
-- becomes
SELECT * FROM products_copy LIMIT 11

-- a copy of a view of hidden data is refused
-- role: masked
SELECT * FROM view_copy
-- refused: table_refused

-- a copy of nobody knows what is refused
-- role: masked
SELECT * FROM lost_copy
-- refused: table_refused

-- a virtual table is refused where something is hidden
-- role: masked
SELECT * FROM notes
-- refused: table_refused

-- and so is the table behind it
-- role: masked
SELECT * FROM notes_content
-- refused: table_refused

-- but not where everything may be seen
-- role: open
SELECT * FROM notes
-- becomes
SELECT * FROM notes LIMIT 11

-- nor where policy names it
-- role: named
SELECT * FROM notes
-- becomes
SELECT * FROM notes LIMIT 11

-- a foreign table is refused where something is hidden
-- role: masked
SELECT * FROM elsewhere
-- refused: table_refused

-- but shown where policy names it
-- role: named
SELECT * FROM elsewhere
-- becomes
SELECT * FROM elsewhere LIMIT 11

-- a limit is added, one more than allowed
-- role: open
SELECT id FROM products
-- becomes
SELECT id FROM products LIMIT 11

-- a lower limit stays
-- role: open
SELECT id FROM products LIMIT 3
-- becomes
SELECT id FROM products LIMIT 3

-- a higher limit is lowered
-- role: open
SELECT id FROM products LIMIT 300
-- becomes
SELECT id FROM products LIMIT 11

-- a rule that closes its bracket is refused
-- role: broken
SELECT * FROM users
-- refused: config_invalid

-- a rule that adds a statement is refused
-- role: broken
SELECT * FROM orders
-- refused: config_invalid

-- a rule that is no predicate is refused
-- role: broken
SELECT * FROM regions
-- refused: config_invalid

-- a rule that adds a clause is refused
-- role: broken
SELECT * FROM products
-- refused: config_invalid

-- a rule that ends in a comment is read as it is meant
-- role: broken
SELECT id FROM users_old
-- becomes
SELECT id FROM ( SELECT id, tenant_id, name, email, ssn FROM public.users_old WHERE id = 1 ) AS users_old LIMIT 11

-- a missing attribute refuses the table
-- role: missing
SELECT * FROM users
-- refused: table_refused
