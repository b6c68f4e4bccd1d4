import { describe, expect, it } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import type { DialectName } from '../../src/facts.ts'
import { limits } from '../../src/limits.ts'
import { postgres } from '../../src/sql/postgres/postgres.ts'
import { prefilter } from '../../src/sql/prefilter.ts'

/** The code of a refusal, or `ok` after everything that is done to a statement was done to this one. */
async function outcome(sql: string): Promise<string> {
  try {
    const { tree } = await postgres.parse(sql)
    const whole = await postgres.replaceTables(postgres.limitRows(tree, 10), () => 'SELECT 1 AS a FROM public.t')
    await postgres.print(whole)
    return 'ok'
  } catch (error) {
    if (error instanceof SluiceError) return error.code
    throw error
  }
}

const filtered = (sql: string, dialect: DialectName = 'postgres'): string => {
  try {
    prefilter(sql, dialect)
    return 'ok'
  } catch (error) {
    if (error instanceof SluiceError) return error.code
    throw error
  }
}

const chain = (part: string, count: number, end: string): string => `SELECT ${part.repeat(count)}${end}`
const around = (open: string, count: number, middle: string, close: string): string =>
  `SELECT ${open.repeat(count)}${middle}${close.repeat(count)}`

describe('hostile texts', () => {
  it.each<[name: string, sql: string, codes: string[]]>([
    ['10,000 brackets', around('(', 10_000, '1', ')'), ['sql_too_deep']],
    ['190 brackets', around('(', 190, '1', ')'), ['ok']],
    ['10,000 times AND', `SELECT 1 WHERE ${'a=1 AND '.repeat(10_000)}a=1`, ['ok']],
    ['20,000 sums', chain('1+', 20_000, '1'), ['sql_too_deep']],
    ['3,000 sums', chain('1+', 3_000, '1'), ['ok', 'sql_too_deep']],
    ['300 sums', chain('1+', 300, '1'), ['ok']],
    ['30,000 openings of comments', '/*'.repeat(30_000), ['sql_comment']],
    ['30,000 comments', '/**/'.repeat(30_000), ['sql_comment']],
    ['10,000 calls in calls', around('f(', 10_000, '1', ')'), ['sql_too_deep']],
    ['190 calls in calls', around('f(', 190, '1', ')'), ['ok']],
    ['5,000 CASE in CASE', around('CASE WHEN a THEN ', 5_000, '1', ' END'), ['sql_too_deep']],
    ['an IN list of 100,000', `SELECT 1 IN (${'1,'.repeat(100_000)}1)`, ['ok']],
    ['20,000 times NOT', chain('NOT ', 20_000, 'true'), ['sql_too_deep']],
    ['10,000 times UNION', `SELECT 1${' UNION SELECT 1'.repeat(10_000)}`, ['sql_too_deep']],
    ['10,000 joins', `SELECT 1 FROM a${' JOIN b USING (x)'.repeat(10_000)}`, ['sql_too_deep']],
    ['20,000 casts', `SELECT x${'::int'.repeat(20_000)}`, ['sql_too_deep']],
    ['10,000 texts joined', chain(`'a' || `, 10_000, `'b'`), ['sql_too_deep']],
    ['200,000 operator signs', chain('+', 200_000, '1'), ['sql_too_deep']],
    ['20,000 parts of a name', chain('a.', 20_000, 'b'), ['ok']],
    ['20,000 functions', `SELECT ${Array.from({ length: 20_000 }, (_, i) => `f${i}()`).join()}`, ['ok']],
    ['20,000 tables', `SELECT 1 FROM ${Array.from({ length: 20_000 }, (_, i) => `t${i}`).join()}`, ['ok']],
    ['150 selects in selects', `SELECT * FROM ${'(SELECT * FROM '.repeat(150)}t${') x'.repeat(150)}`, ['ok']],
    ['28,000 statements', 'SELECT 1;'.repeat(28_000), ['statement_many']],
    ['100,000 dollar signs', chain('$', 100_000, ''), ['sql_syntax']],
    ['60,000 quotes', chain(`'`, 60_001, ''), ['sql_syntax']],
    ['60,000 texts on lines', chain(`'a'\n`, 60_000, ''), ['ok']],
    ['a number of 200,000 digits', chain('9', 200_000, ''), ['ok']],
    ['a name of 200,000 letters', `SELECT ${'x'.repeat(200_000)}`, ['ok']],
    ['10 MB', `SELECT '${'x'.repeat(10_000_000)}'`, ['sql_too_large']],
    ['200 KB of letters of three bytes', `SELECT '${'€'.repeat(100_000)}'`, ['sql_too_large']],
    ['a NUL that hides a statement', 'SELECT 1\0; DELETE FROM t', ['sql_character']],
    ['half a surrogate pair', `SELECT '\ud83d'`, ['sql_character']],
  ])('%s', async (_, sql, codes) => {
    expect(codes).toContain(await outcome(sql))
    expect(await outcome('SELECT a FROM t')).toBe('ok')
  })

  it('answers statements that come while a worn parser is replaced', async () => {
    const deep = chain('1+', 20_000, '1')
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, i) => outcome(i % 2 ? deep : 'SELECT a FROM t WHERE b = 1')))
    expect(new Set(outcomes.filter((_, i) => i % 2 === 0))).toEqual(new Set(['ok']))
    expect(new Set(outcomes.filter((_, i) => i % 2 === 1))).toEqual(new Set(['sql_too_deep']))
  })

  it('survives random texts', async () => {
    const seed = Number(process.env.SLUICE_TEST_SEED ?? 20_261_120)
    let state = seed
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      return state % below
    }
    const words =
      "SELECT FROM WHERE ( ) [ ] , . ; a \"b\" 'c' 1 $1 :: = <> - + * / E' $$ -- /* */ WITH AS JOIN ON IN NOT CASE WHEN END é 😀 \n".split(
        ' ',
      )
    for (let i = 0; i < 3_000; i++) {
      const sql = Array.from({ length: 1 + random(40) }, () =>
        random(4) ? words[random(words.length)] : String.fromCharCode(1 + random(0x2fff)),
      ).join(random(2) ? ' ' : '')
      expect(await outcome(sql), `seed ${seed}, text ${JSON.stringify(sql)}`).toMatch(
        /^(ok|sql_\w+|statement_many|feature_refused|column_unknown)$/,
      )
    }
  })
})

describe('prefilter', () => {
  it.each<[sql: string, dialect: DialectName]>([
    [`SELECT '((((((((' || "((((((("`, 'postgres'],
    [`SELECT $$${'('.repeat(300)}$$`, 'postgres'],
    [`SELECT $a$${'('.repeat(300)}$b$ $a$`, 'postgres'],
    [`SELECT E'\\'${'('.repeat(300)}'`, 'postgres'],
    [`SELECT 1 -- ${'('.repeat(300)}`, 'postgres'],
    [`SELECT 1 --${'-'.repeat(300)}\n`, 'postgres'],
    [`/*${'*'.repeat(300)}*/ SELECT 1`, 'postgres'],
    [`/* a /* b */ ${'('.repeat(300)} */ SELECT 1`, 'postgres'],
    [`SELECT ${'(1),'.repeat(1_000)}1`, 'postgres'],
    [`SELECT ${'CASE WHEN a THEN b END,'.repeat(300)}1`, 'postgres'],
    ['SELECT 5--1', 'postgres'],
    [`SELECT '${'('.repeat(300)}\\'' || "\\"${'('.repeat(300)}"`, 'mysql'],
    ['SELECT 1 # ((((', 'mysql'],
    ['SELECT 1 -- x', 'mysql'],
    ['SELECT 1 --', 'mysql'],
    [`SELECT '/*! not code */', '--x'`, 'mysql'],
    [`SELECT \`${'('.repeat(300)}\``, 'mysql'],
    [`SELECT [${'('.repeat(300)}] FROM t`, 'sqlite'],
    ['SELECT 5--1', 'sqlite'],
    [`SELECT '\\', '${'('.repeat(300)}'`, 'sqlite'],
    [`SELECT $$${'('.repeat(300)}$$`, 'duckdb'],
    ['SELECT [[1], [2]]', 'duckdb'],
  ])('leaves honest text alone: %s (%s)', (sql, dialect) => {
    expect(filtered(sql, dialect)).toBe('ok')
  })

  it.each<[sql: string, dialect: DialectName, code: string]>([
    ['SELECT /*!50000 1 */', 'mysql', 'sql_comment'],
    ['SELECT /*M!100000 1 */', 'mysql', 'sql_comment'],
    ['SELECT /*m! 1 */', 'mysql', 'sql_comment'],
    ['# only a comment', 'mysql', 'sql_empty'],
    ['/* only a comment */', 'sqlite', 'sql_empty'],
    ['', 'duckdb', 'sql_empty'],
    [';;', 'sqlite', 'sql_empty'],
    [around('(', limits.sqlDepthMax + 1, '1', ')'), 'sqlite', 'sql_too_deep'],
    [around('[', limits.sqlDepthMax + 1, '1', ']'), 'duckdb', 'sql_too_deep'],
    ['SELECT 1\0', 'sqlite', 'sql_character'],
  ])('%s (%s) is %s', (sql, dialect, code) => {
    expect(filtered(sql, dialect)).toBe(code)
  })
})
