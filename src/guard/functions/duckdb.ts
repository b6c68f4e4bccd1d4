/** Filled by the room of this dialect. */
export const duckdbFunctions: ReadonlySet<string> = new Set()
