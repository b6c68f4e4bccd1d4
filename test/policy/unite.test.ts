import { expect, test } from 'vitest'
import { ana, policyOf } from './setting.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Numbers below `n` from a seed (mulberry32). */
function dice(start: number): (n: number) => number {
  let state = start
  return (n) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % n
  }
}

const columns = ['a', 'b', 'c']
const table = { schema: 'main', name: 't', names: columns }
const rules = ['a = 1', 'b = 1', 'a = 2']
const cells = [0, 1, 2].flatMap((a) => [0, 1].map((b) => ({ a, b, c: 9 })))

/** The few predicates above, and what is made of them, over one row. */
function holds(predicate: string, row: Readonly<Record<string, number>>): boolean {
  const parts = predicate.replaceAll(/([ab]) = (\d)/g, (_, name: string, value: string) => (row[name] === Number(value) ? 'T' : 'F'))
  const js = parts.replaceAll('T', 'true').replaceAll('F', 'false').replaceAll('AND', '&&').replaceAll(' OR ', ' || ')
  if (!/^[truefals&|() ]+$/.test(js)) throw new Error(`cannot judge ${predicate}`)
  return new Function(`return ${js}`)() as boolean
}

type Shown = Readonly<{ columns: readonly string[]; masks: ReadonlyMap<string, unknown>; rows: readonly string[] }> | undefined
const rank = (shown: Shown, row: Readonly<Record<string, number>>, column: string): number => {
  if (!shown?.rows.every((rule) => holds(rule, row)) || !shown.columns.includes(column)) return 0
  return shown.masks.has(column) ? 1 : 2
}

test(`several roles show no cell better than the best of them does (SEED=${seed})`, async () => {
  const roll = dice(seed)
  let better = 0
  for (let round = 0; round < 300; round++) {
    const roles = Array.from({ length: 2 + roll(2) }, (_, i) => {
      const denied = columns.filter(() => roll(5) === 0)
      const masked = columns.filter(() => roll(3) === 0)
      const chosen = rules.filter(() => roll(3) === 0)
      const masks = masked.map((column) => `${column}: null`).join(', ')
      return `  r${i}: { sources: { shop: { actions: [read], tables: { allow: ['*'] }, columns: { t: { deny: ${JSON.stringify(denied)}, mask: { ${masks} } } }, rows: { t: ${JSON.stringify(chosen)} } } } }`
    })
    const policy = await policyOf(roles.join('\n'))
    const names = roles.map((_, i) => `r${i}`)
    const alone = names.map((name) => policy.grant(ana([name]), 'shop').table(table))
    const together = policy.grant(ana(names), 'shop').table(table)
    for (const row of cells) {
      for (const column of columns) {
        const best = Math.max(...alone.map((shown) => rank(shown, row, column)))
        const got = rank(together, row, column)
        if (got > best) expect.fail(`${roles.join('\n')}\nshows ${column} of ${JSON.stringify(row)} better than any role alone`)
        if (got > rank(alone[0], row, column)) better++
      }
    }
  }
  // Roles that never add anything would pass the test as well.
  expect(better).toBeGreaterThan(100)
})
