import type { DialectName, TableRef } from '../../facts.ts'
import type { Table } from '../../schema.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** PostgreSQL's catalogs without those that hold passwords, connection strings, samples of data or the server's files. */
const postgres = words(`pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_available_extension_versions
  pg_available_extensions pg_backend_memory_contexts pg_cast pg_class pg_collation pg_constraint pg_conversion pg_cursors pg_database
  pg_default_acl pg_depend pg_description pg_enum pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server
  pg_foreign_table pg_group pg_index pg_indexes pg_inherits pg_init_privs pg_language pg_largeobject_metadata pg_locks pg_matviews
  pg_namespace pg_opclass pg_operator pg_opfamily pg_parameter_acl pg_partitioned_table pg_policies pg_policy pg_prepared_statements
  pg_prepared_xacts pg_proc pg_publication pg_publication_namespace pg_publication_rel pg_publication_tables pg_range
  pg_replication_origin pg_replication_origin_status pg_replication_slots pg_rewrite pg_roles pg_rules pg_seclabel pg_seclabels
  pg_sequence pg_sequences pg_settings pg_shdepend pg_shdescription pg_shseclabel pg_stat_activity pg_stat_all_indexes
  pg_stat_all_tables pg_stat_archiver pg_stat_bgwriter pg_stat_checkpointer pg_stat_database pg_stat_database_conflicts pg_stat_gssapi
  pg_stat_io pg_stat_progress_analyze pg_stat_progress_basebackup pg_stat_progress_cluster pg_stat_progress_copy
  pg_stat_progress_create_index pg_stat_progress_vacuum pg_stat_recovery_prefetch pg_stat_replication pg_stat_replication_slots
  pg_stat_slru pg_stat_ssl pg_stat_statements pg_stat_statements_info pg_stat_subscription pg_stat_subscription_stats
  pg_stat_sys_indexes pg_stat_sys_tables pg_stat_user_functions pg_stat_user_indexes pg_stat_user_tables pg_stat_wal
  pg_stat_xact_all_tables pg_stat_xact_sys_tables pg_stat_xact_user_functions pg_stat_xact_user_tables pg_statio_all_indexes
  pg_statio_all_sequences pg_statio_all_tables pg_statio_sys_indexes pg_statio_sys_sequences pg_statio_sys_tables
  pg_statio_user_indexes pg_statio_user_sequences pg_statio_user_tables pg_statistic_ext pg_stats pg_stats_ext pg_stats_ext_exprs
  pg_subscription_rel pg_tables pg_tablespace pg_timezone_abbrevs pg_timezone_names pg_transform pg_trigger pg_ts_config
  pg_ts_config_map pg_ts_dict pg_ts_parser pg_ts_template pg_type pg_user pg_views pg_wait_events`)

const postgresStandard = words(`administrable_role_authorizations applicable_roles attributes character_sets check_constraint_routine_usage
  check_constraints collation_character_set_applicability collations column_column_usage column_domain_usage column_options
  column_privileges column_udt_usage columns constraint_column_usage constraint_table_usage data_type_privileges domain_constraints
  domain_udt_usage domains element_types enabled_roles foreign_data_wrapper_options foreign_data_wrappers foreign_server_options
  foreign_servers foreign_table_options foreign_tables information_schema_catalog_name key_column_usage parameters
  referential_constraints role_column_grants role_routine_grants role_table_grants role_udt_grants role_usage_grants
  routine_column_usage routine_privileges routine_routine_usage routine_sequence_usage routine_table_usage routines schemata sequences
  sql_features sql_implementation_info sql_parts sql_sizing table_constraints table_privileges tables transforms
  triggered_update_columns triggers udt_privileges usage_privileges user_defined_types user_mappings view_column_usage
  view_routine_usage view_table_usage views`)

const systemSchemas: Readonly<Record<DialectName, RegExp>> = {
  postgres: /^(pg_catalog|information_schema|pg_toast.*)$/,
  mysql: /^(information_schema|mysql|performance_schema|sys)$/i,
  sqlite: /^$/,
  duckdb: /^(information_schema|pg_catalog)$/i,
}

/** Names that are the engine's own without a schema. */
const systemNames: Readonly<Record<DialectName, RegExp>> = {
  postgres: /^pg_/,
  mysql: /^$/,
  sqlite: /^(sqlite_|pragma_|dbstat$|bytecode$|tables_used$)/i,
  duckdb: /^(duckdb_|pragma_|sqlite_|pg_)/i,
}

const harmless: Readonly<Record<DialectName, RegExp>> = {
  postgres: /^$/,
  mysql:
    /^(information_schema\.(?!user_privileges$|innodb_sys_tablespaces$).*|mysql\.(help_\w+|time_zone\w*|innodb_(table|index)_stats|(column|table|index)_stats|event|proc|func|plugin)|performance_schema\.(global|session)_status|sys\.(schema_\w+|version))$/i,
  sqlite:
    /^(\w+\.)?(sqlite_(temp_)?(master|schema)|sqlite_sequence|sqlite_stat[1-4]|dbstat|pragma_(table_x?info|table_list|index_list|index_x?info|foreign_key_list|function_list|collation_list|module_list|pragma_list|compile_options))$/i,
  duckdb:
    /^(information_schema\.\w+|pg_catalog\.pg_\w+|((main|pg_catalog|system|temp)\.)?(duckdb_(tables|columns|views|schemas|databases|constraints|indexes|sequences|types|functions|keywords|dependencies|optimizers|extensions|logs)|sqlite_(temp_)?(master|schema)|pg_\w+))$/i,
}

/** Whether a name stands for a table of the engine itself. PostgreSQL looks into pg_catalog before all other schemas. */
export function isSystemTable(ref: TableRef, table: Table | undefined, dialect: DialectName): boolean {
  if (ref.schema !== undefined && systemSchemas[dialect].test(ref.schema)) return true
  if (dialect === 'postgres') return ref.schema === undefined && (table ? postgres.has(ref.name) : systemNames.postgres.test(ref.name))
  return table === undefined && systemNames[dialect].test(ref.name)
}

/** Whether a system table holds nothing worse than what exists and how it is doing. */
export function isHarmlessSystemTable(ref: TableRef, dialect: DialectName): boolean {
  if (dialect !== 'postgres') return harmless[dialect].test(ref.schema === undefined ? ref.name : `${ref.schema}.${ref.name}`)
  if (ref.schema === 'information_schema') return postgresStandard.has(ref.name)
  return !ref.schema?.startsWith('pg_toast') && postgres.has(ref.name)
}
