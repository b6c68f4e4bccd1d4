import { luhn, verhoeff } from './check-digits.ts'

/** Check digits and letters of numbers that hold letters, or come from further countries. All take capitals, without spaces and marks. */

const digitsOf = (text: string): number[] => [...text].map(Number)
const weighed = (digits: readonly number[], weights: readonly number[]) =>
  weights.reduce((sum, weight, i) => sum + weight * (digits[i] ?? 0), 0)
const acrossDigits = (value: number): number => (value > 9 ? Math.floor(value / 10) + (value % 10) : value)
const isDay = (month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31
const at = (text: string, from: number): number => Number(text.slice(from, from + 2))

/** Singapore: NRIC and FIN; the last letter is a rest by 11. */
export function singaporean(text: string): boolean {
  const parts = /^([STFGM])(\d{7})([A-Z])$/.exec(text)
  if (!parts) return false
  const [, kind, digits, letter] = parts as unknown as [string, string, string, string]
  const offset = kind === 'T' || kind === 'G' ? 4 : kind === 'M' ? 3 : 0
  const letters = kind === 'M' ? 'KLJNPQRTUWX' : kind === 'S' || kind === 'T' ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK'
  const rest = (weighed(digitsOf(digits), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11
  return (kind === 'M' ? letters[10 - rest] : letters[rest]) === letter
}

/** South Africa: date of birth, citizenship, and Luhn over all thirteen. */
export const southAfrican = (text: string): boolean => /^\d{10}[01][89]\d$/.test(text) && isDay(at(text, 2), at(text, 4)) && luhn(text)

/** Thailand: thirteen digits, the last a rest by 11. */
export const thai = (text: string): boolean =>
  /^[1-8]\d{12}$/.test(text) && (11 - (weighed(digitsOf(text), [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(text[12])

/** Nigeria: NIN, eleven digits after Verhoeff. */
export const nigerian = (text: string): boolean => /^\d{11}$/.test(text) && !/^(\d)\1+$/.test(text) && verhoeff(text)

/** Canada: social insurance number. Those that begin with 0 or 8 are nobody's. */
export const canadian = (text: string): boolean => /^[1-79]\d{8}$/.test(text) && !/^(\d)\1+$/.test(text) && luhn(text)

/** Korea: registration of foreigners. */
export const koreanForeigner = (text: string): boolean =>
  /^\d{6}[5-8]\d{6}$/.test(text) &&
  isDay(at(text, 2), at(text, 4)) &&
  (13 - (weighed(digitsOf(text), [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === Number(text[12])

/** Australia: Medicare card. */
export const medicare = (text: string): boolean =>
  /^[2-6]\d{9,10}$/.test(text) && weighed(digitsOf(text), [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(text[8])

/** United States: number of a provider of health care, Luhn behind 80840. */
export const npi = (text: string): boolean => /^[12]\d{9}$/.test(text) && luhn(`80840${text}`)

/** Germany and others after ICAO 9303: identity cards and passports of nine signs, the last a check digit. */
export function icao(text: string): boolean {
  if (!/^[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}\d$/.test(text) || !/\d/.test(text.slice(1, 8))) return false
  const values = [...text.slice(0, 8)].map((sign) => Number.parseInt(sign, 36))
  return weighed(values, [7, 3, 1, 7, 3, 1, 7, 3]) % 10 === Number(text[8])
}

/** The number that a letter stands for, A is 01. */
const lettered = (letter: string): string => String(letter.charCodeAt(0) - 64).padStart(2, '0')

/** Germany: pension insurance; area, date of birth, a letter of the name, two digits and a check digit. */
export function germanPension(text: string): boolean {
  const parts = /^(\d\d)(\d\d)(\d\d)(\d\d)([A-Z])(\d\d)(\d)$/.exec(text)
  if (!parts || !isDay(Number(parts[3]), ((Number(parts[2]) - 1) % 50) + 1)) return false
  const digits = digitsOf(`${text.slice(0, 8)}${lettered(parts[5]!)}${parts[6]}`)
  const sum = digits.reduce((all, digit, i) => all + acrossDigits(digit * [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1][i]!), 0)
  return sum % 10 === Number(parts[7])
}

/** Germany: health insurance; a letter and nine digits, the last a check digit. */
export function germanHealth(text: string): boolean {
  if (!/^[A-Z]\d{9}$/.test(text)) return false
  const digits = digitsOf(`${lettered(text[0]!)}${text.slice(1, 9)}`)
  return digits.reduce((sum, digit, i) => sum + acrossDigits(digit * (i % 2 === 0 ? 1 : 2)), 0) % 10 === Number(text[9])
}
