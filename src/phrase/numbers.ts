import type { Language } from './language.ts'

const table = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text.split(' ').map((pair) => {
      const [word, value] = pair.split('=') as [string, string]
      return [word, Number(value)]
    }),
  )

/** What a number is made of in words: what adds up, and what multiplies what stands before it. */
type Words = Readonly<{ add: ReadonlyMap<string, number>; times: ReadonlyMap<string, number>; and: ReadonlySet<string> }>

const words: Readonly<Partial<Record<Language, Words>>> = {
  en: {
    add: table(
      'zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15 sixteen=16 ' +
        'seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 dozen=12',
    ),
    times: table('hundred=100 thousand=1000 million=1000000 millions=1000000 billion=1000000000 k=1000 mn=1000000 bn=1000000000 m=1000000'),
    and: new Set(['and', '-']),
  },
  de: {
    add: table(
      'null=0 ein=1 eins=1 zwei=2 zwo=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 dreizehn=13 vierzehn=14 ' +
        'fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20 dreißig=30 dreissig=30 vierzig=40 fünfzig=50 sechzig=60 siebzig=70 ' +
        'achtzig=80 neunzig=90 dutzend=12',
    ),
    times: table(
      'hundert=100 tausend=1000 million=1000000 millionen=1000000 mio=1000000 milliarde=1000000000 milliarden=1000000000 mrd=1000000000 tsd=1000 k=1000',
    ),
    and: new Set(['und']),
  },
  fr: {
    add: table(
      'zéro=0 un=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13 quatorze=14 quinze=15 seize=16 ' +
        'vingt=20 vingts=20 trente=30 quarante=40 cinquante=50 soixante=60 septante=70 octante=80 nonante=90 douzaine=12',
    ),
    times: table('cent=100 cents=100 mille=1000 million=1000000 millions=1000000 milliard=1000000000 milliards=1000000000 k=1000'),
    and: new Set(['et', '-']),
  },
  es: {
    add: table(
      'cero=0 uno=1 un=1 una=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 trece=13 catorce=14 quince=15 ' +
        'dieciséis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20 veintiuno=21 veintidós=22 veintitrés=23 veinticuatro=24 veinticinco=25 ' +
        'treinta=30 cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90 cien=100 ciento=100 doscientos=200 trescientos=300 ' +
        'cuatrocientos=400 quinientos=500 seiscientos=600 setecientos=700 ochocientos=800 novecientos=900 docena=12',
    ),
    times: table('mil=1000 millón=1000000 millones=1000000 k=1000'),
    and: new Set(['y', '-']),
  },
}

/** A German number is written as one word: `fünfundzwanzig`, `dreihundert`. */
function germanPieces(word: string, { add, times }: Words): readonly string[] | undefined {
  const known = [...add.keys(), ...times.keys(), 'und'].sort((a, b) => b.length - a.length)
  const found: string[] = []
  let rest = word
  while (rest !== '') {
    const next = known.find((one) => rest.startsWith(one))
    if (next === undefined) return undefined
    found.push(next)
    rest = rest.slice(next.length)
  }
  return found
}

/** What a row of words in lower case is worth as a number; undefined when it is none. `twenty five`, `three hundred and two`, `fünfundzwanzig`. */
export function numberIn(row: readonly string[], language: Language): number | undefined {
  const own = words[language]
  if (!own || row.length === 0) return undefined
  const parts = row.flatMap((word) => {
    if (own.add.has(word) || own.times.has(word) || own.and.has(word)) return [word]
    if (language === 'de') return germanPieces(word, own) ?? [word]
    return word.includes('-') ? word.split('-') : [word]
  })
  let all = 0
  let now: number | undefined
  let before: string | undefined
  for (const part of parts) {
    const add = own.add.get(part)
    const times = own.times.get(part)
    if (add !== undefined) {
      // 'quatre-vingt' is the one number that multiplies by what otherwise adds.
      if (language === 'fr' && before === 'quatre' && part.startsWith('vingt')) now = (now ?? 0) - 4 + 80
      else if (now !== undefined && add >= 10 && now % 100 >= 10 && !(language === 'fr' && add < 20)) return undefined
      else if (now !== undefined && before !== undefined && add < 10 && now % 10 !== 0) return undefined
      else now = (now ?? 0) + add
    } else if (times !== undefined) {
      if (times === 100) now = (now ?? 1) * 100
      else {
        all += (now ?? 1) * times
        now = undefined
      }
    } else if (!own.and.has(part) || before === undefined) return undefined
    before = part
  }
  return before !== undefined && own.and.has(before) ? undefined : all + (now ?? 0)
}

/** May a number in words begin or go on with this word? */
export function isNumberWord(word: string, language: Language, begins: boolean): boolean {
  const own = words[language]
  if (!own) return false
  if (own.add.has(word)) return true
  if (own.times.has(word)) return !begins || !/^(?:k|m|mn|bn|mio|mrd|tsd)$/.test(word)
  if (!begins && own.and.has(word)) return true
  if (word.includes('-')) return word.split('-').every((part) => own.add.has(part) || own.times.has(part) || own.and.has(part))
  return language === 'de' && word.length > 6 && germanPieces(word, own) !== undefined
}

/** What a word behind digits multiplies them by: `3 million`, `5 Mio`; undefined for all others. */
export const timesOf = (word: string, language: Language): number | undefined => words[language]?.times.get(word.toLowerCase())

/** Digits as they are written somewhere, as plain digits: `1,000.5`, `1.000,5` and `1 000,5` are `1000.5`. Currency signs fall away. */
export function plainNumber(text: string, language: Language): string {
  const bare = text.replace(/[$€£¥ '’\u202f\u00a0]/g, '')
  const comma = language === 'de' || language === 'fr' || language === 'es'
  const dots = bare.split('.').length - 1
  const commas = bare.split(',').length - 1
  if (dots > 0 && commas > 0) {
    const decimal = bare.lastIndexOf(',') > bare.lastIndexOf('.') ? ',' : '.'
    return bare.replaceAll(decimal === ',' ? '.' : ',', '').replace(',', '.')
  }
  if (commas > 1 || (commas === 1 && !comma && /,\d{3}$/.test(bare))) return bare.replaceAll(',', '')
  if (dots > 1 || (dots === 1 && comma && /\.\d{3}$/.test(bare))) return bare.replaceAll('.', '')
  return bare.replace(',', '.')
}

const digits: ReadonlyMap<string, number> = new Map([...'零一二三四五六七八九'].map((sign, value) => [sign, value]))
const steps: ReadonlyMap<string, number> = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1_000],
  ['万', 10_000],
  ['亿', 100_000_000],
])

/** A Chinese number, with digits or without: `二十五`, `3万`, `两百`; undefined when it is none. */
export function chineseNumber(text: string): number | undefined {
  const mixed = /^(\d+(?:\.\d+)?)([百千万亿]+)$/.exec(text)
  if (mixed) return [...mixed[2]!].reduce((sum, sign) => sum * steps.get(sign)!, Number(mixed[1]))
  let all = 0
  let part = 0
  let now: number | undefined
  for (const sign of text.replaceAll('两', '二').replaceAll('〇', '零')) {
    const digit = digits.get(sign)
    const step = steps.get(sign)
    if (digit !== undefined) now = digit
    else if (step === undefined) return undefined
    else if (step >= 10_000) {
      all += (part + (now ?? 0) || 1) * step
      part = 0
      now = undefined
    } else {
      part += (now ?? 1) * step
      now = undefined
    }
  }
  return text === '' ? undefined : all + part + (now ?? 0)
}
