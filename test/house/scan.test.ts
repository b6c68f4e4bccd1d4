import { expect, test } from 'vitest'
import { bodies, codeOnly } from './scan.ts'

test('code is told from strings, templates, comments and regular expressions', () => {
  expect(codeOnly(`a('{') // {`).trim()).toBe('a(   )')
  expect(codeOnly(['x = `a$', '{ {b: 1}.b }{`'].join('')).replaceAll(' ', '')).toBe('x={b:1}.b')
  expect(codeOnly('x = y / 2 / z').replaceAll(' ', '')).toBe('x=y/2/z')
  expect(codeOnly('x.replace(/[/{]/g, y)').replaceAll(' ', '')).toBe('x.replace(,y)')
  expect(codeOnly('/* { \n } */ z')).toMatch(/^ +\n +z$/)
})

test('bodies of functions are found, other blocks are not', () => {
  const lines = (text: string) => bodies(text).map((body) => body.lines)
  expect(lines('function a(b: { c: number }): Promise<void> {\n\n}')).toEqual([3])
  expect(lines('const a = async (b) => {\n}')).toEqual([2])
  expect(lines('class A {\n  b(): Map<string, { c: 1 }> {\n\n\n  }\n}')).toEqual([4])
  expect(lines('if (a) {\n\n}\nfor (const b of c) {\n\n}\nconst d = {\n\n}')).toEqual([])
  expect(lines('interface A {\n  b(c: number): void\n}\ntry {\n\n} catch {\n\n}')).toEqual([])
  expect(lines('const a = b ? c(d) : {\n  e: 1\n}')).toEqual([])
})

test('lines of bodies within are not counted as own ones', () => {
  const text = 'function a() {\n  if (b) {\n    c(() => {\n\n\n    })\n  }\n  return {\n    d() {\n\n    },\n  }\n}'
  expect(bodies(text).at(-1)).toEqual({ line: 1, lines: 13, own: 10 })
})
