import type { Piece } from './pieces.ts'

/** A country, or where somebody is from, as the gloss says it; `spellings` are how data may write it: name, codes of two and three letters, adjective. */
export type Alias = Readonly<{ text: string; from: number; to: number; spellings: readonly string[] }>

/** Codes of two and three letters (ISO 3166), name in English, adjectives and other names. */
const table = `
AE ARE United Arab Emirates|Emirati|UAE
AF AFG Afghanistan|Afghan
AL ALB Albania|Albanian
AR ARG Argentina|Argentine|Argentinian
AT AUT Austria|Austrian
AU AUS Australia|Australian
BD BGD Bangladesh|Bangladeshi
BE BEL Belgium|Belgian
BG BGR Bulgaria|Bulgarian
BR BRA Brazil|Brazilian
BY BLR Belarus|Belarusian
CA CAN Canada|Canadian
CH CHE Switzerland|Swiss
CL CHL Chile|Chilean
CN CHN China|Chinese
CO COL Colombia|Colombian
CU CUB Cuba|Cuban
CZ CZE Czech Republic|Czech|Czechia
DE DEU Germany|German
DK DNK Denmark|Danish|Dane
DZ DZA Algeria|Algerian
EC ECU Ecuador|Ecuadorian
EE EST Estonia|Estonian
EG EGY Egypt|Egyptian
ES ESP Spain|Spanish|Spaniard
ET ETH Ethiopia|Ethiopian
FI FIN Finland|Finnish|Finn
FR FRA France|French
GB GBR United Kingdom|British|UK|Great Britain|Britain|England|English
GR GRC Greece|Greek
HK HKG Hong Kong
HR HRV Croatia|Croatian
HU HUN Hungary|Hungarian
ID IDN Indonesia|Indonesian
IE IRL Ireland|Irish
IL ISR Israel|Israeli
IN IND India|Indian
IQ IRQ Iraq|Iraqi
IR IRN Iran|Iranian
IS ISL Iceland|Icelandic
IT ITA Italy|Italian
JP JPN Japan|Japanese
KE KEN Kenya|Kenyan
KR KOR South Korea|South Korean|Korea|Korean
LT LTU Lithuania|Lithuanian
LU LUX Luxembourg
LV LVA Latvia|Latvian
MA MAR Morocco|Moroccan
MX MEX Mexico|Mexican
MY MYS Malaysia|Malaysian
NG NGA Nigeria|Nigerian
NL NLD Netherlands|Dutch|Holland
NO NOR Norway|Norwegian
NZ NZL New Zealand
PE PER Peru|Peruvian
PH PHL Philippines|Philippine|Filipino
PK PAK Pakistan|Pakistani
PL POL Poland|Polish
PT PRT Portugal|Portuguese
RO ROU Romania|Romanian
RS SRB Serbia|Serbian
RU RUS Russia|Russian|Russian Federation
SA SAU Saudi Arabia|Saudi
SE SWE Sweden|Swedish|Swede
SG SGP Singapore|Singaporean
SI SVN Slovenia|Slovenian
SK SVK Slovakia|Slovak
TH THA Thailand|Thai
TN TUN Tunisia|Tunisian
TR TUR Turkey|Turkish|Türkiye
TW TWN Taiwan|Taiwanese
UA UKR Ukraine|Ukrainian
US USA United States|American|United States of America|U.S.|U.S.A.|America
UY URY Uruguay|Uruguayan
VE VEN Venezuela|Venezuelan
VN VNM Vietnam|Vietnamese
ZA ZAF South Africa|South African
`
export type Country = Readonly<{ code: string; name: string; spellings: readonly string[] }>

export const countries: readonly Country[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [code, three] = line.split(' ') as [string, string]
    const [name, ...others] = line.slice(7).split('|') as [string, ...string[]]
    return { code, name, spellings: [name, code, three, ...others] }
  })

const bySpelling: ReadonlyMap<string, Country> = new Map(
  countries.flatMap((country) =>
    country.spellings.flatMap((spelling) => {
      // A code of two letters is as good as always another word.
      if (spelling.length < 3 && !/^U[KS]$/.test(spelling)) return []
      const lower = spelling.toLowerCase()
      const plural = /(?:an|i|ean)$/.test(lower) && spelling !== country.name ? [`${lower}s`] : []
      return [lower, ...plural].map((one) => [one, country] as const)
    }),
  ),
)

/** How data may spell a country that is called this in English, as a name or as an adjective; undefined when it is none. */
export const spellingsOf = (said: string): readonly string[] | undefined => bySpelling.get(said.toLowerCase())?.spellings

/** The countries of an English text. */
export function aliasesIn(text: string, pieces: readonly Piece[]): readonly Alias[] {
  const found: Alias[] = []
  for (let i = 0; i < pieces.length; i++) {
    for (let length = Math.min(4, pieces.length - i); length > 0; length--) {
      const [first, last] = [pieces[i]!, pieces[i + length - 1]!]
      const said = text.slice(first.from, last.to)
      if (first.kind !== 'word' || (said.length < 4 && said !== said.toUpperCase())) continue
      const spellings = spellingsOf(said.replace(/['’]s?$/, ''))
      if (!spellings || (said.length === 3 && said !== said.toUpperCase())) continue
      found.push({ text: said, from: first.from, to: last.to, spellings })
      i += length - 1
      break
    }
  }
  return found
}
