/** Filled by the room of this dialect. */
export const mysqlFunctions: ReadonlySet<string> = new Set()
