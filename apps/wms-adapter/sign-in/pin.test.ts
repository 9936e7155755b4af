import { expect, test } from 'vitest';
import { hashOfPin, isPin } from './pin.ts';

test('A PIN is known again from what is kept of it, and no other is', async () => {
  const kept = await hashOfPin('4711');
  expect(await isPin('4711', kept)).toBe(true);
  expect(await isPin('4712', kept)).toBe(false);
  expect(await isPin('47110', kept)).toBe(false);
  expect(await isPin('', kept)).toBe(false);
});

test('What is kept of the same PIN is another each time, and holds neither the PIN nor less than 256 bits', async () => {
  const both = await Promise.all([hashOfPin('123456789012'), hashOfPin('123456789012')]);
  expect(both[0]).not.toBe(both[1]);
  for (const kept of both) {
    expect(kept).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(kept).not.toContain('123456789012');
  }
});

test('Where nothing is kept no PIN is right', async () => {
  expect(await isPin('0000', undefined)).toBe(false);
});

test('What was kept with other costs is known again', async () => {
  // RFC 7914, section 12: scrypt("", "", 16, 1, 1, 64), of which the first 32 bytes are those of a shorter key.
  const published = Buffer.from('77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442', 'hex');
  expect(await isPin('', `scrypt$16$1$1$$${published.toString('base64url')}`)).toBe(true);
  await expect(isPin('', 'bcrypt$x')).rejects.toThrow('in the form that this version writes');
});
