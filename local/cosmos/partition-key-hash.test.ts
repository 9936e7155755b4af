import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Json } from './json.ts';
import { effectivePartitionKey } from './partition-key-hash.ts';

type Hash = (values: readonly Json[]) => string;
let sdk: Hash;

/** The SDK's own hashing is not exported: it is loaded by its file. */
beforeAll(async () => {
  const file = join(import.meta.dirname, '../../node_modules/@azure/cosmos/dist/esm/utils/hashing/v2.js');
  const loaded: { hashV2PartitionKey: Hash } = await import(pathToFileURL(file).href);
  sdk = loaded.hashV2PartitionKey;
});

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant({}),
);

test('keys hash to the effective partition keys of the SDK, so that both agree on ranges', () => {
  fc.assert(
    fc.property(value, (key) => {
      expect(effectivePartitionKey([key], 'Hash')).toBe(sdk([key]));
    }),
    { numRuns: 2000 },
  );
});

test('hierarchical keys are the hashes of their levels, joined', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), (keys) => {
      expect(effectivePartitionKey(keys, 'MultiHash')).toBe(keys.map((key) => sdk([key])).join(''));
    }),
  );
});
