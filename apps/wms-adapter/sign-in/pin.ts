import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Of scrypt (RFC 7914): 32 MiB of memory and some 80 ms of one core for each PIN. */
const COST = { N: 2 ** 15, r: 8, p: 1 };
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** No PIN has this one: it is what a PIN is compared with where there is none, so that this takes as long. */
const NOBODYS = textOf(Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

/** What is kept of a PIN: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. `salt` is another each time. */
export async function hashOfPin(pin: string, salt: Buffer = randomBytes(SALT_BYTES)): Promise<string> {
  return textOf(salt, await derive(pin, salt, COST));
}

/** Whether it is the PIN that `kept` was made of; false where nothing is kept, which takes as long to say. */
export async function isPin(pin: string, kept: string | undefined): Promise<boolean> {
  const [name, N, r, p, salt = '', hash = ''] = (kept ?? NOBODYS).split('$');
  if (name !== 'scrypt') throw new Error('what is kept of a PIN is not in the form that this version writes');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(pin, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && kept !== undefined;
}

function textOf(salt: Buffer, hash: Buffer): string {
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Runs on another thread. */
function derive(pin: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, HASH_BYTES, { ...cost, maxmem: MAX_MEMORY_BYTES }, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}
