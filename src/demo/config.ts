/**
 * The demo configuration as the text of a `sluice.yaml` in the demo folder, so that it reads like one a person would write. The local
 * caller is an `analyst`, who sees everything but how to reach people; `germany_desk` is there to compare with: fewer tables,
 * fewer columns and only the rows of one country.
 */
export function demoText(): string {
  return `
state: ..
sources:
  shop:
    connector: sqlite
    path: shop.db
    description: Web shop - customers, products, orders, order items and payments. Amounts are whole euro cents.
  web:
    connector: duckdb
    folder: web
    description: Web analytics - half a million page events of the last 180 days, as Parquet files.
  support:
    connector: duckdb
    folder: support
    description: Customer support tickets as a CSV file, with free text.
roles:
  analyst:
    extends: [data_analyst]
    sources:
      shop:
        columns:
          customers:
            mask:
              email: email
              phone: { partial: { first: 3, last: 2 } }
              birth_date: year
              note: { constant: hidden }
          payments:
            mask: { card_last4: 'null' }
      web:
        columns:
          '*': { mask: { ip: hash } }
      support:
        columns:
          '*':
            deny: [body]
            mask:
              email: email
              phone: { partial: { first: 3, last: 2 } }
  germany_desk:
    extends: [read_only]
    sources:
      shop:
        tables: { allow: [customers, orders, items, products] }
        columns:
          customers: { deny: [birth_date, note], mask: { email: hash } }
        rows:
          customers: country = 'DE'
          orders: country = 'DE'
local:
  roles: [analyst]
`
}
