import mysql from 'mysql2'
import type { Floor } from './floor.ts'

const pool = 10

/** The driver as its manual shows it, reading row by row. */
export function open(url: string): Floor {
  const idle: mysql.Connection[] = []
  const waiting: ((connection: mysql.Connection) => void)[] = []
  let opened = 0
  const take = async (): Promise<mysql.Connection> => {
    const connection = idle.pop()
    if (connection) return connection
    if (opened >= pool) return new Promise((resolve) => waiting.push(resolve))
    opened++
    const made = mysql.createConnection({ uri: url, supportBigNumbers: true, bigNumberStrings: true })
    made.on('error', () => {})
    return made
  }
  const give = (connection: mysql.Connection) => {
    const next = waiting.shift()
    if (next) next(connection)
    else idle.push(connection)
  }
  return {
    async query(sql, params, out, onAbort) {
      const connection = await take()
      onAbort(() => {
        connection.resume()
        const killer = mysql.createConnection(url)
        killer.on('error', () => {})
        killer.query(`KILL QUERY ${connection.threadId}`, () => killer.destroy())
      })
      try {
        await read(connection, sql, params, out)
      } finally {
        give(connection)
      }
    },
  }
}

function read(connection: mysql.Connection, sql: string, params: readonly unknown[], out: Parameters<Floor['query']>[2]): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = connection.query(sql, params as unknown[])
    let comma = ''
    let paused = false
    query.on('result', (row: unknown) => {
      const go = out.write(comma + JSON.stringify(row))
      comma = ','
      if (go || paused) return
      paused = true
      connection.pause()
      out.onDrain(() => {
        paused = false
        connection.resume()
      })
    })
    query.on('end', () => resolve())
    query.on('error', reject)
  })
}
