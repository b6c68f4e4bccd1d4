import type { Engine } from '../change/shops.ts'

type Args = Readonly<Record<string, unknown>>

/** What a call is expected to come to on an engine: data, a preview, or one of these codes. */
export type Expected =
  | 'answer'
  | 'preview'
  | 'not_supported'
  | 'pair_unknown'
  | 'query_unknown'
  | 'change_unknown'
  | 'column_unknown'
  | 'not_synchronised'
  | 'config_invalid'

const source = 'shop'
const preview = { expected: 'preview' as Expected }
const answer = { expected: 'answer' as Expected }

/** Honest arguments for every tool, and what comes of them. A tool that is not here fails the matrix. */
export const honest: Readonly<Record<string, (engine: Engine) => Readonly<{ args: Args; expected: Expected }>>> = {
  list_sources: () => ({ args: {}, ...answer }),
  search_schema: () => ({ args: { query: 'orders' }, ...answer }),
  describe_table: () => ({ args: { source, table: 'orders' }, ...answer }),
  execute_sql: () => ({ args: { source, sql: 'SELECT id FROM orders ORDER BY id' }, ...answer }),
  explain_query: () => ({ args: { source, sql: 'SELECT id FROM orders' }, ...answer }),
  find_tools: () => ({ args: { query: 'insert rows' }, ...answer }),
  call_tool: () => ({ args: { name: 'list_tables', arguments: { source } }, ...answer }),
  execute_query: () => ({ args: { source, sql: 'SELECT id FROM orders', limit: 2 }, ...answer }),
  execute_batch: () => ({
    args: { source, statements: ["INSERT INTO log (a, b) VALUES (9, 'x')", 'SELECT count(*) FROM log'] },
    ...preview,
  }),
  list_saved_queries: () => ({ args: { source }, ...answer }),
  save_query: () => ({ args: { source, name: 'All orders', sql: 'SELECT id FROM orders', tags: ['daily'], roles: ['*'] }, ...answer }),
  run_saved_query: () => ({ args: { id: 'none' }, expected: 'query_unknown' }),
  remove_saved_query: () => ({ args: { id: 'none' }, expected: 'query_unknown' }),
  list_tables: () => ({ args: { source }, ...answer }),
  search_tables: () => ({ args: { source, pattern: 'ord*' }, ...answer }),
  list_columns: () => ({ args: { source, table: 'orders' }, ...answer }),
  list_indexes: () => ({ args: { source }, ...answer }),
  get_foreign_keys: () => ({ args: { source, table: 'order_lines' }, ...answer }),
  list_views: () => ({ args: { source }, ...answer }),
  get_table_stats: () => ({ args: { source, table: 'orders', exact: true }, ...answer }),
  get_schema_versions: () => ({ args: { source }, expected: 'not_synchronised' }),
  get_schema_drift: () => ({ args: { source }, expected: 'not_synchronised' }),
  sync_catalog: () => ({ args: { source }, ...answer }),
  find_join_paths: () => ({ args: { source, tables: ['orders', 'order_lines'] }, ...answer }),
  suggest_related_tables: () => ({ args: { source, tables: ['orders'] }, ...answer }),
  check_joins: () => ({
    args: { source, sql: 'SELECT SUM(o.total) FROM orders o JOIN order_lines l ON l.order_id = o.id' },
    ...answer,
  }),
  list_notes: () => ({ args: { source }, ...answer }),
  describe_object: () => ({ args: { source, table: 'orders', description: 'What was ordered' }, ...answer }),
  tag_object: () => ({ args: { source, table: 'orders', column: 'total', add: ['money'] }, ...answer }),
  profile_table: () => ({ args: { source, table: 'orders', role: 'admin' }, ...answer }),
  find_personal_data: () => ({ args: { source, tables: ['orders'], scan: true }, ...answer }),
  decide_personal_data: () => ({ args: { source, table: 'orders', column: 'id', decision: 'dismiss' }, expected: 'column_unknown' }),
  insert_rows: () => ({ args: { source, table: 'log', rows: [{ a: 9, b: "it's" }] }, ...preview }),
  update_rows: () => ({ args: { source, table: 'orders', values: { note: 'seen' }, where: { id: 1 } }, ...preview }),
  delete_rows: () => ({ args: { source, table: 'orders', where: 'id = 1' }, ...preview }),
  upsert_rows: () => ({
    args: { source, table: 'archive', rows: [{ id: 1, total: '10.50', note: 'x' }], key_columns: ['id'] },
    ...preview,
  }),
  truncate_table: () => ({ args: { source, table: 'log' }, ...preview }),
  bulk_import: () => ({ args: { source, table: 'archive', data: 'id,total,note\n7,1.50,a\n8,2.50,b\n', format: 'csv' }, ...preview }),
  undo_change: () => ({ args: { source, change_id: '01a1f905-b881-7000-8533-4f56dd21acf6' }, expected: 'change_unknown' }),
  list_changes: () => ({ args: { source }, ...answer }),
  create_table: () => ({
    args: {
      source,
      table: 'notes',
      columns: [
        { name: 'id', type: 'integer', primary_key: true },
        { name: 'select', type: 'varchar(20)' },
      ],
    },
    ...preview,
  }),
  alter_table: () => ({ args: { source, table: 'log', actions: [{ action: 'add', column: 'extra', type: 'integer' }] }, ...preview }),
  drop_table: () => ({ args: { source, table: 'log' }, ...preview }),
  backup_table: () => ({ args: { source, table: 'archive', to: 'archive_copy' }, ...preview }),
  create_index: () => ({ args: { source, table: 'orders', columns: ['tenant'], index: 'orders_by_tenant' }, ...preview }),
  drop_index: () => ({ args: { source, index: 'by_total', table: 'archive' }, ...preview }),
  create_view: () => ({ args: { source, view: 'big', select: 'SELECT id, total FROM orders' }, ...preview }),
  drop_view: () => ({ args: { source, view: 'totals' }, ...preview }),
  create_schema: (engine) => ({ args: { source, schema: 'extra' }, expected: schemas(engine) }),
  drop_schema: (engine) => ({ args: { source, schema: 'extra', if_exists: true }, expected: schemas(engine) }),
  create_database: (engine) => ({ args: { source, database: 'extra_matrix' }, expected: databases(engine) }),
  drop_database: (engine) => ({ args: { source, database: 'extra_matrix', if_exists: true }, expected: databases(engine) }),
  get_schema_for_llm: () => ({ args: { source, question: 'How many orders?' }, ...answer }),
  get_table_schema_for_llm: () => ({ args: { source, table: 'orders' }, ...answer }),
  validate_sql_only: () => ({ args: { source, sql: 'SELECT id FROM orders' }, ...answer }),
  execute_validated_sql: () => ({ args: { source, sql: 'SELECT id FROM orders' }, ...answer }),
  suggest_sql_from_schema: () => ({ args: { source, table: 'orders' }, ...answer }),
  get_lightweight_mode_info: () => ({ args: {}, ...answer }),
  find_similar_queries: () => ({ args: { source, question: 'How many orders?' }, ...answer }),
  store_query: () => ({ args: { source, question: 'Which orders are there?', sql: 'SELECT id FROM orders' }, ...answer }),
  list_stored_queries: () => ({ args: { source }, ...answer }),
  review_query: () => ({ args: { id: '01a1f905-b881-7000-8533-4f56dd21acf6', verdict: 'up' }, expected: 'pair_unknown' }),
  list_query_templates: () => ({ args: { source }, ...answer }),
  run_query_template: () => ({ args: { source, template: '0123456789abcdef01234567', values: {} }, expected: 'pair_unknown' }),
  reverify_queries: () => ({ args: { source }, ...answer }),
  natural_language_query: () => ({ args: { source, question: 'How many orders?' }, ...answer }),
  explain_sql: () => ({ args: { source, sql: 'SELECT id FROM orders' }, ...answer }),
  suggest_query: () => ({ args: { source, question: 'How many orders?' }, ...answer }),
  validate_sql: () => ({ args: { source, sql: 'SELECT id FROM orders' }, ...answer }),
  optimize_query: () => ({ args: { source, sql: 'SELECT * FROM orders' }, ...answer }),
  fix_sql: () => ({ args: { source, sql: 'SELECT id FROM ordrs', error: 'no such table: ordrs' }, ...answer }),
  get_schema_context: () => ({ args: { source, question: 'orders' }, ...answer }),
  clear_schema_cache: () => ({ args: { source }, ...answer }),
  get_schema_info: () => ({ args: { source }, ...answer }),
  get_audit_log: () => ({ args: { last: 5 }, ...answer }),
  get_audit_statistics: () => ({ args: {}, ...answer }),
  get_rate_limit_stats: () => ({ args: {}, ...answer }),
  list_roles: () => ({ args: {}, ...answer }),
  get_role_details: () => ({ args: { role: 'read_only' }, ...answer }),
  check_permission: () => ({ args: { source, table: 'orders' }, ...answer }),
  get_security_status: () => ({ args: {}, ...answer }),
  health_check: () => ({ args: {}, ...answer }),
  get_server_metrics: () => ({ args: {}, ...answer }),
  get_connections: () => ({ args: {}, ...answer }),
  test_query: () => ({ args: { source }, ...answer }),
  get_server_info: () => ({ args: {}, ...answer }),
  // The configuration of these tests is in no file that could be read again.
  reload_config: () => ({ args: {}, expected: 'config_invalid' }),
  get_query_history: () => ({ args: { last: 5 }, ...answer }),
  clear_all_caches: () => ({ args: {}, ...answer }),
  diagnose_connection: () => ({ args: { source }, ...answer }),
  get_database_info: () => ({ args: { source }, ...answer }),
}

const schemas = (engine: Engine): Expected => (engine === 'postgres' || engine === 'duckdb' ? 'preview' : 'not_supported')
const databases = (engine: Engine): Expected => (engine === 'postgres' || engine === 'mysql' ? 'preview' : 'not_supported')
