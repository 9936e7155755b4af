import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemIdSchema, warehouseIdSchema } from '../contracts/identifiers.ts';
import { sweepKeys } from './cloud-stock.ts';
import { sweepKey } from './stock-document.ts';

/** Names that often begin the same. */
const name = fc
  .stringMatching(/^[AZaz09](?:[AZaz09._ -]{0,3}[AZaz09._-])?$/)
  .filter((text) => itemIdSchema.safeParse(text).success && warehouseIdSchema.safeParse(text).success);

test('a range of keys holds the items of a range in its warehouse, and no others', () => {
  const key = fc.record({ warehouseId: name, itemId: name });
  const bounds = fc.record({ after: name, upTo: name }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.oneof(name, fc.constant('A')), key, bounds, (warehouseId, stock, range) => {
      const { from, upTo } = sweepKeys(warehouseId, range);
      const held = sweepKey(stock) > from && sweepKey(stock) <= upTo;
      expect(held).toBe(
        stock.warehouseId === warehouseId &&
          (range.after === undefined || stock.itemId > range.after) &&
          (range.upTo === undefined || stock.itemId <= range.upTo),
      );
    }),
    { numRuns: 5_000 },
  );
});
