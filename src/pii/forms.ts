/** Numbers that have no check digit but a form that little else has. All take capitals, without spaces and marks unless said. */

const mbi = 'AC-HJKMNP-RT-Y'
const nationals: readonly RegExp[] = [
  // United Kingdom: national insurance
  /^(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/,
  // India: permanent account number
  /^[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]$/,
  // United States: Medicare beneficiary
  new RegExp(`^[1-9][${mbi}][0-9${mbi}]\\d[${mbi}][0-9${mbi}]\\d[${mbi}]{2}\\d\\d$`),
]

export const isNationalForm = (bare: string): boolean => nationals.some((form) => form.test(bare))

/** United States: tax number of those without social security, with its dashes. */
export const isItin = (value: string): boolean => /^9\d{2}-(5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])-\d{4}$/.test(value)

/** United Kingdom: letters of the name, date of birth and sex, initials. */
export const isDriving = (bare: string): boolean =>
  bare.length === 16 && /^(?=.{0,4}[A-Z])[A-Z]{1,5}9{0,4}\d[0156]\d([0-2]\d|3[01])\d[A-Z9]{2}[A-Z0-9]{3}$/.test(bare)

/** Korea: passports of the newer kind. */
export const isPassportForm = (bare: string): boolean => /^[MSROD]\d{3}[A-Z]\d{4}$/.test(bare)

const plates: readonly RegExp[] = [
  // Germany
  /^[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?\d{1,4}[EH]?$/,
  // United Kingdom since 2001
  /^[A-HJ-PR-Y][A-HJ-PR-Y](0[1-9]|[1-7]\d)[ -]?[A-HJ-PR-Z]{3}$/,
  // Turkey
  /^(0[1-9]|[1-7]\d|8[01]) ([A-Z] \d{4,5}|[A-Z]{2} \d{3,4}|[A-Z]{3} \d{2,4})$/,
  // India
  /^(AP|AR|AS|BR|CG|CH|DD|DL|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TN|TR|TS|UK|UP|WB)[ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4}$/,
  // Nigeria
  /^[A-Z]{3}[ -]\d{3}[ -]?[A-Z]{2}$/,
  // France since 2009
  /^[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}$/,
  // Spain since 2000
  /^\d{4} [BCDFGHJKLMNPRSTVWXYZ]{3}$/,
]

/** A value as it is written. */
export const isPlate = (value: string): boolean =>
  plates.some((form) => form.test(value.toUpperCase())) && !/^\d\d (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) \d{2,4}$/i.test(value)

/** United Kingdom and Canada: postal codes that are not made of digits alone, so that little else looks like them. */
export const isPostcode = (value: string): boolean =>
  /^(GIR 0AA|[A-PR-UWYZ]([A-HK-Y]?\d[A-HJKPSTUW\d]?|[A-HK-Y]\d[ABEHMNPRV-Y]) \d[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)$/.test(
    value,
  )

/** RFC 4291: eight groups, or fewer around one `::`; a zone or a length of the prefix may follow. */
export function isIpv6(value: string): boolean {
  const address = value.replace(/(%\w+)?(\/\d{1,3})?$/, '')
  if (!/^[0-9a-f:.]{3,45}$/i.test(address)) return false
  const [head, tail, more] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const all = [...groups(head!), ...groups(tail ?? '')]
  const mapped = all.length > 0 && /^(\d{1,3}\.){3}\d{1,3}$/.test(all.at(-1)!)
  const count = all.length + (mapped ? 1 : 0)
  const fit = (mapped ? all.slice(0, -1) : all).every((group) => /^[0-9a-f]{1,4}$/i.test(group))
  return more === undefined && fit && (tail === undefined ? count === 8 : count > 0 && count < 8)
}
