/** What DuckDB reads by itself as soon as a name ends so, and what its extensions read. */
const extensions =
  'csv|tsv|txt|parquet|parq|json|jsonl|ndjson|geojson|duckdb|ddb|db|sqlite|sqlite3|arrow|arrows|feather|ipc|avro|orc|xlsx|xls|vortex|lance|shp|gpkg|fgb|log'
const ending = new RegExp(`\\.(${extensions})(\\W|$)`, 'i')
/** These it would also look for in the name that a schema and a table make together. */
const endingOfParts = /\.(csv|tsv|parquet|json|jsonl|ndjson)(\W|$)/i

/**
 * Whether DuckDB could take a name of a table for a file: it joins the parts with dots and looks at how they end. No name with a slash,
 * a wildcard or a scheme is left to it either.
 */
export function looksLikeFile(parts: readonly string[]): boolean {
  const name = parts.filter((part) => part !== '').join('.')
  return /[/\\*?[\]]|:|^~/.test(name) || endingOfParts.test(name) || parts.some((part) => ending.test(part))
}
