import { describe, expect, test } from 'vitest';
import type { PositionUpdate } from './position.ts';
import { foldStock, type Stock } from './stock.ts';
import { countsAt } from './stock-at-risk.ts';

const KEY = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
const TEN = Date.parse('2026-11-22T10:00:00.000Z');

/** Version 3 of a position: 40 pieces. */
const FIGURES: PositionUpdate = {
  locationId: 'A-01',
  lotNumber: null,
  quantityChange: 10,
  resultingOnHand: 40,
  version: 3,
  timestamp: '2026-11-22T09:00:00.000Z',
  eventId: 'evt-3',
};
const STARTED = count('evt-a', '2026-11-22T10:30:00.000Z');
const EXTENDED = count('evt-x', '2026-11-22T10:40:00.000Z');
const ENDED = count('evt-b', '2026-11-22T10:10:00.000Z', true);

function count(eventId: string, until: string, ended = false): PositionUpdate {
  return { ...FIGURES, quantityChange: 0, eventId, count: { lockId: 'LOCK-1', until, ended } };
}

function fold(...updates: PositionUpdate[]) {
  return foldStock(undefined, KEY, updates).stock;
}

describe('stock in a location under count', () => {
  test('is at risk until the lock ends', () => {
    const stock = fold(FIGURES, STARTED);
    expect(countsAt(stock, TEN).atRisk).toBe(40);
    expect(countsAt(stock, TEN + 31 * 60_000).atRisk).toBe(0);
    const extended = fold(EXTENDED, FIGURES, STARTED);
    expect(countsAt(extended, TEN + 31 * 60_000).atRisk).toBe(40);
    expect(countsAt(extended, TEN + 41 * 60_000).atRisk).toBe(0);
  });

  test.each([
    ['in order', [FIGURES, STARTED, ENDED]],
    ['the other way round', [ENDED, EXTENDED, STARTED, FIGURES]],
    ['again and again', [STARTED, ENDED, STARTED, FIGURES, ENDED, STARTED]],
  ])('is no longer at risk once the count ended, events coming %s', (_order, updates) => {
    const stock = fold(...updates);
    expect(countsAt(stock, TEN + 9 * 60_000).atRisk).toBe(40);
    expect(countsAt(stock, TEN + 11 * 60_000).atRisk).toBe(0);
    expect(stock.onHand).toBe(40);
  });

  test('is the sum over the counted positions, each counted once', () => {
    const elsewhere = { ...STARTED, locationId: 'B-01', resultingOnHand: 2 };
    expect(countsAt(fold(STARTED, elsewhere, STARTED), TEN).atRisk).toBe(42);
  });

  test('is counted once where two scanners count the same location, until the later of them is done', () => {
    const second = {
      ...EXTENDED,
      count: { lockId: 'LOCK-2', until: '2026-11-22T10:40:00.000Z', ended: false },
    };
    const stock = fold(FIGURES, STARTED, second);
    expect(countsAt(stock, TEN).atRisk).toBe(40);
    expect(countsAt(stock, TEN + 31 * 60_000).atRisk).toBe(40);
  });

  const later = (version: number, resultingOnHand: number): PositionUpdate => ({
    ...FIGURES,
    ...{ version, resultingOnHand, quantityChange: resultingOnHand - 40, eventId: `evt-${version}` },
  });
  test.each([
    ['in order', [FIGURES, STARTED, later(4, 33)]],
    ['the other way round', [later(4, 33), STARTED, FIGURES]],
    ['with the count first', [STARTED, later(4, 33), FIGURES]],
  ])(
    'is what stands there now: what was picked meanwhile is not at risk, events coming %s',
    (_order, updates) => {
      expect(countsAt(fold(...updates), TEN).atRisk).toBe(33);
      const one = updates.reduce<Stock | undefined>(
        (stock, update) => foldStock(stock, KEY, [update]).stock,
        undefined,
      );
      expect(countsAt(one ?? {}, TEN).atRisk).toBe(33);
    },
  );

  test('folds an event that is known already without a change', () => {
    for (const known of [
      [FIGURES, STARTED],
      [FIGURES, STARTED, later(4, 33)],
      [FIGURES, STARTED, ENDED],
    ]) {
      const stock = fold(...known);
      expect(foldStock(stock, KEY, known)).toMatchObject({ changed: false, stock });
    }
  });

  test('changes neither figures nor versions, and is no finding', () => {
    const stock = fold(FIGURES, { ...STARTED, version: 9, resultingOnHand: 77 });
    expect(stock.positions).toEqual(fold(FIGURES).positions);
    expect(stock.findings).toEqual([]);
  });

  test('is forgotten a day after it was over', () => {
    const later = { ...count('evt-c', '2026-11-24T10:30:00.000Z'), timestamp: '2026-11-24T10:00:00.000Z' };
    const second = { ...later, count: { lockId: 'LOCK-2', until: '2026-11-24T10:30:00.000Z', ended: false } };
    expect(fold(STARTED, second).counts).toHaveLength(1);
  });
});
