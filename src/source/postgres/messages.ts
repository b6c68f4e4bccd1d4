import type { Value } from '../../call.ts'

/** Messages to the server, gathered here and copied out as one piece, so that one write carries a whole exchange. */
let scratch = Buffer.allocUnsafeSlow(16 * 1024)
let pos = 0

function room(size: number): void {
  if (pos + size <= scratch.length) return
  const grown = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, pos + size))
  scratch.copy(grown, 0, 0, pos)
  scratch = grown
}

function open(type: number): number {
  room(64)
  scratch[pos] = type
  pos += 5
  return pos - 4
}

function end(lengthAt: number): void {
  scratch.writeInt32BE(pos - lengthAt, lengthAt)
}

function int16(value: number): void {
  room(2)
  pos = scratch.writeInt16BE(value, pos)
}

function cstring(value: string): void {
  room(value.length * 3 + 1)
  pos += scratch.write(value, pos)
  scratch[pos++] = 0
}

export function parse(name: string, sql: string): void {
  const length = open(0x50)
  cstring(name)
  cstring(sql)
  int16(0)
  end(length)
}

/** Parameters as text, bytes as they are; results as text. */
export function bind(name: string, params: readonly Value[]): void {
  const length = open(0x42)
  cstring('')
  cstring(name)
  if (params.some((value) => value instanceof Uint8Array)) {
    int16(params.length)
    for (const value of params) int16(value instanceof Uint8Array ? 1 : 0)
  } else {
    int16(0)
  }
  int16(params.length)
  for (const value of params) param(value)
  int16(0)
  end(length)
}

function param(value: Value): void {
  room(4)
  const lengthAt = pos
  pos += 4
  if (value === null) {
    scratch.writeInt32BE(-1, lengthAt)
    return
  }
  if (value instanceof Uint8Array) {
    room(value.length)
    scratch.set(value, pos)
    pos += value.length
  } else {
    const written = typeof value === 'string' ? value : String(value)
    room(written.length * 3)
    pos += scratch.write(written, pos)
  }
  scratch.writeInt32BE(pos - lengthAt - 4, lengthAt)
}

export function describePortal(): void {
  const length = open(0x44)
  scratch[pos++] = 0x50
  cstring('')
  end(length)
}

/** All rows: a row limit here would keep the server from working in parallel. */
export function execute(): void {
  const length = open(0x45)
  cstring('')
  pos = scratch.writeInt32BE(0, pos)
  end(length)
}

export function closeStatement(name: string): void {
  const length = open(0x43)
  scratch[pos++] = 0x53
  cstring(name)
  end(length)
}

export function sync(): void {
  end(open(0x53))
}

export function terminate(): void {
  end(open(0x58))
}

/** What was gathered, as one piece. */
export function taken(): Buffer {
  const piece = Buffer.allocUnsafe(pos)
  scratch.copy(piece, 0, 0, pos)
  pos = 0
  if (scratch.length > 1024 * 1024) scratch = Buffer.allocUnsafeSlow(16 * 1024)
  return piece
}
