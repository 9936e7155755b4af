import { createHash, randomBytes } from 'node:crypto';

/** By which a key is known for one, in a log or a repository where it should not be. */
const PREFIX = 'sbk_';
const KEY_BYTES = 32;

/** A new key of a device: 256 random bits in base64url. `random` draws that many bytes. */
export function newDeviceKey(random: (bytes: number) => Buffer = randomBytes): string {
  return `${PREFIX}${random(KEY_BYTES).toString('base64url')}`;
}

/**
 * What is kept of a key: its SHA-256 in hexadecimal. A key of 256 random bits cannot be guessed, so that neither salt nor a slow hash is
 * needed, and the device is found by it.
 */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
