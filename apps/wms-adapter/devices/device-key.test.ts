import { expect, test } from 'vitest';
import { hashOfKey, newDeviceKey } from './device-key.ts';

test('A key holds 256 bits behind a prefix by which it is known, and is another each time', () => {
  expect(newDeviceKey(() => Buffer.alloc(32, 0xff))).toBe(`sbk_${'_'.repeat(42)}8`);
  const keys = Array.from({ length: 100 }, () => newDeviceKey());
  expect(new Set(keys).size).toBe(100);
  expect(keys.filter((key) => !/^sbk_[\w-]{43}$/.test(key))).toEqual([]);
});

test('Of a key its SHA-256 is kept, which is found again from the key', () => {
  // Published test vector of SHA-256 (FIPS 180-4, "abc").
  expect(hashOfKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
