import { describe, expect, it } from 'vitest'
import { batchFrame, type Frame, FrameReader, frameKind, messageFrame } from '../../src/source/embedded/frames.ts'
import { pack, unpack } from '../../src/source/embedded/messages.ts'
import { Slots } from '../../src/source/embedded/slots.ts'

const never = new AbortController().signal

describe('frames between the gateway and an engine', () => {
  const json = Buffer.from('[1,"é"],[2,"b"]')
  const ends = Uint32Array.from([8, 16, 999])
  const sent = [messageFrame(1, { columns: ['é😀'] }), batchFrame(7, 2, ends, json, json.length), messageFrame(2, null)]

  it('come out whole, however the pipe cuts them', () => {
    const all = Buffer.concat(sent)
    for (const size of [1, 2, 3, 7, 15, 16, 17, 64, all.length]) {
      const frames: Frame[] = []
      const reader = new FrameReader((frame) => frames.push(frame))
      for (let at = 0; at < all.length; at += size) reader.push(Buffer.from(all.subarray(at, at + size)))
      expect(frames.map(({ kind, id, rows }) => [kind, id, rows])).toEqual([
        [frameKind.message, 1, 0],
        [frameKind.batch, 7, 2],
        [frameKind.message, 2, 0],
      ])
      expect(JSON.parse(frames[0]!.body.toString())).toEqual({ columns: ['é😀'] })
      const { body } = frames[1]!
      expect([...new Uint32Array(body.buffer, body.byteOffset, 2)]).toEqual([8, 16])
      expect(body.subarray(8).toString()).toBe(json.toString())
    }
  })
  it('a length that no engine sends is refused', () => {
    const reader = new FrameReader(() => undefined)
    expect(() => reader.push(Buffer.alloc(16, 0xff))).toThrow('too long')
  })
  it.each([null, '', 'é', 1.5, -1, true, 9223372036854775807n, new Uint8Array([0, 255])])('the parameter %o arrives as it was', (value) => {
    expect(unpack(JSON.parse(JSON.stringify(pack(value))))).toEqual(value)
  })
})

describe('turns', () => {
  it('are given in order, and no more than there are', async () => {
    const slots = new Slots(1, 10_000)
    expect(slots.take(never)).toBeUndefined()
    const order: number[] = []
    const first = slots.take(never)!.then(() => order.push(1))
    const second = slots.take(never)!.then(() => order.push(2))
    slots.release()
    await first
    expect(order).toEqual([1])
    slots.release()
    await second
    expect(order).toEqual([1, 2])
  })
  it('who has left is not given one', async () => {
    const slots = new Slots(1, 10_000)
    await slots.take(never)
    const leaving = new AbortController()
    const left = slots.take(leaving.signal)!
    const stays = slots.take(never)!
    leaving.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    slots.release()
    await stays
  })
  it('end for everyone when the source closes', async () => {
    const slots = new Slots(1, 10_000)
    await slots.take(never)
    const waiting = slots.take(never)!
    slots.close()
    await expect(waiting).rejects.toMatchObject({ code: 'stopping' })
    expect(() => slots.take(never)).toThrow('closed')
  })
})
