import * as z from 'zod'
import own from '../../package.json' with { type: 'json' }
import {
  clearCaches,
  connections,
  diagnose,
  health,
  queryHistory,
  reloadConfiguration,
  serverInfo,
  serverMetrics,
  testQuery,
} from '../administer.ts'
import { databaseInfo } from '../explore.ts'
import { answering, outputOf } from './answering.ts'
import { newCallId } from './call-id.ts'
import { callsText } from './calls-text.ts'
import { kindField } from './security.ts'
import { sourceOf } from './sql-call.ts'
import { syncCatalogTool } from './sync-catalog.ts'
import { type Annotations, askingCall, reads, type Tool } from './tool.ts'

const HISTORY_DEFAULT = 20
const HISTORY_MAX = 500

const nothing = z.strictObject({})
const oneSource = z.strictObject({ source: z.string().optional() })
const touches: Annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false }

const healthCheck = answering({
  group: 'admin',
  name: 'health_check',
  title: 'Health',
  description: 'Whether the gateway and each source that you may use answer now, and how fast.',
  input: nothing,
  output: outputOf({ status: 'string', audit_writable: 'boolean', sources: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (_fields, caller, parts) => ({ ...(await health(askingCall(caller, '', 'health_check'), parts)) }),
})

const getServerMetrics = answering({
  group: 'admin',
  name: 'get_server_metrics',
  title: 'Metrics',
  description: 'CPU, memory, disk, event loop, calls with latencies in all and by source, and the slowest of the last queries.',
  input: nothing,
  output: outputOf({ uptime_s: 'number', cpu: 'object', memory: 'object', calls: 'object', by_source: 'object', slow: 'array' }),
  annotations: reads,
  needs: 'admin',
  ask: async (_fields, caller, parts) => ({ ...(await serverMetrics(askingCall(caller, '', 'get_server_metrics'), parts)) }),
})

const getConnections = answering({
  group: 'admin',
  name: 'get_connections',
  title: 'Connections',
  description: 'The connection pool of each source that you administer, and whose calls run there now.',
  input: nothing,
  output: outputOf({ sources: 'array', running: 'array' }),
  annotations: reads,
  needs: 'admin',
  ask: async (_fields, caller, parts) => ({ ...(await connections(askingCall(caller, '', 'get_connections'), parts)) }),
})

const testQueryTool = answering({
  group: 'admin',
  name: 'test_query',
  title: 'Test a source',
  description: 'Go the way of a query (SELECT 1 unless you give one) and tell each step with its time. Rows are not shown.',
  input: z.strictObject({ source: z.string().optional(), sql: z.string().optional() }),
  also: { query: 'sql' },
  output: outputOf({ source: 'string', ok: 'boolean', ms: 'number', steps: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const call = askingCall(caller, await sourceOf(fields, caller, parts), 'test_query')
    return { ...(await testQuery(call, (fields.sql as string | undefined) ?? 'SELECT 1', newCallId(), parts)) }
  },
})

const getServerInfo = answering({
  group: 'admin',
  name: 'get_server_info',
  title: 'Server',
  description: 'Name and version of this gateway; for an administrator of everything also the process and the configuration.',
  input: nothing,
  output: outputOf({ name: 'string', version: 'string', sources: 'integer', mode: 'string', configuration: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (_fields, caller, parts) => ({
    name: own.name,
    version: own.version,
    ...(await serverInfo(askingCall(caller, '', 'get_server_info'), parts)),
  }),
})

const reloadConfig = answering({
  group: 'admin',
  name: 'reload_config',
  title: 'Reload the configuration',
  description: 'Read the configuration file again without a restart. If it is wrong everything stays as it was.',
  input: nothing,
  output: outputOf({ changed: 'array', needs_restart: 'array' }),
  annotations: touches,
  needs: 'admin',
  ask: async (_fields, caller, parts) => ({ ...(await reloadConfiguration(askingCall(caller, '', 'reload_config'), parts)) }),
})

const getQueryHistory = answering({
  group: 'admin',
  name: 'get_query_history',
  title: 'Query history',
  description: 'Your own last calls: what ran, rows, time, failures. An administrator may ask for all, or for one caller.',
  input: z.strictObject({
    last: z.int().min(1).max(HISTORY_MAX).optional().describe(`Default ${HISTORY_DEFAULT}`),
    source: z.string().optional(),
    since: z.string().max(40).optional().describe('ISO time'),
    kind: kindField,
    all: z.boolean().optional(),
    principal: z.string().optional(),
  }),
  also: { limit: 'last', user: 'principal', user_id: 'principal' },
  output: outputOf({ calls: 'array', complete: 'boolean' }),
  annotations: reads,
  needs: 'read',
  text: callsText,
  ask: async (fields, caller, parts) => {
    const { last = HISTORY_DEFAULT, source, since, kind, all, principal } = fields as Partial<HistoryFields>
    const of = principal === undefined ? (all ? ('all' as const) : undefined) : { principal }
    return { ...(await queryHistory(askingCall(caller, source ?? '', 'get_query_history'), { last, source, since, kind, of }, parts)) }
  },
})
type HistoryFields = Readonly<{ last: number; source: string; since: string; kind: string; all: boolean; principal: string }>

const clearAllCaches = answering({
  group: 'admin',
  name: 'clear_all_caches',
  title: 'Clear the caches',
  description: 'Forget kept results, plans and schemas; what comes next reads them again. Answers how many there were.',
  input: nothing,
  output: outputOf({ results: 'integer', plans: 'integer', schemas: 'integer' }),
  annotations: touches,
  needs: 'admin',
  ask: async (_fields, caller, parts) => ({ ...(await clearCaches(askingCall(caller, '', 'clear_all_caches'), parts)) }),
})

const diagnoseConnection = answering({
  group: 'admin',
  name: 'diagnose_connection',
  title: 'Diagnose a connection',
  description:
    'Try to reach a source step by step (name, port, TLS, login, database, rights); the first failed step is the last and says how to mend it.',
  input: oneSource,
  output: outputOf({ source: 'string', ok: 'boolean', steps: 'array' }),
  annotations: reads,
  needs: 'admin',
  ask: async (fields, caller, parts) => ({
    ...(await diagnose(askingCall(caller, await sourceOf(fields, caller, parts), 'diagnose_connection'), parts)),
  }),
})

const getDatabaseInfo = answering({
  group: 'admin',
  name: 'get_database_info',
  title: 'Database',
  description: 'Product, version, database, encoding and schemas of a source, and how many tables and views you may see.',
  input: oneSource,
  output: outputOf({ source: 'string', dialect: 'string', product: 'string', version: 'string', schemas: 'array', tables: 'integer' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => ({
    ...(await databaseInfo(askingCall(caller, await sourceOf(fields, caller, parts), 'get_database_info'), parts)),
  }),
})

export const adminTools: readonly Tool[] = [
  healthCheck,
  getServerMetrics,
  getConnections,
  testQueryTool,
  getServerInfo,
  reloadConfig,
  getQueryHistory,
  clearAllCaches,
  diagnoseConnection,
  getDatabaseInfo,
  syncCatalogTool,
]
