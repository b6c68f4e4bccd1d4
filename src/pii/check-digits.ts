/** Check digits by which a number can be told from one that only looks like it. All take what is left when spaces and marks are gone. */

const digitsOf = (text: string): number[] => [...text].map(Number)
const weighed = (digits: readonly number[], weights: readonly number[]) => weights.reduce((sum, weight, i) => sum + weight * digits[i]!, 0)

/** ISO/IEC 7812-1, annex B. */
export function luhn(text: string): boolean {
  let sum = 0
  const digits = digitsOf(text).reverse()
  digits.forEach((digit, i) => {
    const twice = digit * 2
    sum += i % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice
  })
  return digits.length > 0 && sum % 10 === 0
}

/** ISO 13616: the country and check digits go to the end, letters become numbers, and the rest of dividing by 97 is 1. */
export function iban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false
  let rest = 0
  for (const sign of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(sign, 36)
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
  }
  return rest === 1
}

const verhoeffTimes = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
  [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
  [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
  [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
  [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
  [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
  [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
  [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
  [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]
const verhoeffTurns = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
  [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
  [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
  [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
  [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
  [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
  [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
]

/** Verhoeff 1969. */
export function verhoeff(text: string): boolean {
  let check = 0
  for (const [i, digit] of digitsOf(text).reverse().entries()) check = verhoeffTimes[check]![verhoeffTurns[i % 8]![digit]!]!
  return check === 0
}

/** India's Aadhaar, which never starts with 0 or 1. */
export const aadhaar = (text: string): boolean => /^[2-9]\d{11}$/.test(text) && verhoeff(text)

/** United Kingdom, National Health Service. */
export function nhs(text: string): boolean {
  if (!/^\d{10}$/.test(text)) return false
  const digits = digitsOf(text)
  const check = 11 - (weighed(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)
  return (check === 11 ? 0 : check) === digits[9]
}

/** Brazil. Eleven equal digits fit by chance and are nobody's. */
export function cpf(text: string): boolean {
  if (!/^\d{11}$/.test(text) || /^(\d)\1+$/.test(text)) return false
  const digits = digitsOf(text)
  const check = (count: number) => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += digits[i]! * (count + 1 - i)
    return ((sum * 10) % 11) % 10
  }
  return check(9) === digits[9] && check(10) === digits[10]
}

/** Poland; holds the date of birth. */
export function pesel(text: string): boolean {
  if (!/^\d{11}$/.test(text)) return false
  const digits = digitsOf(text)
  const [month, day] = [(digits[2]! % 2) * 10 + digits[3]!, digits[4]! * 10 + digits[5]!]
  if (month < 1 || month > 12 || day < 1 || day > 31) return false
  return (10 - (weighed(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === digits[10]
}

/** China, GB 11643; holds place and date of birth. */
export function chinese(text: string): boolean {
  const parts = /^(\d{6})(\d{4})(\d{2})(\d{2})\d{3}([\dX])$/.exec(text)
  if (!parts) return false
  const [year, month, day] = [Number(parts[2]), Number(parts[3]), Number(parts[4])]
  if (year < 1900 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31) return false
  const sum = weighed(digitsOf(text.slice(0, 17)), [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
  return '10X98765432'[sum % 11] === parts[5]
}

/** Spain: a number, or X, Y or Z for foreigners, and a letter that is its rest by 23. */
export function spanish(text: string): boolean {
  const parts = /^([XYZ]?)(\d{7,8})([A-Z])$/.exec(text)
  if (!parts || (parts[1] === '') !== (parts[2]!.length === 8)) return false
  const number = Number(`${['X', 'Y', 'Z'].indexOf(parts[1]!) >= 0 ? 'XYZ'.indexOf(parts[1]!) : ''}${parts[2]}`)
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === parts[3]
}

/** Netherlands. */
export function bsn(text: string): boolean {
  if (!/^\d{9}$/.test(text) || /^0+$/.test(text)) return false
  return weighed(digitsOf(text), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
}

/** Germany, tax number: one digit comes two or three times, and ISO 7064 MOD 11,10 ends it. */
export function germanTax(text: string): boolean {
  if (!/^[1-9]\d{10}$/.test(text) || new Set(text.slice(0, 10)).size > 9) return false
  let product = 10
  for (const digit of digitsOf(text.slice(0, 10))) {
    const sum = (digit + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === Number(text[10])
}

/** Italy: fiscal code; its last letter is a sum of the others by their place. */
export function italian(text: string): boolean {
  if (!/^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/.test(text)) return false
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const value = Number.parseInt(text[i]!, 36)
    const place = value > 9 ? value - 10 : value
    sum += i % 2 === 0 ? odd[place]! : place
  }
  return String.fromCharCode(65 + (sum % 26)) === text[15]
}

/** Sweden and its like: six digits of a date and four, with Luhn over the ten. */
export function swedish(text: string): boolean {
  const parts = /^(?:\d\d)?(\d\d)(\d\d)(\d\d)(\d{4})$/.exec(text)
  if (!parts || Number(parts[2]) < 1 || Number(parts[2]) > 12) return false
  const day = Number(parts[3])
  return ((day >= 1 && day <= 31) || (day >= 61 && day <= 91)) && luhn(parts.slice(1).join(''))
}

/** Finland: date, sign of the century, and a rest by 31. */
export function finnish(text: string): boolean {
  const parts = /^(\d{6})[-+ABCDEFYXWVU](\d{3})([0-9A-Z])$/.exec(text)
  return parts !== null && '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(parts[1]! + parts[2]!) % 31] === parts[3]
}

/** Turkey. */
export function turkish(text: string): boolean {
  if (!/^[1-9]\d{10}$/.test(text)) return false
  const digits = digitsOf(text)
  const odd = digits[0]! + digits[2]! + digits[4]! + digits[6]! + digits[8]!
  const even = digits[1]! + digits[3]! + digits[5]! + digits[7]!
  const tenth = (((odd * 7 - even) % 10) + 10) % 10
  return tenth === digits[9] && digits.slice(0, 10).reduce((sum, digit) => sum + digit, 0) % 10 === digits[10]
}

/** Korea: resident registration. */
export function korean(text: string): boolean {
  if (!/^\d{6}[1-8]\d{6}$/.test(text)) return false
  const digits = digitsOf(text)
  return (11 - (weighed(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === digits[12]
}

/** Australia: tax file number. */
export function australianTax(text: string): boolean {
  return /^\d{9}$/.test(text) && !/^(\d)\1+$/.test(text) && weighed(digitsOf(text), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0
}
