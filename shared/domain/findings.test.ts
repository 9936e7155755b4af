import { expect, test } from 'vitest';
import { findingsOf } from './findings.ts';

const place = (locationId: string) => ({
  locationId,
  ...{ lotNumber: null, onHand: 5, changedAt: '2026-11-23T10:00:00.000Z' },
});

const stock = (itemId: string) => ({
  ...{ itemId, warehouseId: 'WH-001', findings: [] },
  positions: [
    { ...place('A-01'), version: 4, missing: [[2, 3]] as const },
    { ...place('A-02'), version: 1 },
  ],
});

test('of more stocks than are told of, that there are more is told', () => {
  const stocks = ['ITEM-1', 'ITEM-2', 'ITEM-3'].map(stock);
  const told = (limit: number) => {
    const { gaps, more } = findingsOf(stocks, limit);
    return { items: gaps.map(({ itemId }) => itemId), more };
  };
  expect(told(2)).toEqual({ items: ['ITEM-1', 'ITEM-2'], more: true });
  expect(told(3)).toEqual({ items: ['ITEM-1', 'ITEM-2', 'ITEM-3'], more: false });
});
