import type { Mask } from '../grant.ts'
import { wordsFrom } from './bloom.ts'
import { type Kind, kinds } from './kinds.ts'
import { isAbout, isEvent, isThingsName, type Named, named } from './names.ts'
import { soft } from './soft.ts'
import { type Lists, tests, type Valued } from './values.ts'

export { type Kind, kinds, maskFor } from './kinds.ts'

/**
 * A column as it is looked at. `values` is a sample without NULLs, as text; none is fine, then only the name speaks. `table` helps where it is
 * known: a name is a person's in `customers` and a thing's in `products`.
 */
export type Looked = Readonly<{ name: string; type: string; values: readonly string[]; table?: string }>

/** What a column seems to hold. `confidence` is from 0 to 1; `reason` is one sentence without a value in it. */
export type Finding = Readonly<{ kind: Kind; title: string; confidence: number; reason: string; mask: Mask }>

export type Detector = Readonly<{ detect(column: Looked): Finding | undefined }>

/** Below this a column is left alone. */
const CONFIDENCE_MIN = 0.5
const VALUES_MAX = 200
const VALUE_CHARS_MAX = 2_000

let loading: Promise<Detector> | undefined

/** The detector of personal data; its word lists are loaded when it is first asked for. Pure: it looks at what it is given. */
export function detector(): Promise<Detector> {
  loading ??= import('./words.json', { with: { type: 'json' } }).then(({ default: raw }) => {
    const lists = Object.fromEntries(Object.entries(raw).map(([name, text]) => [name, wordsFrom(text)])) as unknown as Lists
    return { detect: (column: Looked) => detect(column, lists) }
  })
  return loading
}

function detect({ name, type, values, table }: Looked, lists: Lists): Finding | undefined {
  if (type === 'bool') return undefined
  const sample = values.slice(0, VALUES_MAX).map((value) => value.slice(0, VALUE_CHARS_MAX).trim())
  const filled = sample.filter((value) => value !== '')
  const said = named(name, table)
  const judged =
    filled.length === 0
      ? said && byName(said, name)
      : decided(said, filled, { name, about: isAbout(name), thing: isThingsName(name, table) }, lists)
  return judged && judged.confidence >= CONFIDENCE_MIN ? judged : undefined
}

function finding(kind: Kind, confidence: number, reason: string): Finding {
  const { title, mask } = kinds[kind]
  return { kind, title, confidence: Math.round(confidence * 100) / 100, reason, mask }
}

const byName = ({ kind, sure }: Named, name: string): Finding =>
  finding(kind, sure * 0.95, `the name ${JSON.stringify(name.slice(0, 100))} says so`)

/** What the name tells besides: `about` that the column only is about such a thing, `thing` that it is what things are called. */
type Told = Readonly<{ name: string; about: boolean; thing: boolean }>

/** Name and values together: values that prove it need no name, a name needs values that do not deny it. */
function decided(said: Named | undefined, values: readonly string[], { name, about, thing }: Told, lists: Lists): Finding | undefined {
  const shown = hard(values, said?.kind) ?? (about || thing || (!said && values.length < FEW) ? undefined : soft(values, lists))
  if (shown && about && shown.sure < 0.95) return undefined
  if (shown?.kind === 'birth_date' && !said && isEvent(name)) return undefined
  if (!shown) return said && !denies(said.kind, values) ? byName(said, name) : undefined
  const reason = `${Math.round(shown.share * 100)} % of the values looked at ${shown.why}`
  if (!said) return finding(shown.kind, shown.sure * (0.85 + 0.15 * shown.share), reason)
  // A name that says something else is right only where the values prove nothing by check digits or form.
  const kind = shown.kind === said.kind || shown.sure >= 0.9 ? shown.kind : said.kind
  const agree = shown.kind === said.kind
  return finding(
    kind,
    agree ? Math.min(0.99, Math.max(shown.sure, said.sure) + 0.05) : Math.max(shown.sure, said.sure) * 0.95,
    `${reason}; the name ${JSON.stringify(name.slice(0, 100))}`,
  )
}

/** Fewer values than this may look like something by chance. */
const FEW = 5
/** Kinds whose numbers any number may fit by chance. */
const chancy: ReadonlySet<Kind> = new Set(['national_id', 'passport', 'driver_licence', 'vehicle', 'postal_code', 'phone', 'medical'])

/** The first test that enough values pass. */
function hard(values: readonly string[], said: Kind | undefined): Valued | undefined {
  for (const { kind, sure, least, why, passes } of tests) {
    if (values.length < FEW && kind !== said && chancy.has(kind)) continue
    const share = values.filter(passes).length / values.length
    if (share < least) continue
    const few = values.length < FEW ? 0.8 : 1
    return { kind, share, sure: sure * few, why }
  }
  return undefined
}

/** Values that cannot be what the name says. */
function denies(kind: Kind, values: readonly string[]): boolean {
  const share = (fits: RegExp) => values.filter((value) => fits.test(value)).length / values.length
  if (share(/^(true|false|t|f|y|n|yes|no|0|1)$/i) > 0.95 && kind !== 'demographic') return true
  // Some engines know no dates without a time: a birthday then stands at midnight.
  const midnight = kind === 'birth_date' && share(/[ T]00:00(:00(\.0+)?)?/) > 0.9
  if (share(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/) > 0.9 && !midnight) return true
  const same = values.length >= 10 && new Set(values).size < 4
  switch (kind) {
    case 'email':
      return share(/@/) < 0.2
    case 'phone':
    case 'bank_account':
    case 'card':
      return share(/\d.*\d.*\d.*\d.*\d/) < 0.5
    case 'person_name':
    case 'location':
    case 'occupation':
    case 'company':
      return share(/\d/) > 0.6 || same
    case 'secret':
    case 'password':
      return share(/^\d{1,9}$/) > 0.9 || same
    case 'national_id':
    case 'passport':
    case 'driver_licence':
    case 'mac_address':
    case 'medical':
      // A number that counts up points at a row elsewhere.
      return share(/^\d{1,5}$/) > 0.9
    case 'ip_address':
      return share(/[.:].*[.:]/) < 0.5
    case 'coordinates':
      return share(/\./) < 0.3
    default:
      return false
  }
}
