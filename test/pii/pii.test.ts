import { beforeAll, expect, test } from 'vitest'
import * as check from '../../src/pii/check-digits.ts'
import { type Detector, detector, kinds } from '../../src/pii/pii.ts'

let pii: Detector
beforeAll(async () => {
  pii = await detector()
})
const kindOf = (name: string, values: readonly string[] = [], type = 'text') => pii.detect({ name, type, values })?.kind

test.each([
  ['email', 'email'],
  ['customerEmailAddress', 'email'],
  ['姓名', 'person_name'],
  ['geburtsdatum', 'birth_date'],
  ['card_number', 'card'],
  ['api_key', 'secret'],
  ['session_id', 'secret'],
  ['iban', 'bank_account'],
])('the name %s alone says %s', (name, kind) => expect(kindOf(name)).toBe(kind))

test.each([
  'email_verified',
  'email_count',
  'phone_model',
  'password_policy',
  'name_length',
  'token_count',
  'product_name',
  'ip_protocol',
  'race_condition',
  'created_at',
  'primary_key',
  'country',
])('the name %s says nothing about a person', (name) => expect(kindOf(name)).toBeUndefined())

const many = (values: readonly string[]) => Array.from({ length: 30 }, (_, i) => values[i % values.length]!)

test.each([
  ['email', many(['ana@example.com', 'bo.x@mail.example.org', 'c+1@example.net'])],
  ['card', many(['4111 1111 1111 1111', '378282246310005', '5555-5555-5555-4444'])],
  ['bank_account', many(['DE89 3704 0044 0532 0130 00', 'GB82WEST12345698765432', 'FR1420041010050500013M02606'])],
  ['national_id', many(['529.982.247-25', '390.533.447-05'])],
  ['ip_address', many(['10.1.2.3', '2001:db8:0:0:1:0:0:1', '192.168.0.17'])],
  ['secret', many(['$2b$12$NH8fvmWvUaMNFzgXeQgH8dBAYzaZ92GWX', 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'])],
  ['phone', many(['+49 170 1234567', '+1 902-850-7213', '(020) 9168-7301'])],
  ['document', many(['{"contact": {"mail": "ana@example.com"}}', '{"contact": {"mail": "bo@example.com"}}'])],
])('values of %s are known without a name', (kind, values) => expect(kindOf('c7', values)).toBe(kind))

test('numbers whose check digits are wrong, masks of networks and other numbers are nobody’s', () => {
  expect(kindOf('c1', many(['4111 1111 1111 1112', '378282246310006']))).toBeUndefined()
  expect(kindOf('c2', many(['DE89370400440532013001', 'GB82WEST12345698765433']))).toBeUndefined()
  expect(kindOf('c3', many(['255.255.255.0', '255.255.0.0']))).toBeUndefined()
  expect(
    kindOf(
      'c4',
      Array.from({ length: 50 }, (_, i) => String(1_000_000_000 + i * 7919)),
    ),
  ).toBeUndefined()
  expect(kindOf('app_version', many(['1.14.14.1', '6.5.28.8']))).toBeUndefined()
  expect(kindOf('order_no', many(['935-36-6585', '985-48-8459']))).toBeUndefined()
})

test('values that cannot be what the name says win over it', () => {
  expect(kindOf('email', many(['true', 'false']))).toBeUndefined()
  expect(kindOf('phone', many(['Galaxy', 'Pixel']))).toBeUndefined()
  expect(kindOf('contact', many(['ana@example.com', 'bo@example.com']))).toBe('email')
  expect(kindOf('gender', many(['male', 'female']))).toBe('demographic')
})

test('a column called name holds people only when its values do', () => {
  const people = [
    'Ana Schmidt',
    'Maria Rossi',
    'Peter Novak',
    'Laura Garcia',
    'Thomas Weber',
    'Julia Becker',
    'Marco Bianchi',
    'Sofia Lopez',
  ]
  expect(kindOf('name', people)).toBe('person_name')
  expect(kindOf('name', many(['Oak desk', 'Cotton shirt', 'Steel lamp']))).toBeUndefined()
})

test('a finding tells why without telling a value, and how to hide it', () => {
  const found = pii.detect({ name: 'c7', type: 'text', values: many(['ana@example.com']) })!
  expect(found).toMatchObject({ kind: 'email', title: 'e-mail address', mask: { kind: 'email' } })
  expect(found.confidence).toBeGreaterThan(0.9)
  expect(found.reason).toContain('100 %')
  expect(found.reason).not.toContain('ana')
  for (const kind of Object.values(kinds)) expect(kind.mask.kind).toBeTypeOf('string')
})

test('odd columns do no harm: nothing, one value, huge values, hostile texts', () => {
  expect(kindOf('', [])).toBeUndefined()
  expect(kindOf('x'.repeat(10_000), [''])).toBeUndefined()
  expect(kindOf('c', ['{'.repeat(5_000)])).toBeUndefined()
  expect(kindOf('c', many(['a'.repeat(100_000), `${'1-'.repeat(50_000)}x`]))).toBeUndefined()
  expect(kindOf('email', [], 'bool')).toBeUndefined()
})

test.each([
  ['luhn', '4111111111111111', '4111111111111112'],
  ['iban', 'DE89370400440532013000', 'DE89370400440532013001'],
  ['nhs', '9434765919', '9434765918'],
  ['cpf', '52998224725', '52998224726'],
  ['pesel', '44051401359', '44051401358'],
  ['chinese', '11010519491231002X', '110105194912310021'],
  ['spanish', '12345678Z', '12345678A'],
  ['spanish', 'X1234567L', 'X1234567M'],
  ['bsn', '111222333', '111222334'],
  ['germanTax', '86095742719', '86095742718'],
  ['italian', 'RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
  ['swedish', '8112189876', '8112189875'],
  ['finnish', '131052-308T', '131052-308U'],
  ['turkish', '10000000146', '10000000147'],
] as const)('%s takes %s and refuses %s', (name, right, wrong) => {
  expect(check[name](right)).toBe(true)
  expect(check[name](wrong)).toBe(false)
})
