/**
 * SQLite's own functions without effects outside their answer (core, date, math, aggregate, window, JSON, FTS5 and R-Tree
 * helpers, table-valued functions). Left out: what loads code (load_extension), touches files (readfile, writefile, edit),
 * hands out pointers (fts3_tokenizer), or reports on the engine's state.
 */
export const sqliteFunctions: ReadonlySet<string> = new Set(
  `abs changes char coalesce concat concat_ws format glob hex if ifnull iif instr last_insert_rowid length like likelihood likely lower ltrim
  match max min nullif octet_length printf quote random randomblob regexp regexpi replace round rtrim sign soundex sqlite_source_id sqlite_version
  sqlite_compileoption_get sqlite_compileoption_used subtype substr substring total_changes trim typeof unhex unicode unistr unistr_quote
  unlikely upper zeroblob
  current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch
  acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power radians sin sinh sqrt tan
  tanh trunc
  avg count group_concat json_group_array json_group_object jsonb_group_array jsonb_group_object median percentile percentile_cont
  percentile_disc string_agg sum total
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
  json json_array json_array_insert json_array_length json_error_position json_extract json_insert json_object json_patch json_pretty json_quote json_remove
  json_replace json_set json_type json_valid jsonb jsonb_array jsonb_array_insert jsonb_extract jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace
  jsonb_set json_each json_tree jsonb_each jsonb_tree generate_series
  pragma_foreign_key_list pragma_index_list pragma_table_info pragma_table_xinfo
  bm25 highlight snippet matchinfo offsets fts5_source_id rtreecheck rtreedepth rtreenode
  uint decimal decimal_add decimal_cmp decimal_mul decimal_sub decimal_sum ieee754 ieee754_exponent ieee754_mantissa ieee754_from_blob ieee754_to_blob`.split(
    /\s+/,
  ),
)
