import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunks } from './chunks.ts';

test('a list in pieces is the list, and none is empty or longer than told', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (all, size) => {
      const pieces = chunks(all, size);
      expect(pieces.flat()).toEqual(all);
      expect(pieces).toHaveLength(Math.ceil(all.length / size));
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(size);
    }),
  );
});
