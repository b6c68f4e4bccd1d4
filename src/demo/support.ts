import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { calendarOf, stampOf } from './calendar.ts'
import { type Person, personOf } from './people.ts'
import { type Random, randomOf } from './random.ts'

const tickets = 5_000

type Topic = Readonly<{ subject: string; bodies: readonly ((person: Person, order: number) => string)[] }>

/** What people write, with their addresses and numbers in the middle of it. */
const topics: readonly Topic[] = [
  {
    subject: 'Where is my parcel?',
    bodies: [
      (person, order) =>
        `Hello, my order ${order} should have been here on Tuesday. You can reach me at ${person.email}. Regards, ${person.name}`,
      (person, order) => `Order ${order} is lost I think.\nPlease call ${person.phone}, I am at home after 5 pm.`,
    ],
  },
  {
    subject: 'Broken on arrival',
    bodies: [
      (person, order) => `The box of order ${order} was open and one part is missing. "Fragile" was written on it! ${person.name}`,
      (_, order) => `It does not switch on. Order ${order}. I would like to have my money back.`,
    ],
  },
  {
    subject: 'Invoice',
    bodies: [
      (person, order) => `Please send the invoice of order ${order} to ${person.email}, not to my old address.`,
      (person, order) => `The invoice of order ${order} has the wrong name, it must be ${person.name}, ${person.city}.`,
    ],
  },
  {
    subject: 'Return',
    bodies: [
      (_, order) => `I want to send back order ${order}. How do I get a label?`,
      (person, order) => `Sent back order ${order} two weeks ago, no refund yet. My number: ${person.phone}`,
    ],
  },
  {
    subject: 'Change of address',
    bodies: [
      (person) => `I have moved to ${person.city}. New phone ${person.phone}, e-mail stays ${person.email}. Thank you, ${person.name}`,
    ],
  },
  {
    subject: 'Question about a product',
    bodies: [
      (_, order) => `Does the one from order ${order} also come in green?`,
      () => 'Is the pan safe for induction, and how heavy is it?',
    ],
  },
]

const header = 'id,created_at,channel,status,priority,subject,body,name,email,phone,country,agent,minutes_to_answer,rating\n'

/** Writes the tickets as one CSV file in which text holds commas, quotes and line breaks, as real exports do. */
export async function makeSupport(file: string, now: Date): Promise<void> {
  const random = randomOf(5)
  const out = createWriteStream(file)
  out.write(header)
  let id = 0
  for (const ms of calendarOf(now, 540).moments(random, tickets)) {
    id += 1
    out.write(`${ticket(random, id, ms, now).map(field).join(',')}\n`)
  }
  out.end()
  await finished(out)
}

function ticket(random: Random, id: number, ms: number, now: Date): (string | number | null)[] {
  const person = personOf(random, random.int(1, 12_000))
  const topic = random.pick(topics)
  const body = random.pick(topic.bodies)(person, random.int(1, 48_000))
  const open = now.getTime() - ms < random.int(0, 6) * 86_400_000
  const answered = open ? null : Math.floor(5 + random.next() ** 3 * 2_880)
  return [
    id,
    stampOf(ms),
    random.pick(['mail', 'mail', 'chat', 'phone', 'web']),
    open ? 'open' : 'solved',
    random.pick(['low', 'normal', 'normal', 'normal', 'high']),
    topic.subject,
    body,
    person.name,
    person.email,
    random.chance(0.7) ? person.phone : null,
    person.country,
    random.pick(['Ida', 'Marek', 'Noor', 'Pia', 'Tom']),
    answered,
    open || random.chance(0.4) ? null : random.pick([1, 2, 3, 4, 4, 5, 5, 5]),
  ]
}

function field(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
