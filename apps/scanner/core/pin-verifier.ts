/** OWASP's recommendation for PBKDF2 with SHA-256; about a second on a handheld. */
export const PIN_ITERATIONS = 600_000;

const SALT_BYTES = 16;
const VERIFIER_BITS = 256;

/** Makes of a PIN what it can be checked by and not be read from. */
export type DerivePin = (pin: string, salt: string, iterations: number) => Promise<string>;

/** PBKDF2 with SHA-256 by the Web Cryptography API, which Node has too. Salt and result are base64. */
export const derivePin: DerivePin = async (pin, salt, iterations) => {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, [
    'deriveBits',
  ]);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations };
  return base64Of(new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, VERIFIER_BITS)));
};

/** A salt that no other PIN has. */
export function newSalt(): string {
  return base64Of(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
