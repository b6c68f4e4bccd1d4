import { type Forest, packForests, unpackForests } from '../search/search.ts'
import type { Linear } from './linear.ts'
import type { AskModel } from './model.ts'
import { type Role, roles } from './roles.ts'
import { type Clause, clauses, selectFactors } from './shape.ts'

const MAGIC = 0x31414c53
const FORMAT = 5

type Head = Readonly<{
  common: readonly string[]
  parts: AskModel['parts']
  ties: readonly Readonly<{ left: Clause; right: Clause; width: number }>[]
  linears: readonly Readonly<{ classes: readonly string[]; size: number }>[]
}>

const padded = (length: number): number => Math.ceil(length / 4) * 4

/** The model as bytes. What it says of marks that were hardly seen is left out with the noughts around it. */
export function packAsk(model: AskModel): Uint8Array {
  const linears = [
    ...clauses.map((clause) => model.clauses[clause]),
    model.whole,
    model.mention,
    ...selectFactors.map((factor) => model.factors[factor]),
  ]
  const head: Head = {
    common: [...model.common],
    parts: model.parts,
    ties: model.ties.map(({ left, right, width }) => ({ left, right, width })),
    linears: linears.map(({ classes, size }) => ({ classes, size })),
  }
  const parts = [
    new TextEncoder().encode(JSON.stringify(head)),
    ...linears.flatMap(({ weights, scales, bias }) => [
      new Uint8Array(scales.slice().buffer),
      new Uint8Array(bias.slice().buffer),
      sparse(weights),
    ]),
    ...model.ties.map(({ logs }) => new Uint8Array(logs.slice().buffer)),
    packForests([...roles.map((role) => model.roles[role]), model.pair]),
  ]
  const start = Uint32Array.of(MAGIC, FORMAT, parts.length, ...parts.map(({ length }) => length))
  const whole = new Uint8Array(start.byteLength + parts.reduce((sum, { length }) => sum + padded(length), 0))
  whole.set(new Uint8Array(start.buffer))
  let at = start.byteLength
  for (const part of parts) {
    whole.set(part, at)
    at += padded(part.length)
  }
  return whole
}

/** Throws an Error when the bytes are no model of this version. */
export function unpackAsk(bytes: Uint8Array): AskModel {
  const wrong = () => new Error('The model of questions is not one of this version.')
  // The slice of a Buffer is no copy: its memory begins elsewhere.
  const { buffer } = new Uint8Array(bytes)
  if (buffer.byteLength < 12) throw wrong()
  const [magic, format, count] = new Uint32Array(buffer, 0, 3) as unknown as [number, number, number]
  if (magic !== MAGIC || format !== FORMAT || buffer.byteLength < 12 + 4 * count) throw wrong()
  const parts: Uint8Array[] = []
  let at = 12 + 4 * count
  for (const length of new Uint32Array(buffer, 12, count)) {
    if (at + length > buffer.byteLength) throw wrong()
    parts.push(new Uint8Array(buffer, at, length))
    at += padded(length)
  }
  const head = JSON.parse(new TextDecoder().decode(parts[0])) as Head
  const floats = (part: Uint8Array) => new Float32Array(part.slice().buffer)
  const linears = head.linears.map(({ classes, size }, i): Linear => {
    const [scales, bias, weights] = parts.slice(1 + 3 * i, 4 + 3 * i) as [Uint8Array, Uint8Array, Uint8Array]
    return { classes, size, scales: floats(scales), bias: floats(bias), weights: dense(weights, classes.length * size) }
  })
  const forests = unpackForests(parts[1 + 3 * linears.length + head.ties.length]!)
  if (forests.length !== roles.length + 1) throw wrong()
  return {
    common: new Set(head.common),
    parts: head.parts,
    ties: head.ties.map((tie, i) => ({ ...tie, logs: floats(parts[1 + 3 * linears.length + i]!) })),
    clauses: Object.fromEntries(clauses.map((clause, i) => [clause, linears[i]!])) as Record<Clause, Linear>,
    whole: linears[clauses.length]!,
    mention: linears[clauses.length + 1]!,
    factors: Object.fromEntries(selectFactors.map((factor, i) => [factor, linears[clauses.length + 2 + i]!])) as AskModel['factors'],
    roles: Object.fromEntries(roles.map((role, i) => [role, forests[i]!])) as Record<Role, Forest>,
    pair: forests[roles.length]!,
  }
}

/** Runs of noughts as their length: most marks mean nothing to most classes. */
function sparse(weights: Int8Array): Uint8Array {
  const out: number[] = []
  for (let i = 0; i < weights.length; ) {
    let zeros = 0
    while (i + zeros < weights.length && weights[i + zeros] === 0 && zeros < 255) zeros++
    let kept = 0
    while (i + zeros + kept < weights.length && weights[i + zeros + kept] !== 0 && kept < 255) kept++
    out.push(zeros, kept)
    for (let k = 0; k < kept; k++) out.push(weights[i + zeros + k]! & 255)
    i += zeros + kept
  }
  return Uint8Array.from(out)
}

function dense(bytes: Uint8Array, size: number): Int8Array {
  const weights = new Int8Array(size)
  let to = 0
  for (let at = 0; at + 1 < bytes.length; ) {
    to += bytes[at]!
    const kept = bytes[at + 1]!
    weights.set(new Int8Array(bytes.buffer, bytes.byteOffset + at + 2, kept), to)
    to += kept
    at += 2 + kept
  }
  return weights
}
