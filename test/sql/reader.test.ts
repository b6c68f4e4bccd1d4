import { describe, expect, it } from 'vitest'
import type { SluiceError } from '../../src/error.ts'
import { dialects, limited, type Name, read, refusal, replaced } from './reading.ts'

const both: readonly Name[] = ['mysql', 'sqlite']

describe.each(both)('%s prints', (name) => {
  const print = (sql: string) => dialects[name].print(read(name, sql).tree)

  it.each([
    ['SELECT a,b  FROM t\nWHERE c=1', 'SELECT a,b  FROM t\nWHERE c=1'],
    ['SELECT a/* x */FROM t', 'SELECT a FROM t'],
    ['SELECT a -- x\n, b FROM t -- y', 'SELECT a , b FROM t'],
    ['/* x */ SELECT 1 ; ', 'SELECT 1'],
    ['SELECT COUNT(*) FROM t', 'SELECT COUNT(*) FROM t'],
    ['SELECT 1 -\u000c- 1', 'SELECT 1 - - 1'],
  ])('the checked tokens with the blanks of the caller and without comments: %j', (sql, printed) => {
    expect(print(sql)).toBe(printed)
  })

  it('the last letter of a name, even when it looks like a blank', () => {
    expect(print('SELECT * FROM t\u00a0')).toBe('SELECT * FROM t\u00a0')
    expect(read(name, 'SELECT * FROM t\u00a0').facts.tables[0]?.name).toBe('t\u00a0')
  })

  it('puts a view in the place of each table, under its alias or its own name', () => {
    const q = dialects[name].quoteName
    const view = '( SELECT id FROM hidden )'
    expect(replaced(name, 'SELECT * FROM users')).toBe(`SELECT * FROM ${view} AS ${q('users')}`)
    expect(replaced(name, 'SELECT * FROM users u WHERE u.id = 1')).toBe(`SELECT * FROM ${view} u WHERE u.id = 1`)
    expect(replaced(name, 'SELECT * FROM users AS u, users')).toBe(`SELECT * FROM ${view} AS u, ${view} AS ${q('users')}`)
    expect(replaced(name, 'SELECT * FROM (users)')).toBe(`SELECT * FROM ( ${view} AS ${q('users')} )`)
    expect(replaced(name, 'SELECT * FROM main.users JOIN t')).toBe(`SELECT * FROM ${view} AS ${q('users')} JOIN t`)
  })

  it('takes the schema away from the columns of a table that was replaced', () => {
    expect(replaced(name, 'SELECT main.users.id FROM main.users')).toBe(
      `SELECT users.id FROM ( SELECT id FROM hidden ) AS ${dialects[name].quoteName('users')}`,
    )
    expect(replaced(name, 'SELECT main.t.id FROM main.t, users u')).toBe('SELECT main.t.id FROM main.t, ( SELECT id FROM hidden ) u')
  })

  it('keeps the names that columns have from their text', () => {
    const q = dialects[name].quoteName
    const view = `( SELECT id FROM hidden ) AS ${q('users')}`
    expect(replaced(name, 'SELECT (SELECT max(id) FROM users), 2 /* x */+ 1, (SELECT 1 FROM t) FROM t')).toBe(
      `SELECT (SELECT max(id) FROM ${view} ) AS ${q('(SELECT max(id) FROM users)')} , 2 + 1, (SELECT 1 FROM t) FROM t`,
    )
    expect(replaced(name, 'SELECT (SELECT 1 FROM users) n, EXISTS (SELECT 1 FROM users)')).toBe(
      `SELECT (SELECT 1 FROM ${view} ) n, EXISTS (SELECT 1 FROM ${view} ) AS ${q('EXISTS (SELECT 1 FROM users)')}`,
    )
    const long = replaced(name, `SELECT (SELECT ${'1+'.repeat(500)}1 FROM users)`)
    expect(long.length).toBeLessThan(1500)
  })

  it('refuses where a column could then mean another table', () => {
    const view = (ref: { schema?: string }) => (ref.schema === 'a' ? 'SELECT 1 AS id' : undefined)
    const { tree } = read(name, 'SELECT (SELECT a.users.id FROM b.users) FROM a.users')
    expect(() => dialects[name].replaceTables(tree, view)).toThrow('It is not clear which table')
  })

  it('replaces inside WITH, subqueries and both sides of a UNION, and leaves names of WITH queries alone', () => {
    const sql = 'WITH x AS (SELECT * FROM users), y AS (SELECT 1) SELECT (SELECT 1 FROM users) FROM x UNION SELECT 1 FROM y, users'
    expect(replaced(name, sql).match(/FROM hidden/g)).toHaveLength(3)
    expect(replaced(name, 'WITH y AS (SELECT 1), users AS (SELECT 1) SELECT * FROM users')).not.toContain('hidden')
  })

  it('adds the outermost limit, lowers a literal one and leaves others', () => {
    expect(limited(name, 'SELECT * FROM t', 10)).toBe('SELECT * FROM t LIMIT 10')
    expect(limited(name, 'SELECT * FROM t ORDER BY a;', 10)).toBe('SELECT * FROM t ORDER BY a LIMIT 10')
    expect(limited(name, 'SELECT * FROM t LIMIT 5', 10)).toBe('SELECT * FROM t LIMIT 5')
    expect(limited(name, 'SELECT * FROM t LIMIT 5000', 10)).toBe('SELECT * FROM t LIMIT 10')
    expect(limited(name, 'SELECT * FROM t LIMIT 99999999999999999999', 10)).toBe('SELECT * FROM t LIMIT 10')
    expect(limited(name, 'SELECT * FROM t LIMIT 5000 OFFSET 3', 10)).toBe('SELECT * FROM t LIMIT 10 OFFSET 3')
    expect(limited(name, 'SELECT * FROM t LIMIT 7, 5000', 10)).toBe('SELECT * FROM t LIMIT 7, 10')
    expect(limited(name, 'SELECT * FROM t LIMIT ?', 10)).toBe('SELECT * FROM t LIMIT ?')
    expect(limited(name, 'SELECT 1 UNION SELECT 2', 10)).toBe('SELECT 1 UNION SELECT 2 LIMIT 10')
    expect(limited(name, 'SELECT * FROM (SELECT * FROM t LIMIT 50) x', 10)).toBe('SELECT * FROM (SELECT * FROM t LIMIT 50) x LIMIT 10')
    expect(limited(name, 'EXPLAIN SELECT * FROM t', 10)).toBe('EXPLAIN SELECT * FROM t')
  })

  it('replaces and limits one after the other', () => {
    const { tree } = read(name, 'SELECT * FROM users')
    const first = dialects[name].replaceTables(tree, () => 'SELECT 1') as typeof tree
    expect(dialects[name].print(dialects[name].limitRows(first, 3))).toBe(
      `SELECT * FROM ( SELECT 1 ) AS ${dialects[name].quoteName('users')} LIMIT 3`,
    )
  })
})

describe('What cannot be replaced is refused', () => {
  const code = (name: Name, sql: string): string => {
    try {
      return replaced(name, sql)
    } catch (error) {
      return (error as SluiceError).code
    }
  }
  it.each<[Name, string, string]>([
    ['mysql', 'DESCRIBE users', 'statement_refused'],
    ['mysql', 'SHOW COLUMNS FROM users', 'statement_refused'],
    ['mysql', 'SHOW CREATE TABLE users', 'statement_refused'],
    ['mysql', 'SELECT * FROM users PARTITION (p0)', 'feature_refused'],
    ['mysql', 'SELECT * FROM users FOR SYSTEM_TIME ALL', 'feature_refused'],
    ['mysql', 'EXPLAIN FORMAT=JSON SELECT * FROM users', 'feature_refused'],
    ['sqlite', 'PRAGMA table_info(users)', 'statement_refused'],
    ['sqlite', "SELECT * FROM pragma_table_info('users')", 'statement_refused'],
    ['sqlite', 'EXPLAIN SELECT * FROM users', 'feature_refused'],
  ])('%s: %s', (name, sql, expected) => {
    expect(code(name, sql)).toBe(expected)
  })

  it('hints go with their table', () => {
    expect(replaced('mysql', 'SELECT * FROM users u USE INDEX (a) IGNORE KEY (b) JOIN t')).toBe(
      'SELECT * FROM ( SELECT id FROM hidden ) u JOIN t',
    )
    expect(replaced('sqlite', 'SELECT * FROM users INDEXED BY i WHERE 1')).toBe(
      'SELECT * FROM ( SELECT id FROM hidden ) AS "users" WHERE 1',
    )
    expect(replaced('sqlite', 'SELECT * FROM users u NOT INDEXED')).toBe('SELECT * FROM ( SELECT id FROM hidden ) u')
  })

  it('tables inside VALUES, which MariaDB would show as names of columns', () => {
    expect(() => replaced('mysql', 'VALUES (1, (SELECT id FROM users))')).toThrow('cannot be read inside VALUES')
    expect(() => replaced('mysql', 'SELECT * FROM (VALUES ((SELECT id FROM users))) v')).toThrow('cannot be read inside VALUES')
    expect(replaced('mysql', 'WITH users AS (SELECT 1) VALUES ((SELECT 1 FROM users))')).not.toContain('hidden')
    expect(replaced('mysql', 'VALUES (1), (2) UNION SELECT id FROM users')).toContain('hidden')
    expect(replaced('sqlite', 'VALUES ((SELECT id FROM users))')).toContain('hidden')
  })

  it('tables named in other places', () => {
    expect(replaced('sqlite', 'SELECT 1 IN users, 2 IN (3)')).toBe('SELECT 1 IN ( SELECT id FROM hidden ) AS "1 IN users" , 2 IN (3)')
    expect(replaced('mysql', 'TABLE users LIMIT 1')).toBe('SELECT * FROM ( SELECT id FROM hidden ) AS `users` LIMIT 1')
    expect(replaced('sqlite', 'EXPLAIN QUERY PLAN SELECT * FROM users')).toContain('hidden')
    expect(replaced('mysql', 'EXPLAIN SELECT * FROM users')).toContain('hidden')
  })

  it('limits stay where none can be set', () => {
    expect(limited('sqlite', 'VALUES (1), (2)', 1)).toBe('VALUES (1), (2)')
    expect(limited('sqlite', 'SELECT 1 LIMIT -1', 5)).toBe('SELECT 1 LIMIT -1')
    expect(limited('mysql', '(SELECT 1) UNION (SELECT 2 LIMIT 50)', 5)).toBe('(SELECT 1) UNION (SELECT 2 LIMIT 50) LIMIT 5')
    expect(limited('mysql', 'VALUES (1), (2)', 1)).toBe('VALUES (1), (2) LIMIT 1')
    expect(limited('mysql', 'SELECT a FROM t FETCH FIRST 50 ROWS ONLY', 5)).toBe('SELECT a FROM t FETCH FIRST 5 ROWS ONLY')
    expect(limited('mysql', 'SELECT a FROM t ORDER BY a FETCH FIRST 50 ROWS WITH TIES', 5)).toContain('50 ROWS WITH TIES')
    expect(limited('mysql', 'SHOW TABLES', 5)).toBe('SHOW TABLES')
  })
})

describe.each(both)('%s survives', (name) => {
  it.each([
    ['10,000 brackets', `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['201 brackets', `SELECT ${'('.repeat(201)}1${')'.repeat(201)}`],
    ['nested queries', `SELECT ${'(SELECT '.repeat(250)}1${')'.repeat(250)}`],
    ['nested FROM', `SELECT * FROM ${'('.repeat(500)}t${')'.repeat(500)}`],
    ['nested calls', `SELECT ${'abs('.repeat(500)}1${')'.repeat(500)}`],
    ['nested CASE', `SELECT ${'CASE WHEN '.repeat(500)}1${' THEN 1 END'.repeat(500)}`],
  ])('%s', (_what, sql) => {
    expect(refusal(name, sql)).toBe('sql_too_deep')
  })

  it.each([
    ['199 brackets', `SELECT ${'('.repeat(199)}1${')'.repeat(199)}`],
    ['90 nested queries', `${'SELECT * FROM ('.repeat(90)}SELECT 1${') AS x'.repeat(90)}`],
    ['a long chain of AND', `SELECT 1 FROM t WHERE ${Array(10_000).fill('a = 1').join(' AND ')}`],
    ['a long chain of +', `SELECT ${Array(20_000).fill('1').join(' + ')}`],
    ['a long chain of NOT', `SELECT ${'NOT '.repeat(20_000)}1`],
    ['a long list', `SELECT 1 FROM t WHERE a IN (${Array(40_000).fill('7').join(',')})`],
    ['a long UNION', Array(5_000).fill('SELECT 1').join(' UNION ALL ')],
    ['many tables', `SELECT 1 FROM ${Array(5_000).fill('t').join(', ')}`],
    ['many WITH queries', `WITH ${Array.from({ length: 500 }, (_, i) => `x${i} AS (SELECT 1)`).join(', ')} SELECT * FROM x0`],
  ])('%s, which is read', (_what, sql) => {
    expect(refusal(name, sql)).toBe('allowed')
  })

  it('more WITH queries than anyone needs', () => {
    const many = Array.from({ length: 501 }, (_, i) => `x${i} AS (SELECT 1)`).join(', ')
    expect(refusal(name, `WITH ${many} SELECT * FROM x0`)).toBe('feature_refused')
  })

  it('ten thousand dots', () => {
    expect(refusal(name, `SELECT a${'.a'.repeat(10_000)}`)).toBe('sql_syntax')
  })

  it('random soups of tokens: nothing but named errors, and what is read prints to what reads the same', () => {
    const random = seeded(20_261_120)
    let allowed = 0
    for (let i = 0; i < 6_000; i++) {
      const sql = soup(random)
      const outcome = refusal(name, sql)
      if (outcome !== 'allowed') continue
      allowed++
      const { tree, facts } = read(name, sql)
      const printed = dialects[name].print(tree) as string
      const again = read(name, printed)
      expect(again.facts.tables, sql).toEqual(facts.tables)
      expect(again.facts.functions, sql).toEqual(facts.functions)
      expect(dialects[name].print(again.tree), sql).toBe(printed)
    }
    expect(allowed).toBeGreaterThan(50)
  })

  it('random characters', () => {
    const random = seeded(7)
    const characters = [
      ...'\'"`[]()/*-#;.,@?:$\\ \t\n\u0001\u00a0\u2028éa1eExX0bN_=<>!|&+%^~{}',
      '--',
      '/*',
      '*/',
      'SELECT ',
      "''",
      '\ud83d\ude00',
    ]
    for (let i = 0; i < 6_000; i++) {
      const sql = `SELECT ${Array.from({ length: 1 + random(25) }, () => characters[random(characters.length)]).join('')}`
      expect(() => refusal(name, sql)).not.toThrow()
    }
  })
})

/** Numbers from a printed seed, so that a failure comes again. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const pieces =
  `SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT UNION ALL VALUES WITH AS ( ) ( ) , . * = + - < IN NOT NULL IS LIKE BETWEEN AND OR CASE WHEN
  THEN END EXISTS JOIN LEFT ON USING a b c t users u.id x.y.z 1 2.5 'text' "name" \`tick\` count( max( CAST( ? ;`.split(/\s+/)

function soup(random: (below: number) => number): string {
  const starts = ['SELECT', 'SELECT a FROM t', 'SELECT * FROM users WHERE', 'WITH x AS (SELECT 1)', 'SELECT a,', 'EXPLAIN SELECT', '(']
  const words = Array.from({ length: random(9) }, () => pieces[random(pieces.length)])
  return [starts[random(starts.length)], ...words].join(random(4) === 0 ? '/**/' : ' ')
}
