import type { Random } from './random.ts'

const words = (text: string): string[] => text.split(' ')
const list = (text: string): string[] => text.split(', ')

/** What the shop sells: each category with its things and the range of its prices in euro. */
const categories: readonly Readonly<{ name: string; things: readonly string[]; from: number; to: number }>[] = [
  {
    name: 'Kitchen',
    things: list('Frying Pan, Chef Knife, Kettle, Cutting Board, Coffee Grinder, Mixing Bowl, Toaster, Teapot'),
    from: 12,
    to: 160,
  },
  {
    name: 'Garden',
    things: list('Watering Can, Pruning Shears, Hose, Planter, Bird Feeder, Rake, Garden Chair, Lantern'),
    from: 9,
    to: 190,
  },
  { name: 'Office', things: list('Desk Lamp, Notebook, Office Chair, Pen Set, Monitor Stand, Paper Tray, Whiteboard'), from: 4, to: 320 },
  {
    name: 'Sports',
    things: list('Yoga Mat, Dumbbell, Water Bottle, Running Vest, Skipping Rope, Bike Helmet, Backpack'),
    from: 8,
    to: 140,
  },
  { name: 'Toys', things: list('Puzzle, Building Blocks, Kite, Wooden Train, Board Game, Plush Bear, Marble Run'), from: 7, to: 80 },
  {
    name: 'Electronics',
    things: list('Headphones, Keyboard, Power Bank, Webcam, Speaker, E-Reader, Smart Plug, Router'),
    from: 15,
    to: 420,
  },
  { name: 'Home', things: list('Wool Blanket, Cushion, Wall Clock, Candle, Mirror, Bookshelf, Curtain, Rug'), from: 6, to: 260 },
  { name: 'Books', things: list('Cookbook, Travel Guide, Atlas, Novel, Field Guide, Comic, Dictionary'), from: 5, to: 60 },
]
const makers = words('Nordlicht Aldera Fjell Brava Kestrel Lumio Tamara Ostra Piccolo Verdant Hilde Sonnet')
const kinds = words('Classic Compact Pro Travel Eco Junior Family Studio Mini Deluxe')

export type Product = Readonly<{ name: string; category: string; sku: string; priceCents: number; costCents: number }>

export function productOf(random: Random, number: number): Product {
  const category = random.pick(categories)
  const thing = random.pick(category.things)
  // Square of a uniform number: many cheap things, few dear ones. Prices end in 49 or 99 cents.
  const euro = Math.floor(category.from + (category.to - category.from) * random.next() ** 2)
  const priceCents = euro * 100 + random.pick([49, 99, 99])
  return {
    name: `${random.pick(makers)} ${random.pick(kinds)} ${thing}`,
    category: category.name,
    sku: `${category.name.slice(0, 3).toUpperCase()}-${String(10_000 + number)}`,
    priceCents,
    costCents: Math.round(priceCents * (0.35 + random.next() * 0.35)),
  }
}
