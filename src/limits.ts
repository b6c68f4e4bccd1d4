/** The bounds that hold across the house; one that a single file needs stands at its top. Units are in the names. */
export const limits = {
  sqlBytesMax: 256 * 1024,
  /** Nesting of brackets, CASE and subqueries together. */
  sqlDepthMax: 200,
  sqlCommentsMax: 1_000,
  /** Longer texts are read in a worker with a deadline. */
  sqlInlineBytesMax: 16 * 1024,
  parseMsMax: 2_000,
  paramsMax: 1_000,
  /** Statements of one batch. */
  batchStatementsMax: 100,
  plansKept: 5_000,
  batchBytes: 64 * 1024,
  bodyBytesMax: 4 * 1024 * 1024,
  bodyMsMax: 30_000,
  importBytesMax: 512 * 1024 * 1024,
  /** A JSON document is read as a whole. */
  importJsonBytesMax: 64 * 1024 * 1024,
  importRowBytesMax: 8 * 1024 * 1024,
  importRowsMax: 100_000_000,
  importBatchRowsMax: 10_000,
  importMsMax: 30 * 60_000,
  viewDepthMax: 8,
  schemaMsMax: 60_000,
  connectMsMax: 10_000,
  textBytesMax: 16 * 1024,
  poolMax: 80,
  /** Connections that quick queries share; more are opened only beside slow ones. */
  poolCore: 10,
  poolQueueMax: 2_048,
  poolWaitMsMax: 10_000,
  drainMsMax: 10_000,
  auditQueueMax: 10_000,
  cacheEntryBytesMax: 1024 * 1024,
  cacheBytesMax: 64 * 1024 * 1024,
} as const
