/** What an operator sees and does, and what everybody may know of their own: rights, limits, history, health. Each is one recorded call. */

export { administered, administering, grantsOf, type Needed, type Reach } from './administer/administering.ts'
export { type AuditAsked, type AuditPage, auditChain, auditExport, auditPage, type ChainState } from './administer/audit-pages.ts'
export { auditLog, auditStatistics, type Logged, type LoggedCall, queryHistory } from './administer/past.ts'
export { checkPermission, type Permission, type PermissionAsked, rateLimits, roleDetails, roleList } from './administer/rights.ts'
export { cancelQuery, type RunFigures, runFigures, runningQueries, watchFigures } from './administer/running.ts'
export { type SecurityStatus, securityStatus } from './administer/security.ts'
export { clearCaches, reloadConfiguration, serverInfo, serverMetrics } from './administer/server.ts'
export { connections, diagnose, type Health, health, type TestStep, testQuery } from './administer/sources.ts'
