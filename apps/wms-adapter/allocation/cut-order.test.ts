import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inCutOrder } from './cut-order.ts';

const at = (minute: number) => `2024-11-18T10:0${minute}:00.000Z`;
const allocation = fc.record({
  priority: fc.integer({ min: 0, max: 2 }),
  orderedAt: fc.integer({ min: 0, max: 2 }).map(at),
  allocationId: fc.constantFrom('A', 'B', 'C'),
});

test('Cuts go from the lowest priority to the highest, from the newest order to the oldest, from the highest id down', () => {
  const inOrder = [
    { priority: 0, orderedAt: at(2), allocationId: 'B' },
    { priority: 0, orderedAt: at(2), allocationId: 'A' },
    { priority: 0, orderedAt: at(1), allocationId: 'C' },
    { priority: 1, orderedAt: at(3), allocationId: 'A' },
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (shuffled) => {
      expect(shuffled.toSorted(inCutOrder)).toEqual(inOrder);
    }),
  );
});

test('The order of cuts is total: of two allocations one comes first, whoever asks', () => {
  fc.assert(
    fc.property(allocation, allocation, (a, b) => {
      expect(Math.sign(inCutOrder(a, b)) + Math.sign(inCutOrder(b, a))).toBe(0);
      expect(inCutOrder(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});
