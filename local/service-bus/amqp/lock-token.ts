/** Bytes of a UUID in the order of .NET's `Guid`, which is what a delivery tag carries. */
const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** The delivery tag of a lock token (a lower-case UUID). */
export function tagOfToken(token: string): Buffer {
  return reorder(bytesOfToken(token));
}

/** The lock token in a delivery tag, or undefined when the tag is of another length. */
export function tokenOfTag(tag: Buffer): string | undefined {
  return tag.length === 16 ? tokenOfBytes(reorder(tag)) : undefined;
}

/** The lock token in its 16 bytes as management requests carry it. */
export function tokenOfBytes(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a lock token. */
export function bytesOfToken(token: string): Buffer {
  return Buffer.from(token.replaceAll('-', ''), 'hex');
}

function reorder(bytes: Buffer): Buffer {
  const reordered = Buffer.allocUnsafe(16);
  for (let index = 0; index < 16; index += 1) reordered[index] = bytes[guidOrder[index] ?? 0] ?? 0;
  return reordered;
}
