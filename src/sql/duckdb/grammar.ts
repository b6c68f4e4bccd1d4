const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const query = 'modifiers cte_map'
const expression = 'class alias query_location'
const source = 'alias sample query_location'
const children = words(`${expression} children`)
const comparison = words(`${expression} left right`)
const typeInfo = 'alias extension_info'
const window = words(`${expression} function_name schema catalog children partitions orders start end start_expr end_expr offset_expr
  default_expr ignore_nulls filter_expr exclude_clause distinct arg_orders`)
const each = (names: string, keys: readonly string[]) => words(names).map((name) => [name, keys] as const)

/**
 * The nodes that are understood, and every key that they may have: a node or key that a newer DuckDB adds is refused until someone has
 * looked at it. Names as in `json_serialize_sql` of DuckDB 1.5.
 */
export const nodes: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [
    [
      'SELECT_NODE',
      words(`${query} select_list from_table where_clause group_expressions group_sets aggregate_handling having sample qualify`),
    ] as const,
    ['SET_OPERATION_NODE', words(`${query} setop_type left right setop_all children`)] as const,
    ['RECURSIVE_CTE_NODE', words(`${query} cte_name union_all left right aliases key_targets`)] as const,
    ...each('ORDER_MODIFIER', ['orders']),
    ...each('LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER', ['limit', 'offset']),
    ...each('DISTINCT_MODIFIER', ['distinct_on_targets']),
    ...each('ORDER_DEFAULT ASCENDING DESCENDING', ['null_order', 'expression']),
    ['BASE_TABLE', words(`${source} schema_name table_name column_name_alias catalog_name at_clause`)] as const,
    ['EMPTY', words(source)] as const,
    ['EXPRESSION_LIST', words(`${source} expected_names expected_types values`)] as const,
    ['JOIN', words(`${source} left right condition join_type ref_type using_columns delim_flipped duplicate_eliminated_columns`)] as const,
    ['SUBQUERY', words(`${source} subquery column_name_alias`)] as const,
    ['TABLE_FUNCTION', words(`${source} function column_name_alias with_ordinality`)] as const,
    ['SHOW_REF', words(`${source} table_name query show_type catalog_name schema_name`)] as const,
    ['PIVOT', words(`${source} source aggregates unpivot_names pivots groups column_name_alias include_nulls`)] as const,
    ['BETWEEN:COMPARE_BETWEEN', words(`${expression} input lower upper`)] as const,
    ['CASE:CASE_EXPR', words(`${expression} case_checks else_expr`)] as const,
    ['CAST:OPERATOR_CAST', words(`${expression} child cast_type try_cast`)] as const,
    ['COLLATE:COLLATE', words(`${expression} child collation`)] as const,
    ['COLUMN_REF:COLUMN_REF', words(`${expression} column_names`)] as const,
    ['CONSTANT:VALUE_CONSTANT', words(`${expression} value`)] as const,
    ['PARAMETER:VALUE_PARAMETER', words(`${expression} identifier`)] as const,
    ['POSITIONAL_REFERENCE:POSITIONAL_REFERENCE', words(`${expression} index`)] as const,
    ['LAMBDA:LAMBDA', words(`${expression} lhs expr`)] as const,
    ['STAR:STAR', words(`${expression} relation_name exclude_list replace_list columns expr qualified_exclude_list rename_list`)] as const,
    ['SUBQUERY:SUBQUERY', words(`${expression} subquery_type subquery child comparison_type`)] as const,
    [
      'FUNCTION:FUNCTION',
      words(`${expression} function_name schema children filter order_bys distinct is_operator export_state catalog`),
    ] as const,
    ...each('CONJUNCTION:CONJUNCTION_AND CONJUNCTION:CONJUNCTION_OR', children),
    ...each(
      `COMPARISON:COMPARE_EQUAL COMPARISON:COMPARE_NOTEQUAL COMPARISON:COMPARE_GREATERTHAN COMPARISON:COMPARE_LESSTHAN
       COMPARISON:COMPARE_GREATERTHANOREQUALTO COMPARISON:COMPARE_LESSTHANOREQUALTO COMPARISON:COMPARE_DISTINCT_FROM
       COMPARISON:COMPARE_NOT_DISTINCT_FROM`,
      comparison,
    ),
    ...each(
      `OPERATOR:ARRAY_CONSTRUCTOR OPERATOR:ARRAY_EXTRACT OPERATOR:ARRAY_SLICE OPERATOR:COMPARE_IN OPERATOR:COMPARE_NOT_IN
       OPERATOR:GROUPING_FUNCTION OPERATOR:OPERATOR_COALESCE OPERATOR:OPERATOR_IS_NOT_NULL OPERATOR:OPERATOR_IS_NULL
       OPERATOR:OPERATOR_NOT OPERATOR:OPERATOR_NULLIF OPERATOR:OPERATOR_TRY OPERATOR:OPERATOR_UNPACK OPERATOR:STRUCT_EXTRACT`,
      children,
    ),
    ...each(
      `WINDOW:WINDOW_AGGREGATE WINDOW:WINDOW_CUME_DIST WINDOW:WINDOW_FILL WINDOW:WINDOW_FIRST_VALUE WINDOW:WINDOW_LAG
       WINDOW:WINDOW_LAST_VALUE WINDOW:WINDOW_LEAD WINDOW:WINDOW_NTH_VALUE WINDOW:WINDOW_NTILE WINDOW:WINDOW_PERCENT_RANK
       WINDOW:WINDOW_RANK WINDOW:WINDOW_RANK_DENSE WINDOW:WINDOW_ROW_NUMBER`,
      window,
    ),
    ['ARRAY_TYPE_INFO', words(`${typeInfo} child_type size`)] as const,
    ['LIST_TYPE_INFO', words(`${typeInfo} child_type`)] as const,
    ['STRUCT_TYPE_INFO', words(`${typeInfo} child_types`)] as const,
    ['DECIMAL_TYPE_INFO', words(`${typeInfo} width scale`)] as const,
    ['STRING_TYPE_INFO', words(`${typeInfo} collation`)] as const,
    ['ENUM_TYPE_INFO', words(`${typeInfo} values_count values`)] as const,
    ['UNBOUND_TYPE_INFO', words(`${typeInfo} name catalog schema user_type_modifiers`)] as const,
  ].map(([name, keys]) => [name, new Set(['type', ...keys])]),
)

/** Keys of the parts that have no kind of their own: entries of maps, checks of CASE, types, values, samples, pivots. */
export const partKeys: ReadonlySet<string> = new Set(
  words(`node named_param_map map key value aliases key_targets materialized query id type_info is_null type then_expr when_expr first second
    catalog schema table column is_percentage method sample_size seed entries pivot_enum pivot_expressions unpivot_names alias star_expr values
    upper lower expr unit days months micros`),
)

/** Table functions that make rows out of their arguments and read nothing. */
export const tableFunctions: ReadonlySet<string> = new Set(
  words(`range generate_series unnest json_each json_tree repeat repeat_row summary test_all_types test_vector_types icu_calendar_names
    pg_timezone_names pragma_version pragma_platform pragma_collations pragma_database_size duckdb_approx_database_count
    regexp_split_to_table`),
)

/** Functions that look at a table as it is stored, past what a granted view shows of it. */
export const tellingFunctions: ReadonlySet<string> = new Set(['stats', 'current_query'])

/** Table functions that tell about one table as it is stored, which they are given by its name. */
export const tableTellers: ReadonlySet<string> = new Set(['pragma_table_info', 'pragma_storage_info', 'pragma_show'])

/** Macros of the engine that read a table whose name they are given where a column would stand. */
export const tableMacros: ReadonlySet<string> = new Set(['histogram', 'histogram_values'])

/** Settings that anyone may know; others hold paths, addresses and keys. */
export const openSettings: ReadonlySet<string> = new Set(
  words(`schema search_path timezone calendar default_order default_null_order default_collation threads worker_threads memory_limit
    max_memory preserve_insertion_order integer_division scalar_subquery_error_on_multiple_rows`),
)

/** Table functions that list what exists; the guard judges them as the system tables they are. */
export const systemFunctions = /^(duckdb_\w+|pragma_\w+)$/
