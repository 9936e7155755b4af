import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { availableToPromise, itemAtp, warehouseAtp } from './atp.ts';
import { type CountUnderWay, emptyStock, type Stock } from './stock.ts';

const TEN_OCLOCK = Date.parse('2024-11-18T10:00:00.000Z');

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
      TEN_OCLOCK,
    );
    expect(answer).toEqual({
      itemId: 'ITEM-1',
      warehouseId: 'WH-001',
      onHand: 95,
      tentative: 20,
      confirmed: 25,
      safetyStock: 10,
      atp: 40,
      atRisk: 0,
      version: 7,
      asOf: '2024-11-18T10:00:00Z',
    });
    expect(answer.atp).toBe(answer.onHand - answer.safetyStock - answer.tentative - answer.confirmed);
  });

  test('of an item sums its warehouses, in the order of their ids, as of the latest, whatever the precision', () => {
    const stocks = [
      stockOf({ warehouseId: 'WH-008', onHand: 5, tentative: 6, asOf: '2024-11-18T10:00:00.5Z' }),
      stockOf({ warehouseId: 'WH-001', onHand: 10, safetyStock: 1, asOf: '2024-11-18T10:00:00.123456Z' }),
    ];
    const answer = itemAtp('ITEM-1', stocks, TEN_OCLOCK);
    expect(answer).toMatchObject({
      onHand: 15,
      tentative: 6,
      safetyStock: 1,
      atp: 8,
      asOf: '2024-11-18T10:00:00.5Z',
    });
    expect(answer.warehouses.map(({ warehouseId }) => warehouseId)).toEqual(['WH-001', 'WH-008']);
  });

  test('tells what of on hand is under count now, in all warehouses, and no more of it when the counts have ended', () => {
    const count = (onHand: number, fields: Partial<CountUnderWay> = {}): CountUnderWay => ({
      ...{ lockId: 'LOCK-1', locationId: 'A-01', lotNumber: null, onHand, ended: false },
      until: '2024-11-18T10:30:00.000Z',
      ...fields,
    });
    const over = count(9, { locationId: 'B-01', until: '2024-11-18T09:30:00.000Z' });
    const stocks = [
      stockOf({ onHand: 10, tentative: 10, counts: [count(4), over] }),
      stockOf({ warehouseId: 'WH-002', onHand: 5, counts: [count(8)] }),
    ];
    const answer = itemAtp('ITEM-1', stocks, TEN_OCLOCK);
    expect(answer).toMatchObject({ atRisk: 9, atp: 5, warehouses: [{ atRisk: 4, atp: 0 }, { atRisk: 5 }] });
    expect(itemAtp('ITEM-1', stocks, TEN_OCLOCK + 30 * 60_000).atRisk).toBe(0);
  });
});
