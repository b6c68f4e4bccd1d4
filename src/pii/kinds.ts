import type { Mask } from '../grant.ts'

/** What a column may tell about a person, or about how to act as one. */
export type Kind =
  | 'email'
  | 'phone'
  | 'person_name'
  | 'username'
  | 'address'
  | 'location'
  | 'postal_code'
  | 'birth_date'
  | 'age'
  | 'national_id'
  | 'passport'
  | 'driver_licence'
  | 'vehicle'
  | 'card'
  | 'card_code'
  | 'bank_account'
  | 'password'
  | 'secret'
  | 'ip_address'
  | 'mac_address'
  | 'coordinates'
  | 'crypto_wallet'
  | 'medical'
  | 'finance'
  | 'demographic'
  | 'biometric'
  | 'company'
  | 'occupation'
  | 'free_text'
  | 'document'

/** How each kind is told to people, and how it is hidden until somebody decides otherwise. */
export const kinds: Readonly<Record<Kind, Readonly<{ title: string; mask: Mask }>>> = {
  email: { title: 'e-mail address', mask: { kind: 'email' } },
  phone: { title: 'telephone number', mask: { kind: 'partial', first: 3, last: 2 } },
  person_name: { title: 'name of a person', mask: { kind: 'partial', first: 1, last: 0 } },
  username: { title: 'user name', mask: { kind: 'hash' } },
  address: { title: 'street address', mask: { kind: 'constant', value: '***' } },
  location: { title: 'place', mask: { kind: 'constant', value: '***' } },
  postal_code: { title: 'postal code', mask: { kind: 'partial', first: 2, last: 0 } },
  birth_date: { title: 'date of birth', mask: { kind: 'year' } },
  age: { title: 'age', mask: { kind: 'round', to: 10 } },
  national_id: { title: 'national number', mask: { kind: 'hash' } },
  passport: { title: 'passport number', mask: { kind: 'hash' } },
  driver_licence: { title: 'driving licence', mask: { kind: 'hash' } },
  vehicle: { title: 'number plate', mask: { kind: 'hash' } },
  card: { title: 'payment card', mask: { kind: 'partial', first: 0, last: 4 } },
  card_code: { title: 'security code of a card', mask: { kind: 'null' } },
  bank_account: { title: 'bank account', mask: { kind: 'partial', first: 0, last: 4 } },
  password: { title: 'password', mask: { kind: 'null' } },
  secret: { title: 'secret or key', mask: { kind: 'null' } },
  ip_address: { title: 'IP address', mask: { kind: 'hash' } },
  mac_address: { title: 'hardware address', mask: { kind: 'hash' } },
  coordinates: { title: 'coordinates', mask: { kind: 'null' } },
  crypto_wallet: { title: 'address of a wallet', mask: { kind: 'hash' } },
  medical: { title: 'medical data', mask: { kind: 'null' } },
  finance: { title: 'income or wealth', mask: { kind: 'null' } },
  demographic: { title: 'demographic data', mask: { kind: 'constant', value: '***' } },
  biometric: { title: 'biometric data', mask: { kind: 'null' } },
  company: { title: 'company of a person', mask: { kind: 'constant', value: '***' } },
  occupation: { title: 'occupation', mask: { kind: 'constant', value: '***' } },
  free_text: { title: 'text that names people', mask: { kind: 'constant', value: '***' } },
  document: { title: 'document with personal data in it', mask: { kind: 'null' } },
}

const dated = new Set(['date', 'timestamp', 'timestamptz'])
const numbers = new Set(['int', 'float', 'decimal'])

/** How a column of such a type is hidden: a mask that keeps the type fits only some types, and where it does not nothing is shown. */
export function maskFor(kind: Kind, type: string): Mask {
  const { mask } = kinds[kind]
  const fits = mask.kind === 'year' ? dated.has(type) : mask.kind !== 'round' || numbers.has(type)
  return fits ? mask : { kind: 'null' }
}
