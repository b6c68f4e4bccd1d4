const rows = 1_000_000
const orders = 'id, customer_id, status, total, items, placed_at, note, paid'
const wide = 'id, number, amount, name, city, made_at, ratio, flag'

/** What the bench asks. `sql` gives the statement for a number that the load generator counts up. */
export const cases = {
  /** A look-up by primary key out of a thousand that come again, as those of applications and agents do. */
  point: { rows: 1, sql: (n: number) => `SELECT ${orders} FROM orders WHERE id = ${1 + ((n * 7919) % 1000)}` },
  /** The same, but nearly no text is ever sent twice. */
  point_fresh: { rows: 1, sql: (n: number) => `SELECT ${orders} FROM orders WHERE id = ${1 + ((n * 7919) % rows)}` },
  rows_1000: { rows: 1000, sql: (n: number) => `SELECT ${wide} FROM wide WHERE id > ${(n % 100) * 1000} ORDER BY id LIMIT 1000` },
  million: { rows, sql: () => `SELECT ${wide} FROM wide` },
  /** Runs for hours; the mark is a literal, because comments do not reach a source. */
  endless: {
    rows: 1,
    sql: (mark: number) => `SELECT count(*) AS n FROM orders AS a CROSS JOIN orders AS b WHERE a.total + b.total = -${mark}`,
  },
} as const

export type CaseName = keyof typeof cases
