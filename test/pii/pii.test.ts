import { beforeAll, expect, test } from 'vitest'
import * as check from '../../src/pii/check-digits.ts'
import { type Detector, detector, kinds, maskFor } from '../../src/pii/pii.ts'

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

test.each([
  ['national_id', ['S2740116C', 'F2346401L']],
  ['national_id', ['8001015009087']],
  ['national_id', ['1234567890121', '3456789012347']],
  ['national_id', ['911124-5678906', '050912-6000012']],
  ['national_id', ['15070649C103', '65070803A019']],
  ['national_id', ['A000500015', 'C000500021', 'M123456785']],
  ['national_id', ['AA 12 34 56 B', 'TW987654A']],
  ['national_id', ['ABCPD1234E', 'AAAPA1234A']],
  ['national_id', ['1EG4-TE5-MK73', '1EG4TE5MK73']],
  ['national_id', ['911-70-1234', '911-53-1234']],
  ['passport', ['C01234565', 'L01X00T44', 'CZ6311T03']],
  ['driver_licence', ['MORGA607054SM9IJ', 'FO999512018AA1AB']],
  ['vehicle', ['AB51 ABC', 'BD62XYZ', 'LN14-HGT']],
  ['vehicle', ['34 ABC 123', '06 A 1234']],
  ['vehicle', ['KA01AB1234', 'MH 12 DE 1433']],
  ['postal_code', ['M1 1AA', 'W1A 1HQ', 'CR2 6XH', 'K1A 0B1']],
  ['ip_address', ['fe80::1', '2001:db8::8a2e:370:7334', '::ffff:10.0.0.1']],
])('values of %s are known without a name: %j', (kind, values) => expect(kindOf('c7', many(values))).toBe(kind))

test.each([
  [['S2740116D', 'F2346401M']],
  [['8001015009086']],
  [['1234567890122']],
  [['C01234566', 'L01X00T45']],
  [['12:34:56', '23:59:59']],
  [['1:2:3', '10::20::30']],
])('and what only looks like them is not: %j', (values) => expect(kindOf('c7', many(values))).toBeUndefined())

const births = Array.from({ length: 40 }, (_, i) => 1940 + ((i * 17) % 65))

test('dates of birth are known by a lifetime, whatever type they are kept in', () => {
  const at = (form: (year: number, day: string) => string) => births.map((year, i) => form(year, String((i % 27) + 1).padStart(2, '0')))
  expect(
    kindOf(
      'c1',
      at((year, day) => `${year}-03-${day}`),
      'date',
    ),
  ).toBe('birth_date')
  expect(
    kindOf(
      'c1',
      at((year, day) => `${year}-03-${day} 00:00:00`),
      'timestamp',
    ),
  ).toBe('birth_date')
  expect(
    kindOf(
      'c1',
      at((year, day) => `${year}03${day}`),
      'int',
    ),
  ).toBe('birth_date')
  expect(
    kindOf(
      'birth_date',
      at((year, day) => `${year}-03-${day} 00:00:00`),
      'timestamp',
    ),
  ).toBe('birth_date')
  expect(
    kindOf(
      'created',
      at((_, day) => `2024-03-${day} 10:11:12`),
      'timestamp',
    ),
  ).toBeUndefined()
})

test('telephone numbers and numbers of people are known by name where they are kept as integers', () => {
  const numbers = Array.from({ length: 30 }, (_, i) => String(491701234567 + i * 7919))
  expect(kindOf('mobile_phone', numbers, 'int')).toBe('phone')
  expect(kindOf('quantity', numbers, 'int')).toBeUndefined()
  expect(kindOf('ssn', ['78051120', '219099999'], 'int')).toBe('national_id')
})

test('what things are called is nobody’s name', () => {
  const detect = (table: string, values: readonly string[]) => pii.detect({ name: 'name', type: 'text', values, table })?.kind
  const goods = ['Blue Lamp', 'Green Chair', 'Large Oak Table', 'Small Rug', 'Wall Clock', 'Soft Pillow']
  expect(detect('products', goods)).toBeUndefined()
  expect(detect('categories', [])).toBeUndefined()
  expect(detect('customers', [])).toBe('person_name')
})

test('codes of countries, and a handful of numbers, prove nothing', () => {
  expect(kindOf('land', ['DE', 'FR', 'US', 'IT', 'AL', 'MA', 'AN', 'JO'])).toBeUndefined()
  expect(kindOf('n', ['123456782'])).toBeUndefined()
  expect(kindOf('password', ['sesame', 'sesame', 'sesame'])).toBe('password')
})

test('a mask that keeps the type is suggested only for a type that it fits', () => {
  expect(maskFor('birth_date', 'date')).toEqual({ kind: 'year' })
  expect(maskFor('birth_date', 'text')).toEqual({ kind: 'null' })
  expect(maskFor('age', 'int')).toEqual({ kind: 'round', to: 10 })
  expect(maskFor('age', 'text')).toEqual({ kind: 'null' })
  expect(maskFor('email', 'text')).toEqual({ kind: 'email' })
})

test('days are no addresses and no plates, what happened then is no birthday, and a number that counts up is nobody’s', () => {
  const days = Array.from({ length: 30 }, (_, i) => `${(i % 28) + 1} ${['January', 'May', 'October'][i % 3]} ${1990 + i}`)
  expect(kindOf('c1', days)).toBeUndefined()
  expect(kindOf('launch', many(['21 Jan 2009', '28 Feb 2009', '13 Mar 2010']))).toBeUndefined()
  const dates = births.map((year, i) => `${year}-03-${String((i % 27) + 1).padStart(2, '0')}`)
  expect(kindOf('effective_date', dates, 'date')).toBeUndefined()
  expect(kindOf('date_of_birth', dates, 'date')).toBe('birth_date')
  const counted = Array.from({ length: 30 }, (_, i) => String(i + 1))
  for (const name of ['tax_id', 'device_id', 'insurance_id', 'passport_no']) expect(kindOf(name, counted, 'int'), name).toBeUndefined()
})
