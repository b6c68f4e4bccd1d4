import { named } from './names.ts'
import { type Lists, tests, type Valued } from './values.ts'

/** What only a whole column shows: words that are names, dates of a lifetime, texts and documents in which people appear. */

type Shape = Readonly<{
  values: readonly string[]
  /** Words a value, and the shares of them that the lists know. */
  words: number
  share: Readonly<Record<keyof Lists, number>>
  capital: number
  withDigit: number
  distinct: number
}>

const folded = (word: string) => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
const share = (values: readonly string[], fits: (value: string) => boolean) => values.filter(fits).length / Math.max(1, values.length)

function shapeOf(values: readonly string[], lists: Lists): Shape {
  const counts = { given: 0, family: 0, place: 0, role: 0, common: 0 }
  let words = 0
  for (const value of values) {
    for (const word of value.split(/[\s,.'’_-]+/)) {
      if (!/^\p{L}{2,}$/u.test(word)) continue
      words++
      const plain = folded(word)
      for (const name of Object.keys(counts) as (keyof Lists)[]) if (lists[name].has(plain)) counts[name]++
    }
  }
  const all = Math.max(1, words)
  return {
    values,
    words: words / Math.max(1, values.length),
    share: {
      given: counts.given / all,
      family: counts.family / all,
      place: counts.place / all,
      role: counts.role / all,
      common: counts.common / all,
    },
    capital: share(values, (value) => /^[\p{Lu}\p{Lo}]/u.test(value)),
    withDigit: share(values, (value) => /\d/.test(value)),
    distinct: new Set(values).size / Math.max(1, values.length),
  }
}

const found = (kind: Valued['kind'], sure: number, part: number, why: string): Valued => ({ kind, sure, share: part, why })

/** The most likely of what the whole column may be; undefined where it looks like nothing of the kind. */
export function soft(values: readonly string[], lists: Lists): Valued | undefined {
  const shape = shapeOf(values, lists)
  return documents(shape, lists) ?? texts(shape, lists) ?? dates(shape) ?? properNames(shape) ?? addresses(shape) ?? codes(shape)
}

function properNames({ values, words, share: of, capital, withDigit, distinct }: Shape): Valued | undefined {
  if (words < 0.9 || words > 4.5 || capital < 0.85 || withDigit > 0.1) return undefined
  // Codes of countries and the like: a short word stands in every list.
  if (share(values, (value) => /^[A-Z]{2,3}$/.test(value)) > 0.7) return undefined
  if (of.role >= 0.3 && of.role + of.common >= 0.6 && distinct >= 0.3) return found('occupation', 0.7, of.role, 'are what people do')
  if (distinct < 0.25) return undefined
  const name = of.given + of.family
  if (of.common < 0.35 && of.place > name * 1.15 && of.place >= 0.25) return found('location', 0.72, of.place, 'are places')
  if (of.common < 0.35 && name >= 0.4) return found('person_name', 0.85, Math.min(1, name), 'are names of people')
  if (distinct < 0.8) return undefined
  if (of.common < 0.2 && words <= 3) return found('person_name', 0.55, 1 - of.common, 'are proper names')
  if (of.common < 0.75 && words >= 1.5) return found('company', 0.52, 1 - of.common, 'are names of some kind')
  return undefined
}

/** `21 May 2009`, `May 2009`, `May 21`: a day has words and figures as a street has. */
const isDate = (value: string): boolean =>
  /^(\d{1,2}(st|nd|rd|th)?[ .-]+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ .,-]*(\d{1,2}(st|nd|rd|th)?[ ,-]*)?(\d{2,4})?\b/i.test(
    value,
  )

function addresses({ values, words, withDigit, distinct }: Shape): Valued | undefined {
  if (withDigit < 0.5 || distinct < 0.6) return undefined
  const postal = share(values, (value) =>
    /^([A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{3} ?\d{2}|\d{2}-\d{3}|\d{4} ?[A-Z]{2})$/.test(value),
  )
  const figures = share(values, (value) => /^\d{4,6}(-\d{3,4})?$/.test(value))
  if (words < 0.6 && postal >= 0.05 && postal + figures >= 0.85 && share(values, (value) => /[A-Z ]|^0/.test(value)) >= 0.05) {
    return found('postal_code', 0.62, postal + figures, 'are postal codes of several countries')
  }
  if (words < 0.8 || share(values, isDate) > 0.3) return undefined
  const street = share(
    values,
    (value) =>
      /^\d+[\p{L}]?([/-]\d+)?,? \p{L}{2,}|\p{L}{3,}\.? (\p{L}+ )*\d+[ \p{L}/-]{0,6}$|\d+ \p{Lu}\p{L}+ (st|ave|rd|road|lane|drive)/iu.test(
        value,
      ) && !/[=<>{}]|^[A-Z]{3,} \//.test(value),
  )
  return street >= 0.6 ? found('address', 0.82, street, 'are addresses of streets') : undefined
}

function dates({ values, distinct }: Shape): Valued | undefined {
  const years = values.flatMap((text) => {
    const value = text.replace(/[ T]00:00(:00(\.0+)?)?(Z|[+-]\d\d(:?\d\d)?)?$/, '')
    const whole = /^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.exec(value)
    if (whole) return [Number(whole[1])]
    const parts = /^(\d{4})-\d{2}-\d{2}$|^\d{1,2}[./-]\d{1,2}[./-](\d{4})$|^(\d{4})[/.]\d{1,2}[/.]\d{1,2}$/.exec(value)
    return parts ? [Number(parts[1] ?? parts[2] ?? parts[3])] : []
  })
  if (years.length < values.length * 0.9 || distinct < 0.5) return undefined
  const sorted = years.sort((a, b) => a - b)
  const [low, high] = [sorted[Math.floor(sorted.length * 0.1)]!, sorted[Math.floor(sorted.length * 0.9)]!]
  return low >= 1910 && low <= 1985 && high <= 2015 && high - low >= 15
    ? found('birth_date', 0.75, 1, `are dates of a lifetime (mostly ${low} to ${high})`)
    : undefined
}

function codes({ values, words, capital, withDigit, distinct, share: of }: Shape): Valued | undefined {
  if (distinct < 0.9 || values.length < 10) return undefined
  const nine = share(values, (value) => /^(?!000|666|9)\d{9}$/.test(value))
  if (nine === 1 && values.length >= 30 && values.some((value) => value.startsWith('0'))) {
    return found('national_id', 0.7, nine, 'have nine digits as social security numbers do')
  }
  const plain = share(values, (value) => /^[A-Za-z][A-Za-z0-9._]{2,23}$/.test(value))
  if (plain < 0.9) return undefined
  const random = share(
    values,
    (value) => /^(?=.*[a-z])(?=.*\d)(?=.*\p{L}.*\d|.*\d.*\p{L})[A-Za-z0-9]{8,16}$/u.test(value) && !/^[0-9a-f]+$/.test(value),
  )
  if (random >= 0.9) return found('password', 0.6, random, 'look like passwords')
  const mixed = withDigit > 0.1 && withDigit < 0.9 && capital > 0.5 && of.common < 0.4 && words < 1
  return mixed ? found('username', 0.55, plain, 'look like names of accounts') : undefined
}

/** Texts of several words in which people, addresses or numbers of people stand. */
function texts({ values, words }: Shape, lists: Lists): Valued | undefined {
  if (words < 4) return undefined
  const telling = share(values, (text) => /[^\s@]+@[\w-]+\.\w{2,}/.test(text) || hasNumber(text) || hasName(text, lists))
  return telling >= 0.15
    ? found('free_text', 0.6 + Math.min(0.3, telling / 2), telling, 'are texts that name people or hold their numbers')
    : undefined
}

const hasNumber = (text: string): boolean =>
  (text.match(/\+?\d[\d\s().-]{6,20}\d/g) ?? []).some((part) =>
    tests.some(({ kind, passes }) => (kind === 'card' || kind === 'phone' || kind === 'national_id') && passes(part.trim())),
  )

function hasName(text: string, { given, family, common }: Lists): boolean {
  const words = text.split(/[^\p{L}'’-]+/u)
  return words.some((word, i) => {
    const next = words[i + 1] ?? ''
    if (!/^\p{Lu}\p{Ll}+$/u.test(word) || !given.has(folded(word)) || common.has(folded(word))) return false
    return /^\p{Lu}\p{Ll}+/u.test(next) && (family.has(folded(next)) || !common.has(folded(next)))
  })
}

/** JSON in which a member is named, or holds, what tells about people. */
function documents({ values }: Shape, lists: Lists): Valued | undefined {
  if (share(values, (value) => /^\s*[[{]/.test(value)) < 0.8) return undefined
  const telling = share(values, (value) => {
    try {
      return tells(JSON.parse(value), lists)
    } catch {
      return false
    }
  })
  return telling >= 0.3 ? found('document', 0.9, telling, 'are documents with personal data in them') : undefined
}

const DEPTH_MAX = 8

function tells(value: unknown, lists: Lists, depth = 0): boolean {
  if (depth > DEPTH_MAX) return false
  if (typeof value === 'string') return tests.some(({ sure, passes }) => sure >= 0.95 && passes(value))
  if (Array.isArray(value)) return value.some((one) => tells(one, lists, depth + 1))
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([key, inner]) => ((named(key)?.sure ?? 0) >= 0.9 && inner !== null && inner !== '') || tells(inner, lists, depth + 1),
  )
}
