import type { Connector } from './source.ts'

/** Every connector by name. A driver is loaded when a source first needs it. The house test holds this against the folder. */
export const connectors = {
  duckdb: async (): Promise<Connector> => (await import('./duckdb.ts')).default,
  mysql: async (): Promise<Connector> => (await import('./mysql.ts')).default,
  postgres: async (): Promise<Connector> => (await import('./postgres.ts')).default,
  sqlite: async (): Promise<Connector> => (await import('./sqlite.ts')).default,
}

export type ConnectorName = keyof typeof connectors
