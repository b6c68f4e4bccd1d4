import { constants, type DatabaseSync } from 'node:sqlite'

/** Functions of this SQLite that only compute. Missing on purpose: load_extension, fts3_tokenizer, fts5, optimize, sqlite_log, geopoly_debug. */
const functions = new Set(
  `-> ->> abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling changes char coalesce concat concat_ws cos cosh count cume_dist
  current_date current_time current_timestamp date datetime degrees dense_rank exp first_value floor format fts5_get_locale fts5_locale
  fts5_source_id geopoly_area geopoly_bbox geopoly_blob geopoly_ccw geopoly_contains_point geopoly_group_bbox geopoly_json geopoly_overlap
  geopoly_regular geopoly_svg geopoly_within geopoly_xform glob group_concat hex highlight if ifnull iif instr json json_array
  json_array_insert json_array_length json_error_position json_extract json_group_array json_group_object json_insert json_object json_patch
  json_pretty json_quote json_remove json_replace json_set json_type json_valid jsonb jsonb_array jsonb_array_insert jsonb_extract
  jsonb_group_array jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday lag
  last_insert_rowid last_value lead length like likelihood likely ln log log10 log2 lower ltrim match matchinfo max median min mod nth_value
  ntile nullif octet_length offsets percent_rank percentile percentile_cont percentile_disc pi pow power printf quote radians random
  randomblob rank replace round row_number rtreedepth rtreenode rtrim sign sin sinh snippet sqlite_compileoption_get
  sqlite_compileoption_used sqlite_source_id sqlite_version sqrt strftime string_agg substr substring subtype sum tan tanh time timediff total
  total_changes trim trunc typeof unhex unicode unistr unistr_quote unixepoch unlikely upper zeroblob sluice_hmac`.split(/\s+/),
)

/** PRAGMAs that read with or without an argument; `database_list` is missing because it tells where the file lies. */
const pragmasOfNames = new Set(
  'table_info table_xinfo table_list index_list index_info index_xinfo foreign_key_list collation_list function_list module_list pragma_list compile_options'.split(
    ' ',
  ),
)
/** PRAGMAs that read only as long as they have no argument. */
const pragmasWithoutValue = new Set(
  'application_id auto_vacuum cache_size data_version encoding foreign_keys freelist_count journal_mode page_count page_size query_only schema_version user_version'.split(
    ' ',
  ),
)

/** What ALTER TABLE calls by itself; SQLite lets no statement of a caller name them. */
const functionsOfAlter = new Set(
  'sqlite_rename_column sqlite_rename_table sqlite_rename_test sqlite_rename_quotefix sqlite_drop_column sqlite_drop_constraint sqlite_add_constraint sqlite_find_constraint sqlite_fail'.split(
    ' ',
  ),
)

/** What changes rows and structure of the one database; the TEMP kinds, ATTACH, transactions and virtual tables are missing on purpose. */
const writing: ReadonlySet<number> = new Set([
  constants.SQLITE_INSERT,
  constants.SQLITE_UPDATE,
  constants.SQLITE_DELETE,
  constants.SQLITE_CREATE_TABLE,
  constants.SQLITE_CREATE_INDEX,
  constants.SQLITE_CREATE_VIEW,
  constants.SQLITE_CREATE_TRIGGER,
  constants.SQLITE_DROP_TABLE,
  constants.SQLITE_DROP_INDEX,
  constants.SQLITE_DROP_VIEW,
  constants.SQLITE_DROP_TRIGGER,
  constants.SQLITE_DROP_VTABLE,
  constants.SQLITE_ALTER_TABLE,
  constants.SQLITE_REINDEX,
  constants.SQLITE_ANALYZE,
])

/**
 * The second lock, held by SQLite itself while it prepares a statement: what reads passes, everything else is refused, including
 * whatever a later SQLite may add.
 */
export function lock(db: DatabaseSync): void {
  db.setAuthorizer((action, first, second) => (reads(action, first, second) ? constants.SQLITE_OK : constants.SQLITE_DENY))
}

/** The lock of a writing session: what reads and what changes the file's own tables passes; its transaction is not the statement's to end. */
export function lockForWriting(db: DatabaseSync): void {
  db.setAuthorizer((action, first, second) => {
    const passes =
      reads(action, first, second) ||
      writing.has(action) ||
      (action === constants.SQLITE_FUNCTION && second !== null && functionsOfAlter.has(second.toLowerCase())) ||
      (action === constants.SQLITE_PRAGMA && first !== null && pragmasOfWriting.has(first.toLowerCase()))
    return passes ? constants.SQLITE_OK : constants.SQLITE_DENY
  })
}

/** Both hold for one transaction only. */
const pragmasOfWriting = new Set(['defer_foreign_keys', 'foreign_key_check'])

const reads = (action: number, first: string | null, second: string | null): boolean =>
  action === constants.SQLITE_SELECT ||
  action === constants.SQLITE_READ ||
  action === constants.SQLITE_RECURSIVE ||
  (action === constants.SQLITE_FUNCTION && second !== null && functions.has(second.toLowerCase())) ||
  (action === constants.SQLITE_PRAGMA && first !== null && pragmaPasses(first.toLowerCase(), second))

const pragmaPasses = (name: string, value: string | null): boolean =>
  pragmasOfNames.has(name) || (value === null && pragmasWithoutValue.has(name))
