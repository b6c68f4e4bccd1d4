/**
 * Writes src/guard/functions/postgres.ts from the catalogs of real servers: `node scripts/postgres-functions.ts URL [URL …]`.
 * A function of pg_catalog is harmless when PostgreSQL says that it is not volatile and nobody has named it below.
 */
import { writeFileSync } from 'node:fs'
import { Client } from 'pg'

/** Volatile, and still without any effect. */
const quietVolatile =
  /^(clock_timestamp|timeofday|random|random_normal|gen_random_uuid|uuidv4|uuidv7|array_sample|array_shuffle|amvalidate|currval|lastval|query_to_xml|query_to_xmlschema|query_to_xml_and_xmlschema|ts_stat|ts_rewrite|txid_status|pg_xact_status|current_query|lo_get|pg_(relation|table|total_relation|indexes|database|tablespace)_size|pg_partition_(tree|ancestors)|pg_sequence_last_value|pg_is_in_recovery|pg_is_wal_replay_paused|pg_(last|current)_wal_\w+|pg_last_xact_replay_timestamp|pg_last_committed_xact|pg_xact_commit_timestamp(_origin)?|pg_get_multixact_members|pg_lock_status|pg_blocking_pids|pg_safe_snapshot_blocking_pids|pg_jit_available|pg_collation_actual_version|pg_database_collation_actual_version|pg_notification_queue_usage|pg_prepared_xact|pg_stat_get_xact_\w+|pg_stat_get_(io|backend_io|backend_wal|recovery_prefetch)|pg_stat_have_stats|pg_get_(wait_events|wal_resource_managers|backend_memory_contexts|shmem_allocations)|pg_control_\w+|pg_show_replication_origin_status|pg_replication_origin_progress|pg_replication_origin_session_\w*(progress|is_setup))$/

/** Not volatile, and still harmful: they assign, run SQL from texts, show the server's files, or belong to the engine's inside. */
const harmful =
  /^(txid_current|pg_current_xact_id|set_config|cursor_to_xml\w*|(schema|database)_to_xml|(schema|database)_to_xml_and_xmlschema|pg_config|pg_sleep\w*|pg_event_trigger_\w+|\w+_validator|pg_hba_file_rules|pg_ident_file_mappings|pg_show_all_file_settings|pg_ls_\w+|pg_read_\w+|pg_stat_file|pg_current_logfile|lo_(import|export|creat|create|open|close|put|from_bytea|unlink|truncate\w*|lseek\w*|tell\w*)|loread|lowrite|pg_stat_get_wal_receiver|pg_tablespace_location|pg_logical_\w+|pg_advisory_\w+|pg_try_advisory_\w+|binary_upgrade_\w+)$/

/** Harmless, but they tell what exists, how it is defined, or what others are doing: only where nothing is hidden. */
const telling =
  /^(pg_(?!typeof|size_|backend_pid|column_size|input_|client_encoding|encoding_|char_to_encoding|collation_for|lsn|wal_lsn_diff|get_keywords|timezone|postmaster_start|is_in_recovery|basetype)\w+|current_query|lo_get|currval|lastval|to_reg\w+|reg(class|proc|procedure|oper|operator|type|role|namespace|config|dictionary|collation)(in|out|send)?|has_\w+_privilege|row_security_active|(query|table|schema|database)_to_xml\w*|ts_stat|ts_rewrite|(col|obj|shobj)_description|format_type|inet_(server|client)_\w+|txid_status|_pg_\w+|aclexplode|acldefault|aclitem\w+|oidvectortypes)$/

const sql = `
  SELECT DISTINCT proname AS name, provolatile AS volatility FROM pg_proc
   WHERE pronamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND prokind <> 'p'
     AND prorettype <> ALL ('{internal,trigger,event_trigger,language_handler,fdw_handler,tsm_handler,index_am_handler,table_am_handler}'::regtype[])
     AND NOT ('internal'::regtype = ANY (proargtypes))
  UNION SELECT typname, 'i' FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typelem = 0`

/** What PostgreSQL's own aggregates and window functions are made of; some of it cannot be called, but a user's aggregate may name it. */
const supportSql = `
  SELECT DISTINCT proname AS name FROM pg_proc p
   WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile <> 'v' AND EXISTS (
     SELECT 1 FROM pg_aggregate a WHERE p.oid IN (aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn))`

const all = new Map<string, boolean>()
for (const connectionString of process.argv.slice(2)) {
  const client = new Client({ connectionString })
  await client.connect()
  const { rows } = await client.query<{ name: string; volatility: string }>(sql)
  for (const { name, volatility } of rows) {
    const quiet = !harmful.test(name) && (volatility !== 'v' || quietVolatile.test(name))
    all.set(name, (all.get(name) ?? true) && quiet)
  }
  await client.end()
}

const support = new Set<string>()
for (const connectionString of process.argv.slice(2)) {
  const client = new Client({ connectionString })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(supportSql)
  for (const { name } of rows) support.add(name)
  await client.end()
}

const lines = (names: readonly string[]): string =>
  names.reduce((text, name) => (text.length - text.lastIndexOf('\n') + name.length > 136 ? `${text}\n  ${name}` : `${text} ${name}`), ' ')
const sorted = [...all]
  .filter(([, quiet]) => quiet)
  .map(([name]) => name)
  .sort()
const set = (names: readonly string[]): string => `new Set(\n  \`${lines(names).trimStart()}\`.split(/\\s+/),\n)`
writeFileSync(
  new URL('../src/guard/functions/postgres.ts', import.meta.url),
  `// Written by scripts/postgres-functions.ts; correct it there.

/** PostgreSQL's own functions without side effects that tell nothing but what they are given. */
export const postgresFunctions: ReadonlySet<string> = ${set(sorted.filter((name) => !telling.test(name)))}

/** Also without side effects, but they tell what exists and how it is made: only where nothing is hidden. */
export const postgresInsight: ReadonlySet<string> = ${set(sorted.filter((name) => telling.test(name)))}

/** What PostgreSQL's aggregates are made of, where it cannot be called by itself. */
export const postgresSupport: ReadonlySet<string> = ${set([...support].filter((name) => !all.has(name)).sort())}

/** PostgreSQL's other functions: known, and refused. */
export const postgresRefused: ReadonlySet<string> = ${set(
    [...all]
      .filter(([, quiet]) => !quiet)
      .map(([name]) => name)
      .sort(),
  )}
`,
)
