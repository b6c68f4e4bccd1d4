/** Names and type OIDs of a RowDescription whose body starts at `at`. */
export function readFields(bytes: Buffer, at: number): readonly Readonly<{ name: string; oid: number }>[] {
  const fields = new Array<{ name: string; oid: number }>(bytes.readInt16BE(at))
  at += 2
  for (let i = 0; i < fields.length; i++) {
    const zero = bytes.indexOf(0, at)
    // After the name: table (4), column (2), type (4), size (2), modifier (4), format (2).
    fields[i] = { name: bytes.toString('utf8', at, zero), oid: bytes.readUInt32BE(zero + 7) }
    at = zero + 19
  }
  return fields
}
