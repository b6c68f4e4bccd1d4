import type { Image } from './journal.ts'

/** Images as bytes; integers beyond 2^53 and bytes keep what they are. */
export const packed = (images: readonly Image[]): Uint8Array =>
  Buffer.from(
    JSON.stringify(images, (_key, value: unknown) => {
      if (typeof value === 'bigint') return { $int: String(value) }
      return value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value
    }),
  )

export const unpacked = (bytes: Uint8Array): readonly Image[] =>
  JSON.parse(Buffer.from(bytes).toString('utf8'), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    const [only, ...more] = Object.entries(value)
    if (!only || more.length > 0) return value
    if (only[0] === '$int') return BigInt(only[1] as string)
    return only[0] === '$bytes' ? new Uint8Array(Buffer.from(only[1] as string, 'base64')) : value
  }) as readonly Image[]
