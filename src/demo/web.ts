import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { dateOf } from './calendar.ts'

const events = 500_000
const files = 10
const days = 180

/**
 * Writes web events as Parquet files in `folder`/events, the oldest first. Everything follows from the number of the event through
 * DuckDB's hash, so the rows are the same however many threads write them.
 */
export async function makeWeb(folder: string, now: Date, onProgress: (share: number) => void): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '512MB' })
  const connection = await instance.connect()
  try {
    const target = join(folder, 'events')
    mkdirSync(target, { recursive: true })
    for (let file = 0; file < files; file++) {
      const path = join(target, `events-${String(file + 1).padStart(2, '0')}.parquet`)
      const from = Math.floor((file * events) / files)
      const to = Math.floor(((file + 1) * events) / files)
      await connection.run(`COPY (${eventsSql(from, to, now)}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`)
      onProgress((file + 1) / files)
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** A visit has about eight events; visits become more frequent towards today. */
function eventsSql(from: number, to: number, now: Date): string {
  const start = `TIMESTAMP '${dateOf(now.getTime() - days * 86_400_000)}'`
  const seconds = Math.floor((now.getTime() - Date.parse(dateOf(now.getTime() - days * 86_400_000))) / 1_000) - 600
  return `
WITH numbered AS (
  SELECT n AS id, n // 8 AS visit, n % 8 AS step, hash(n) AS h, hash(n // 8, 'visit') AS v FROM range(${from}, ${to}) AS t(n)
), shaped AS (
  SELECT *, ${start} + to_seconds(CAST(${seconds} * pow((visit + 0.5) / ${events / 8}, 0.7) AS BIGINT) + step * 40 + (h % 30)::BIGINT) AS moment,
    v % 100 AS p, h % 1000 AS q FROM numbered
)
SELECT id + 1 AS id, moment AS occurred_at, visit + 1 AS visit_id,
  CASE WHEN p < 35 THEN (v // 1000 % 12000)::INTEGER + 1 END AS customer_id,
  CASE WHEN step = 0 THEN 'landing' WHEN q < 560 THEN 'view' WHEN q < 720 THEN 'search' WHEN q < 850 THEN 'add_to_cart'
    WHEN q < 930 THEN 'checkout' ELSE 'purchase' END AS event,
  CASE WHEN step = 0 THEN '/' WHEN q < 720 THEN '/products/' || (h // 1000 % 600 + 1) WHEN q < 850 THEN '/cart' ELSE '/checkout' END AS page,
  CASE WHEN step > 0 AND q < 720 THEN (h // 1000 % 600 + 1)::INTEGER END AS product_id,
  (['search', 'direct', 'newsletter', 'social', 'partner'])[(v // 7 % 5)::INTEGER + 1] AS channel,
  (['desktop', 'phone', 'phone', 'tablet'])[(v // 11 % 4)::INTEGER + 1] AS device,
  (['Firefox', 'Chrome', 'Safari', 'Edge'])[(v // 13 % 4)::INTEGER + 1] AS browser,
  (['DE', 'DE', 'FR', 'GB', 'US', 'ES', 'IT', 'PL', 'NL'])[(v // 17 % 9)::INTEGER + 1] AS country,
  '203.0.113.' || (v // 19 % 254 + 1) AS ip,
  (200 + h // 31 % 60000)::INTEGER AS stay_ms
FROM shaped`
}
