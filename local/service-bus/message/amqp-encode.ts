/** An application value as the broker writes it into a message. */
export type Encodable = string | number | boolean | Date | Uint8Array | null;

const NULL = Buffer.from([0x40]);

/** A string (constructor 0xa1 or 0xb1). */
export function encodeString(value: string): Buffer {
  return encodeVariable(Buffer.from(value, 'utf8'), 0xa1, 0xb1);
}

/** A symbol (constructor 0xa3 or 0xb3). */
export function encodeSymbol(value: string): Buffer {
  return encodeVariable(Buffer.from(value, 'ascii'), 0xa3, 0xb3);
}

/** A binary (constructor 0xa0 or 0xb0). */
function encodeBinary(value: Uint8Array): Buffer {
  return encodeVariable(value, 0xa0, 0xb0);
}

function encodeVariable(value: Uint8Array, short: number, long: number): Buffer {
  if (value.length <= 0xff) return Buffer.concat([Buffer.from([short, value.length]), value]);
  const head = Buffer.allocUnsafe(5);
  head.writeUInt8(long, 0);
  head.writeUInt32BE(value.length, 1);
  return Buffer.concat([head, value]);
}

/**
 * An application property's value. A whole number becomes an int when it fits, else a long; another number a double: the
 * client library hands numbers over without their wire type.
 */
export function encodeValue(value: Encodable): Buffer {
  if (value === null) return NULL;
  if (typeof value === 'string') return encodeString(value);
  if (typeof value === 'boolean') return Buffer.from([value ? 0x41 : 0x42]);
  if (typeof value === 'number') return encodeNumber(value);
  if (value instanceof Date) return encodeEight(0x83, value.getTime());
  return encodeBinary(value);
}

function encodeNumber(value: number): Buffer {
  if (Number.isSafeInteger(value)) {
    if (Math.abs(value) > 0x7fffffff) return encodeEight(0x81, value);
    const int = Buffer.allocUnsafe(5);
    int.writeUInt8(0x71, 0);
    int.writeInt32BE(value, 1);
    return int;
  }
  const double = Buffer.allocUnsafe(9);
  double.writeUInt8(0x82, 0);
  double.writeDoubleBE(value, 1);
  return double;
}

function encodeEight(code: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes.writeUInt8(code, 0);
  bytes.writeBigInt64BE(BigInt(Math.trunc(value)), 1);
  return bytes;
}

/** A section: its descriptor and a map or list (long form) of already encoded items. */
export function encodeSection(
  descriptor: number,
  kind: 'list' | 'map',
  items: readonly Uint8Array[],
): Buffer {
  return encodeSectionOf(descriptor, kind, items.length, items);
}

/** As `encodeSection`, for parts that hold several items each; `count` is the number of items in all of them. */
export function encodeSectionOf(
  descriptor: number,
  kind: 'list' | 'map',
  count: number,
  parts: readonly Uint8Array[],
): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.allocUnsafe(12);
  head.writeUInt8(0x00, 0);
  head.writeUInt8(0x53, 1);
  head.writeUInt8(descriptor, 2);
  head.writeUInt8(kind === 'list' ? 0xd0 : 0xd1, 3);
  head.writeUInt32BE(size + 4, 4);
  head.writeUInt32BE(count, 8);
  return Buffer.concat([head, ...parts], 12 + size);
}
