import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Position } from './position.ts';
import { compareStock, isRepairable, restoreStock } from './rebuild.ts';
import { emptyStock, replacePositions, type Stock } from './stock.ts';

const KEY = { itemId: 'ITEM-1', warehouseId: 'WH-001' };

function stockOf(positions: readonly Position[], asOf = '2024-11-18T10:00:00Z'): Stock {
  return replacePositions(emptyStock(KEY), positions, asOf);
}

function position(locationId: string, onHand: number, version?: number): Position {
  const base = { locationId, lotNumber: null, onHand, changedAt: '2024-11-18T10:00:00Z' };
  return version === undefined ? { ...base, eventId: 'evt-1' } : { ...base, version };
}

function later(held: Position): Position {
  return { ...held, changedAt: '2024-11-18T10:00:01Z' };
}

const positions = fc
  .uniqueArray(
    fc.record({ place: fc.nat(5), onHand: fc.nat(9), version: fc.option(fc.integer({ min: 1, max: 4 })) }),
    {
      selector: ({ place }) => place,
    },
  )
  .map((drawn) =>
    drawn.map(({ place, onHand, version }) => position(`A-${place}`, onHand, version ?? undefined)),
  );

describe('the comparison of a stock with its journal', () => {
  test.each<[string, Position | undefined, Position | undefined, string | undefined]>([
    ['the same on both sides', position('A', 5, 2), position('A', 5, 2), undefined],
    ['the same without versions', position('A', 5), position('A', 5), undefined],
    ['another figure of one version', position('A', 5, 2), position('A', 6, 2), 'figure'],
    ['another figure without versions', position('A', 5), position('A', 6), 'figure'],
    ['a later unversioned event in the cloud', position('A', 5), later(position('A', 4)), 'ahead'],
    ['a later unversioned event in the journal', later(position('A', 5)), position('A', 4), 'behind'],
    ['an older version in the cloud', position('A', 5, 3), position('A', 5, 2), 'behind'],
    ['a newer version in the cloud', position('A', 5, 2), position('A', 5, 3), 'ahead'],
    ['a position that only the journal knows numbers of', position('A', 5, 1), position('A', 5), 'behind'],
    ['a position the cloud lacks', position('A', 5, 1), undefined, 'lost'],
    ['a position the journal lacks', undefined, position('A', 5, 1), 'unjournalled'],
  ])('%s', (_name, journal, live, kind) => {
    const differences = compareStock(stockOf(journal ? [journal] : []), stockOf(live ? [live] : []));
    expect(differences.map((difference) => difference.kind)).toEqual(kind === undefined ? [] : [kind]);
  });

  test('a position that rests in the overflow document is no difference', () => {
    expect(
      compareStock(stockOf([position('A', 0, 2)]), stockOf([]), { resting: [position('A', 0, 2)] }),
    ).toEqual([]);
  });
});

describe('the stock restored', () => {
  test('has no difference left that the journal could put right, and lowers no version', () => {
    fc.assert(
      fc.property(positions, positions, (journalled, held) => {
        const journal = stockOf(journalled);
        const live = { ...stockOf(held), tentative: 3, confirmed: 5, picked: 1, safetyStock: 2 };
        const restored = restoreStock(journal, live);
        expect(compareStock(journal, restored).filter(isRepairable)).toEqual([]);
        expect(restored).toMatchObject({ tentative: 3, confirmed: 5, picked: 1, safetyStock: 2 });
        expect(restored.onHand).toBe(restored.positions.reduce((sum, { onHand }) => sum + onHand, 0));
        for (const before of held) {
          const after = restored.positions.find(({ locationId }) => locationId === before.locationId);
          expect(after?.version ?? 0).toBeGreaterThanOrEqual(before.version ?? 0);
        }
      }),
    );
  });

  test('is the journal’s own when the cloud knows nothing', () => {
    const journal = stockOf([position('A', 5, 2), position('B', 0, 1)]);
    expect(restoreStock(journal, undefined)).toEqual(journal);
    const until = '2024-11-18T10:30:00.000Z';
    const counts = [{ lockId: 'L', locationId: 'A', lotNumber: null, onHand: 5, until, ended: false }];
    expect(restoreStock({ ...journal, counts }, undefined)).toEqual({ ...journal, counts });
  });

  test('is as of the later of the two', () => {
    const journal = stockOf([position('A', 5, 2)], '2024-11-18T10:00:00Z');
    expect(restoreStock(journal, stockOf([], '2024-11-19T10:00:00Z')).asOf).toBe('2024-11-19T10:00:00Z');
    expect(restoreStock(journal, stockOf([], '2024-11-17T10:00:00Z')).asOf).toBe('2024-11-18T10:00:00Z');
  });
});
