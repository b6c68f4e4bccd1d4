/** The MCP App (extension `io.modelcontextprotocol/ui`) that shows the rows of an answer as a table and as a chart. */
export const resultAppUri = 'ui://sluice/result'

/** The tools whose answers it shows. Clients that know no apps show them as they always did. */
const shown: ReadonlySet<string> = new Set(['execute_sql', 'execute_query'])

/** What a list of tools says beside a tool, so that a client which shows apps finds this one. */
export const appOf = (tool: string): Readonly<{ _meta?: Readonly<{ ui: Readonly<{ resourceUri: string }> }> }> =>
  shown.has(tool) ? { _meta: { ui: { resourceUri: resultAppUri } } } : {}
