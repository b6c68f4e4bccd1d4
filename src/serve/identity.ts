import own from '../../package.json' with { type: 'json' }

/** What this server is called, in every protocol. */
export const identity = { name: 'sluice', title: 'Sluice', version: own.version } as const

/** Told to a model once, when its client connects. */
export const instructions =
  'SQL access to data sources under a policy. list_sources, then search_schema or describe_table, then execute_sql in the dialect of the source. find_tools finds the rest (changes, imports, structure, permissions, audit), call_tool runs it. Errors carry a hint: follow it.'

/** Revisions of MCP that are negotiated by `initialize`, newest first. */
export const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const

/** The revision that names itself in every request. */
export const modernVersion = '2026-07-28'
