import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Value } from '../../src/call.ts'
import type { Dml } from '../../src/dml/dml.ts'
import { readStatement } from '../../src/dml/read.ts'
import { SluiceError } from '../../src/error.ts'
import { duckdbParser } from '../../src/source/duckdb.ts'
import { lexPostgres } from '../../src/sql/postgres/lexer.ts'
import { statements } from '../../src/sql/postgres/parser.ts'
import { type Dialect, dialects } from '../../src/sql/sql.ts'

type Library = Readonly<{
  scanSync(text: string): Readonly<{ tokens: readonly Readonly<{ start: number; end: number; tokenName: string }>[] }>
}>
const { scanSync } = createRequire(import.meta.url)('libpg-query') as Library

/** Undefined for a text that PostgreSQL's scanner refuses, or whose answer the library cannot write down. */
function scanned(sql: string) {
  try {
    return scanSync(sql).tokens
  } catch {
    return undefined
  }
}

const readers = dialects(duckdbParser)
const all = ['postgres', 'mysql', 'sqlite', 'duckdb'] as const

const nasty = fc.array(
  fc.constantFrom(
    "'",
    '"',
    '`',
    '\\',
    '--',
    '-- ',
    '/*',
    '*/',
    '$$',
    '$a$',
    '[',
    ']',
    '(',
    ')',
    ';',
    ',',
    '?',
    '$1',
    ':x',
    '#',
    '\n',
    'a',
    'E',
    ' WHERE ',
    ' ON ',
    'é',
    '%',
    '_',
    '{',
    '}',
    '=',
    '\t',
  ),
  { maxLength: 12 },
)
const text = nasty.map((parts) => parts.join(''))
const blank = fc.constantFrom(' ', '\n', '\t ', ' /* , ) WHERE */ ', ' -- x = (\n')

/** Values that read back as they were written. */
const value = fc.oneof(text, fc.integer(), fc.constant(null), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }))
const written = (dialect: Dialect, given: Value): string => {
  if (typeof given === 'bigint') return String(given)
  if (typeof given === 'string' && dialect.name === 'mysql') return `'${given.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
  return dialect.literal(given as string | number | null)
}

it.each(all)('reads back what was put into %s', async (name) => {
  const dialect = await readers(name)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ a: value, b: value }), { minLength: 1, maxLength: 4 }),
      text,
      fc.array(blank, { minLength: 8, maxLength: 8 }),
      async (rows, column, gaps) => {
        const [g0, g1, g2, g3, g4, g5, g6, g7] = gaps as [string, string, string, string, string, string, string, string]
        const named = column.replaceAll(/[\\`"[\]]/g, '') || 'c'
        fc.pre(named !== 'a' && named !== 't')
        const quoted = dialect.quoteName(named)
        const tuples = rows.map(({ a, b }) => `(${g0}${written(dialect, a)}${g1},${written(dialect, b)})`)
        const insert = `INSERT${g2}INTO${g3}t${g4}(a,${quoted}${g5})${g6}VALUES${g7}${tuples.join(`${g0},`)};`
        expect(await readStatement(insert, [], dialect)).toEqual({
          kind: 'insert',
          table: 't',
          rows: rows.map(({ a, b }) => ({ a, [named]: b })),
        })
        const [{ a, b }] = rows as [{ a: Value; b: Value }]
        const predicate = `(${quoted} = ${written(dialect, b)})`
        const update = `UPDATE${g0}t${g1}SET${g2}a${g3}=${g4}${written(dialect, a)}${g5}WHERE${g6}${predicate}${g7}`
        expect(await readStatement(update, [], dialect)).toEqual({
          kind: 'update',
          table: 't',
          set: { a: { value: a } },
          where: { predicate, params: [] },
        })
        expect(await readStatement(`DELETE${g0}FROM t WHERE ${predicate}`, [], dialect)).toEqual({
          kind: 'delete',
          table: 't',
          where: { predicate, params: [] },
        })
      },
    ),
    { numRuns: name === 'duckdb' ? 150 : 500 },
  )
})

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'INSERT INTO',
        'UPDATE',
        'DELETE FROM',
        't',
        'SET',
        'a',
        '=',
        '(',
        ')',
        ',',
        '1',
        "'x'",
        "'",
        '"',
        '`',
        'WHERE',
        'VALUES',
        'SELECT',
        'FROM',
        '--',
        '-- c\n',
        '/*',
        '*/',
        ';',
        '$$',
        '$x$',
        "E'\\'",
        '[',
        ']',
        '{',
        '}',
        'AS x',
        'x.a',
        'CASE',
        'END',
        'RETURNING',
        'ON CONFLICT',
        '::int',
        '->>',
        '.',
        '*',
        'u&',
        "n'",
        '#',
        '\\',
        '@',
        ':=',
        '0x1',
      ),
      nasty.map((parts) => parts.join('')),
    ),
    { minLength: 1, maxLength: 20 },
  )
  .chain((parts) => fc.constantFrom(' ', '', '\n').map((gap) => parts.join(gap)))
const statement = fc
  .tuple(fc.constantFrom('INSERT INTO t (a) VALUES (', 'UPDATE t SET a = ', 'DELETE FROM t WHERE ', 'INSERT INTO t (a) SELECT ', ''), soup)
  .map((parts) => parts.join(''))

/** Every text of a Dml that is to stand within a SELECT. */
function pieces(dml: Dml): string[] {
  if (dml.kind === 'insert_select') return [dml.select]
  if (dml.kind === 'update') {
    return [
      ...Object.values(dml.set).flatMap((set) => ('expression' in set ? [set.expression] : [])),
      ...('predicate' in dml.where ? [dml.where.predicate] : []),
    ]
  }
  return dml.kind === 'delete' && 'predicate' in dml.where ? [dml.where.predicate] : []
}

it.each(all)('cuts what %s reads into pieces that are whole, or refuses', async (name) => {
  const dialect = await readers(name)
  let cut = 0
  await fc.assert(
    fc.asyncProperty(statement, async (sql) => {
      const dml = await readStatement(sql, [], dialect).catch((error) => {
        expect(error).toBeInstanceOf(SluiceError)
        return 'refused' as const
      })
      if (typeof dml === 'string') return
      cut++
      for (const piece of pieces(dml)) {
        // Read alone, in brackets, it is the same words and signs, and closes nothing that it has not opened.
        const tokens = dialect.tokens(`SELECT (${piece}) AS x`)
        expect(tokens.map(({ text }) => text)).toEqual([
          'SELECT',
          '(',
          ...dialect
            .tokens(piece)
            .slice(0, -1)
            .map(({ text }) => text),
          ')',
          'AS',
          'x',
          '',
        ])
        let depth = 0
        for (const { kind, word } of dialect.tokens(piece)) {
          if (kind === 'symbol' && '([{'.includes(word)) depth++
          if (kind === 'symbol' && ')]}'.includes(word)) expect(--depth).toBeGreaterThanOrEqual(0)
        }
        expect(depth).toBe(0)
      }
      if (name === 'postgres') agrees(sql, dml)
    }),
    { numRuns: name === 'duckdb' ? 1000 : 5000 },
  )
  expect(cut).toBeGreaterThan(10)
})

type Tree = Readonly<
  Record<string, Readonly<{ relation: { relname: string; schemaname?: string }; cols?: Res[]; targetList?: Res[]; whereClause?: unknown }>>
>
type Res = Readonly<{ ResTarget: { name: string } }>

/** PostgreSQL's own parser sees the same kind, table and columns. */
function agrees(sql: string, dml: Dml): void {
  const [stmt, ...more] = statements(sql) as unknown as Tree[]
  expect(more).toEqual([])
  const [[type, node]] = Object.entries(stmt!) as [[string, Tree[string]]]
  expect(type).toBe(
    {
      insert: 'InsertStmt',
      insert_select: 'InsertStmt',
      upsert: 'InsertStmt',
      update: 'UpdateStmt',
      delete: 'DeleteStmt',
      truncate: 'TruncateStmt',
    }[dml.kind],
  )
  if (dml.kind === 'truncate') return
  expect([node.relation.schemaname, node.relation.relname].filter(Boolean).join('.')).toBe(dml.table.replaceAll('"', ''))
  const names = (list: Res[] | undefined) => list?.map(({ ResTarget }) => ResTarget.name)
  if (dml.kind === 'insert_select') expect(dml.columns).toEqual(names(node.cols))
  if (dml.kind === 'update') expect(Object.keys(dml.set)).toEqual(names(node.targetList))
  if (dml.kind === 'update' || dml.kind === 'delete') expect('predicate' in dml.where).toBe(node.whereClause !== undefined)
}

it('splits a text where PostgreSQL itself does', () => {
  let same = 0
  fc.assert(
    fc.property(soup, (sql) => {
      let own: readonly (readonly [number, number])[]
      try {
        own = lexPostgres(sql, 'operator')
          .filter(({ kind }) => kind !== 'end')
          .map(({ at, text: token }) => [Buffer.byteLength(sql.slice(0, at)), Buffer.byteLength(sql.slice(0, at + token.length))])
      } catch {
        return
      }
      const theirs = scanned(sql)
      if (!theirs) return
      const spans = theirs.filter(({ tokenName }) => !/COMMENT/.test(tokenName)).map(({ start, end }) => [start, end])
      expect(own).toEqual(spans)
      same++
    }),
    { numRuns: 5000 },
  )
  expect(same).toBeGreaterThan(500)
})
