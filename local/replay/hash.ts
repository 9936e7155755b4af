import { hash as digest } from 'node:crypto';

/** A whole number from 0 to `buckets` − 1, always the same for the same text (FNV-1a, 32 bits). */
export function bucketOf(text: string, buckets: number): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return mixed(state) % buckets;
}

/** A UUID that is always the same for the same text (layout of version 5, RFC 9562). */
export function uuidOf(text: string): string {
  const hex = digest('sha1', `stockbridge replay|${text}`);
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** FNV's low bits are weak on short texts; this spreads them (finaliser of MurmurHash3). */
function mixed(state: number): number {
  let h = state;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
