const POOL_BYTES = 4096
const BYTES_EACH = 8
const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES
let lastMs = 0
let count = 0

/** A UUID of version 7 (RFC 9562): sorted by the time it was made, also within a millisecond of this process. */
export function newCallId(): string {
  if (used === POOL_BYTES) {
    // Loaded by the first call: listing tools over stdio must not wait for it.
    process.getBuiltinModule('node:crypto').randomFillSync(pool)
    used = 0
  }
  const chance = pool.toString('hex', used, used + BYTES_EACH)
  used += BYTES_EACH
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    count = 0
  } else if (++count > 0xfff) {
    lastMs++
    count = 0
  }
  const ms = lastMs.toString(16).padStart(12, '0')
  const tail = `8${chance.slice(1, 4)}-${chance.slice(4)}`
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${count.toString(16).padStart(3, '0')}-${tail}`
}
