import type { Json } from './json.ts';

/**
 * The effective partition key (upper case hex) of a partition key's values: version 2 hashing, and for hierarchical keys one hash a
 * level, joined. Must agree with the SDK's `utils/hashing/v2.js`, which groups bulk operations by it.
 * `{}` stands for "no value". A prefix of a hierarchical key gives the prefix of the effective keys below it.
 */
export function effectivePartitionKey(values: readonly Json[], kind: 'Hash' | 'MultiHash'): string {
  if (kind === 'MultiHash') return values.map((value) => hash([value])).join('');
  return hash(values);
}

function hash(values: readonly Json[]): string {
  const [h1, h2] = murmur3x64(Buffer.concat(values.map(encodeValue)));
  // The top two bits are cleared, so that all hashes lie below the range end "FF".
  const high = h2 & 0x3fffffffffffffffn;
  return hex(high) + hex(h1);
}

function hex(value: bigint): string {
  return value.toString(16).toUpperCase().padStart(16, '0');
}

/** Type prefix, then the value: text as UTF-8 closed by FF, numbers as little-endian doubles. */
function encodeValue(value: Json): Buffer {
  if (typeof value === 'string') {
    return Buffer.concat([Buffer.from([0x08]), Buffer.from(value, 'utf8'), Buffer.from([0xff])]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0x05;
    bytes.writeDoubleLE(value, 1);
    return bytes;
  }
  if (typeof value === 'boolean') return Buffer.from([value ? 0x03 : 0x02]);
  return Buffer.from([value === null ? 0x01 : 0x00]);
}

const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint): bigint => wrap((value << bits) | (value >> (64n - bits)));
const mixK1 = (k: bigint): bigint => wrap(rotate(wrap(k * C1), 31n) * C2);
const mixK2 = (k: bigint): bigint => wrap(rotate(wrap(k * C2), 33n) * C1);

function finalMix(value: bigint): bigint {
  let h = value ^ (value >> 33n);
  h = wrap(h * 0xff51afd7ed558ccdn);
  h ^= h >> 33n;
  h = wrap(h * 0xc4ceb9fe1a85ec53n);
  return h ^ (h >> 33n);
}

/** MurmurHash3 x64 128 with seed 0 (public domain algorithm by Austin Appleby); the two halves. */
function murmur3x64(bytes: Buffer): [bigint, bigint] {
  let h1 = 0n;
  let h2 = 0n;
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < whole; at += 16) {
    h1 = wrap(rotate(h1 ^ mixK1(bytes.readBigUInt64LE(at)), 27n) + h2);
    h1 = wrap(h1 * 5n + 0x52dce729n);
    h2 = wrap(rotate(h2 ^ mixK2(bytes.readBigUInt64LE(at + 8)), 31n) + h1);
    h2 = wrap(h2 * 5n + 0x38495ab5n);
  }
  const tail = Buffer.alloc(16);
  bytes.copy(tail, 0, whole);
  h1 ^= mixK1(tail.readBigUInt64LE(0));
  h2 ^= mixK2(tail.readBigUInt64LE(8));
  h1 ^= BigInt(bytes.length);
  h2 ^= BigInt(bytes.length);
  h1 = wrap(h1 + h2);
  h2 = wrap(h2 + h1);
  h1 = finalMix(h1);
  h2 = finalMix(h2);
  h1 = wrap(h1 + h2);
  return [h1, wrap(h2 + h1)];
}
