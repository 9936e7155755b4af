import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { availableToPromise, itemAtp, warehouseAtp } from './atp.ts';
import { emptyStock, type Stock } from './stock.ts';

function stockOf(figures: Partial<Stock>): Stock {
  return {
    ...emptyStock({ itemId: 'ITEM-1', warehouseId: 'WH-001' }),
    asOf: '2024-11-18T10:00:00Z',
    ...figures,
  };
}

describe('available to promise', () => {
  test.each([
    [{ onHand: 100 }, 100],
    [{ onHand: 100, safetyStock: 10 }, 90],
    [{ onHand: 100, safetyStock: 10, tentative: 20 }, 70],
    [{ onHand: 100, safetyStock: 10, tentative: 20, confirmed: 30 }, 40],
    [{ onHand: 95, safetyStock: 10, tentative: 20, confirmed: 30, picked: 5 }, 40],
    [{ onHand: 5, confirmed: 30 }, -25],
  ])('of %o is %i', (figures, atp) => {
    expect(availableToPromise(stockOf(figures))).toBe(atp);
  });

  test('does not change when a confirmed piece is picked', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(100), (onHand, confirmed, pieces) => {
        const before = stockOf({ onHand, confirmed });
        const after = stockOf({ onHand: onHand - pieces, confirmed, picked: pieces });
        expect(availableToPromise(after)).toBe(availableToPromise(before));
      }),
    );
  });
});

describe('the answer', () => {
  test('of a warehouse shows figures that add up to its ATP', () => {
    const answer = warehouseAtp(
      stockOf({ onHand: 95, safetyStock: 10, tentative: 20, confirmed: 30, picked: 5, version: 7 }),
    );
    expect(answer).toEqual({
      itemId: 'ITEM-1',
      warehouseId: 'WH-001',
      onHand: 95,
      tentative: 20,
      confirmed: 25,
      safetyStock: 10,
      atp: 40,
      version: 7,
      asOf: '2024-11-18T10:00:00Z',
    });
    expect(answer.atp).toBe(answer.onHand - answer.safetyStock - answer.tentative - answer.confirmed);
  });

  test('of an item sums its warehouses, in the order of their ids, as of the latest, whatever the precision', () => {
    const answer = itemAtp('ITEM-1', [
      stockOf({ warehouseId: 'WH-008', onHand: 5, tentative: 6, asOf: '2024-11-18T10:00:00.5Z' }),
      stockOf({ warehouseId: 'WH-001', onHand: 10, safetyStock: 1, asOf: '2024-11-18T10:00:00.123456Z' }),
    ]);
    expect(answer).toMatchObject({
      onHand: 15,
      tentative: 6,
      safetyStock: 1,
      atp: 8,
      asOf: '2024-11-18T10:00:00.5Z',
    });
    expect(answer.warehouses.map(({ warehouseId }) => warehouseId)).toEqual(['WH-001', 'WH-008']);
  });
});
