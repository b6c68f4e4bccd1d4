import { expect, it } from 'vitest'
import { lexMysql } from '../../src/sql/mysql/lexer.ts'
import { mysql } from '../../src/sql/mysql/mysql.ts'
import type { Tree } from '../../src/sql/reader/tree.ts'
import type { Parsed } from '../../src/sql/sql.ts'

const texts = (sql: string): string[] =>
  lexMysql(sql)
    .slice(0, -1)
    .map((token) => token.text)
const kinds = (sql: string): string =>
  lexMysql(sql)
    .slice(0, -1)
    .map((token) => token.kind)
    .join(' ')

it.each([
  ['4--1', ['4', '-', '-', '1']],
  ['4-- 1', ['4']],
  ['4--\t1\n5', ['4', '5']],
  ['4--', ['4']],
  ['4--\u00011\n5', ['4', '5']],
  ['4#1\n5', ['4', '5']],
  ['4-- 1\r5', ['4']],
  ['a/*/b*/c', ['a', 'c']],
  ['a.b.1c', ['a', '.', 'b', '.', '1c']],
  ['`a`.5', ['`a`', '.5']],
  ['a.5', ['a', '.', '5']],
  ['1.a', ['1.', 'a']],
  ['1e5a', ['1e5', 'a']],
  ['1e+a', ['1e', '+', 'a']],
  ['0X1', ['0X1']],
  ['a<=>b<>c>=d!=e<<f>>g', ['a', '<=>', 'b', '<>', 'c', '>=', 'd', '!=', 'e', '<<', 'f', '>>', 'g']],
  ["'a\\'b''c'", ["'a\\'b''c'"]],
  ["'a' 'b'", ["'a'", "'b'"]],
  ["N'a'n'b'x'41'", ["N'a'", "n'b'", "x'41'"]],
  ['@a.b@@global.c', ['@a.b', '@@global.c']],
  ['t\u00a0x', ['t\u00a0x']],
])('%j is split as the server splits it', (sql, expected) => {
  expect(texts(sql)).toEqual(expected)
})

it('tells names from words', () => {
  expect(kinds('select .select select.x from')).toBe('word symbol name name symbol name word')
  expect(kinds('`select` 1a 1 "x" ? @v')).toBe('name name number string parameter variable')
})

it('prints two minus signs so that no comment begins where one ended', () => {
  const printed = (sql: string) => mysql.print((mysql.parse(sql) as Parsed<Tree>).tree)
  expect(printed('SELECT 3--/**/1 AS x, a FROM t')).toBe('SELECT 3- - 1 AS x, a FROM t')
  expect(printed('SELECT 3--1')).toBe('SELECT 3- -1')
  expect(printed('SELECT 3 - -1')).toBe('SELECT 3 - -1')
})
