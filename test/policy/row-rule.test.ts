// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Sluice's own places, not JavaScript's
import { describe, expect, test } from 'vitest'
import type { DialectName } from '../../src/facts.ts'
import type { Attribute } from '../../src/principal.ts'
import { ana, orders, policyOf } from './setting.ts'

async function rows(rule: string, attributes: Record<string, Attribute>, dialect: DialectName = 'sqlite') {
  const policy = await policyOf(`  r: { extends: [read_only], sources: { shop: { rows: { orders: ${JSON.stringify(rule)} } } } }`, dialect)
  return policy.grant(ana(['r'], attributes), 'shop').table(orders)?.rows
}

describe('attributes become literals', () => {
  test.each<[string, Attribute, DialectName, string]>([
    ['number', 7, 'sqlite', 't = 7'],
    ['negative, so that no comment starts', -7, 'sqlite', 't = (-7)'],
    ['boolean', true, 'postgres', 't = TRUE'],
    ['text', "o'neil", 'sqlite', "t = 'o''neil'"],
    ['backslash in PostgreSQL', "a\\' OR 1=1 --", 'postgres', "t = E'a\\\\'' OR 1=1 --'"],
    ['backslash in MySQL', "a\\' OR 1=1 --", 'mysql', "t = 'a\\\\'' OR 1=1 --'"],
    ['backslash in SQLite', "a\\' OR 1=1 --", 'sqlite', "t = 'a\\'' OR 1=1 --'"],
    ['list', [1, 'x'], 'duckdb', "t = (1, 'x')"],
    ['empty list', [], 'duckdb', 't = (NULL)'],
    ['replacement patterns', '$& $1', 'sqlite', "t = '$& $1'"],
    ['a place in an attribute stays text', '{{principal.name}}', 'sqlite', "t = '{{principal.name}}'"],
  ])('%s', async (_, value, dialect, expected) => {
    expect(await rows('t = {{principal.x}}', { x: value }, dialect)).toEqual([expected])
  })
  test('the name of the caller', async () => {
    expect(await rows('owner = {{ principal.name }}', {})).toEqual(["owner = 'ana'"])
  })
})

describe('a missing attribute gives nothing of the table', () => {
  test.each<[string, Record<string, Attribute>]>([
    ['missing', {}],
    ['a name of every object', {}],
    ['NUL', { x: 'a\0' }],
    ['broken Unicode', { x: '\ud800' }],
    ['not finite', { x: Number.NaN }],
  ])('%s', async (_, attributes) => {
    expect(await rows('t = {{principal.x}}', attributes)).toBeUndefined()
  })
  test('inherited names are not attributes, and the reason is told', async () => {
    const policy = await policyOf('  r: { extends: [read_only], sources: { shop: { rows: { orders: "t = {{principal.constructor}}" } } } }')
    const grant = policy.grant(ana(['r']), 'shop')
    expect(grant.table(orders)).toBeUndefined()
    expect(grant.refusal?.(orders)).toContain('needs the attribute constructor')
  })
  test('another role may still give it', async () => {
    const policy = await policyOf('  r: { extends: [read_only], sources: { shop: { rows: { orders: "t = {{principal.x}}" } } } }')
    expect(policy.grant(ana(['r', 'read_only']), 'shop').table(orders)).toMatchObject({ restricted: false })
  })
})

describe('a place where a literal would not be a literal is refused', () => {
  test.each<[string, DialectName]>([
    ["t = '{{principal.x}}'", 'sqlite'],
    ['t = "{{principal.x}}"', 'sqlite'],
    ['t = `{{principal.x}}`', 'mysql'],
    ["t = 'a''{{principal.x}}'", 'sqlite'],
    ["t = 'a\\' {{principal.x}}'", 'mysql'],
    ['t = 1 -- {{principal.x}}', 'sqlite'],
    ['t = 1 /* {{principal.x}} */', 'sqlite'],
    ['t = 1 # {{principal.x}}', 'mysql'],
    ['t = $a${{principal.x}}$a$', 'postgres'],
    ["[a'b] = '{{principal.x}}'", 'sqlite'],
    ['t = {{principal.x}', 'sqlite'],
    ['t = {{tenant}}', 'sqlite'],
    ['t = {{principal.}}', 'sqlite'],
  ])('%s', async (rule, dialect) => {
    await expect(rows(rule, { x: 1 }, dialect)).rejects.toMatchObject({ code: 'config_invalid' })
  })
  test('but quotes beside it are fine', async () => {
    expect(await rows(`a = 'it''s "x' AND "b'c" = {{principal.x}}`, { x: 1 })).toEqual([`a = 'it''s "x' AND "b'c" = 1`])
  })
})
