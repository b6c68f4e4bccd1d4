import type { Words } from './bloom.ts'
import * as check from './check-digits.ts'
import * as letters from './check-letters.ts'
import * as form from './forms.ts'
import type { Kind } from './kinds.ts'

/** Word lists, see `words.json`. */
export type Lists = Readonly<Record<'given' | 'family' | 'place' | 'role' | 'common', Words>>

/** What the values say: the share of them that are of the kind, and how much that proves. */
export type Valued = Readonly<{ kind: Kind; share: number; sure: number; why: string }>

type Test = Readonly<{
  kind: Kind
  /** How sure one is when every value passes. */
  sure: number
  /** The least share of values that must pass. */
  least: number
  why: string
  passes(value: string): boolean
}>

const bare = (value: string) => value.replace(/[\s.\-/]/g, '')

const card = (value: string) => {
  const digits = value.replace(/[ -]/g, '')
  return (
    /^(4\d{12}(\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(0[0-5]|[68]\d)\d{11}|6(011|4[4-9]\d|5\d\d)\d{12}|35(2[89]|[3-8]\d)\d{12}|62\d{14,17})$/.test(
      digits,
    ) && check.luhn(digits)
  )
}
const octet = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const ipv4 = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}(/\\d{1,2}|:\\d{1,5})?$`)
const netmask =
  /^(0|128|192|224|240|248|252|254|255)\.(0|128|192|224|240|248|252|254|255)\.(0|128|192|224|240|248|252|254|255)\.(0|128|192|224|240|248|252|254|255)$/

/** Numbers of states, each with its check digits: one that fits by chance is one in ten or fewer, a column of them is not chance. */
const national: readonly ((bare: string) => boolean)[] = [
  check.aadhaar,
  check.cpf,
  check.pesel,
  check.chinese,
  check.spanish,
  check.italian,
  check.finnish,
  check.korean,
  check.turkish,
  check.germanTax,
  check.swedish,
  letters.singaporean,
  letters.southAfrican,
  letters.thai,
  letters.nigerian,
  letters.koreanForeigner,
  letters.germanPension,
  letters.germanHealth,
]
/** Those whose check is so weak that only the name can decide, or a share of nearly all. */
const weak: readonly ((bare: string) => boolean)[] = [
  check.nhs,
  check.bsn,
  check.australianTax,
  letters.canadian,
  letters.medicare,
  letters.npi,
]

const ssn = (value: string) => /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/.test(value)

/** Every test of single values, those that prove most first. */
export const tests: readonly Test[] = [
  {
    kind: 'email',
    sure: 0.99,
    least: 0.6,
    why: 'are e-mail addresses',
    passes: (value) => /^[^\s@,;<>"]+@[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}$/u.test(value),
  },
  { kind: 'secret', sure: 0.99, least: 0.5, why: 'are keys, tokens or hashes of passwords', passes: isSecret },
  {
    kind: 'bank_account',
    sure: 0.99,
    least: 0.6,
    why: 'are IBANs with right check digits',
    passes: (value) => check.iban(value.replace(/\s/g, '').toUpperCase()),
  },
  { kind: 'card', sure: 0.98, least: 0.7, why: 'are card numbers with a right check digit', passes: card },
  {
    kind: 'national_id',
    sure: 0.97,
    least: 0.85,
    why: 'are national numbers with right check digits',
    passes: (value) => national.some((fits) => fits(fitsLetters(value))),
  },
  {
    kind: 'national_id',
    sure: 0.9,
    least: 0.97,
    why: 'have the check digits of a national number',
    passes: (value) => weak.some((fits) => fits(bare(value))),
  },
  { kind: 'national_id', sure: 0.93, least: 0.95, why: 'have the form of United States social security numbers', passes: ssn },
  {
    kind: 'national_id',
    sure: 0.93,
    least: 0.9,
    why: 'have the form of national numbers',
    passes: (value) => form.isItin(value) || form.isNationalForm(fitsLetters(value)),
  },
  {
    kind: 'passport',
    sure: 0.9,
    least: 0.95,
    why: 'are numbers of identity cards or passports with a right check digit',
    passes: (value) => letters.icao(fitsLetters(value)),
  },
  {
    kind: 'passport',
    sure: 0.8,
    least: 0.95,
    why: 'have the form of passport numbers',
    passes: (value) => form.isPassportForm(fitsLetters(value)),
  },
  {
    kind: 'driver_licence',
    sure: 0.93,
    least: 0.85,
    why: 'have the form of driving licences',
    passes: (value) => form.isDriving(fitsLetters(value)),
  },
  {
    kind: 'mac_address',
    sure: 0.98,
    least: 0.7,
    why: 'are hardware addresses',
    passes: (value) => /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(value),
  },
  {
    kind: 'ip_address',
    sure: 0.94,
    least: 0.8,
    why: 'are IP addresses',
    passes: (value) => (ipv4.test(value) && !netmask.test(value)) || form.isIpv6(value),
  },
  {
    kind: 'crypto_wallet',
    sure: 0.97,
    least: 0.7,
    why: 'are addresses of wallets',
    passes: (value) => /^(0x[0-9a-f]{38,40}|bc1[02-9ac-hj-np-z]{20,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34})$/i.test(value),
  },
  { kind: 'phone', sure: 0.93, least: 0.7, why: 'are telephone numbers', passes: isPhone },
  { kind: 'coordinates', sure: 0.92, least: 0.8, why: 'are pairs of latitude and longitude', passes: isPair },
  {
    kind: 'medical',
    sure: 0.85,
    least: 0.85,
    why: 'are codes of diagnoses (ICD-10)',
    passes: (value) => /^[A-TV-Z]\d[\dAB](\.[\dA-Z]{1,4})$/.test(value),
  },
  {
    kind: 'vehicle',
    sure: 0.85,
    least: 0.6,
    why: 'have the form of number plates',
    passes: form.isPlate,
  },
  { kind: 'postal_code', sure: 0.8, least: 0.9, why: 'are postal codes', passes: form.isPostcode },
  {
    kind: 'demographic',
    sure: 0.9,
    least: 0.9,
    why: 'are genders',
    passes: (value) =>
      /^(male|female|non-?binary|diverse?|männlich|weiblich|divers|homme|femme|hombre|mujer|masculino|femenino|男|女)$/i.test(value),
  },
]

/** Letters count in national numbers; what people write between them does not. The sign in the middle of a Finnish number does. */
function fitsLetters(value: string): string {
  return /^\d{6}[-+A-F]\d{3}[0-9A-Z]$/i.test(value) ? value.toUpperCase() : bare(value).toUpperCase()
}

function isSecret(value: string): boolean {
  return (
    /^(sk|pk|rk)_(live|test)_\w{10,}|^AKIA[0-9A-Z]{12,}|^gh[pousr]_\w{20,}|^xox[abprs]-|^AIza[\w-]{30,}|^slk_\w{20,}|^glpat-|^npm_\w{20,}/.test(
      value,
    ) ||
    /^eyJ[\w-]{8,}\.[\w-]+\.[\w-]*$/.test(value) ||
    /^-----BEGIN [A-Z ]*(PRIVATE KEY|CERTIFICATE)-----/.test(value) ||
    /^(\$2[abxy]?\$\d\d\$|\$argon2|\$[156]\$|\$scrypt\$|pbkdf2|\{SSHA)/.test(value)
  )
}

function isPhone(value: string): boolean {
  if (!/^[+(\d][\d\s().\-/]{5,22}(\s*(x|ext\.?)\s*\d+)?$/i.test(value)) return false
  const digits = value.replace(/\D/g, '').length
  if (digits < 7 || digits > 15) return false
  // Without a sign of a number that is dialled it could be any number.
  return value.startsWith('+') || /^\(?0|[\s()]|\d-\d{3}-\d{3,4}$/.test(value)
}

function isPair(value: string): boolean {
  const pair = /^\(?(-?\d{1,2}\.\d{3,})[,; ]+(-?\d{1,3}\.\d{3,})\)?$/.exec(value)
  return pair !== null && Math.abs(Number(pair[1])) <= 90 && Math.abs(Number(pair[2])) <= 180
}
