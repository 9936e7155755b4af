import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { someTerms } from './example-lines.ts';
import { chooseSources, type Source, type SourcedQuantity, type SourcingTerms } from './sourcing.ts';

/** Warehouses `A`, `B`, …: pieces free, or those and how many of them are at risk. */
type Stocked = Readonly<Record<string, number | readonly [free: number, atRisk: number]>>;

function sourcesOf(stocked: Stocked): Source[] {
  return Object.entries(stocked).map(([warehouseId, figures]) => {
    const [atp, atRisk] = typeof figures === 'number' ? [figures, 0] : figures;
    return { warehouseId, atp, atRisk };
  });
}

function chosen(stocked: Stocked, terms: Partial<SourcingTerms>): Record<string, number> {
  const picks = chooseSources(sourcesOf(stocked), someTerms(terms));
  return Object.fromEntries(picks.map(({ warehouseId, quantity }) => [warehouseId, quantity]));
}

describe('The warehouses of a line', () => {
  test.each<[string, Stocked, Partial<SourcingTerms>, Record<string, number>]>([
    ['all from the one that has all', { A: 4, B: 10 }, {}, { B: 10 }],
    ['nothing where nothing is free', {}, {}, {}],
    ['what there is when that is less than wanted', { A: 4, B: 3 }, {}, { A: 4, B: 3 }],

    [
      'stock at risk comes last: two safe warehouses before one at risk',
      { A: [10, 10], B: 5, C: 5 },
      {},
      { B: 5, C: 5 },
    ],
    [
      'stock at risk comes last: a safe warehouse before a preferred one at risk',
      { A: [10, 10], B: 10 },
      { preferredWarehouses: ['A'] },
      { B: 10 },
    ],
    ['stock at risk is taken when nothing else is left', { A: [10, 10] }, {}, { A: 10 }],
    [
      'of stock at risk no more is taken than the safe stock lacks',
      { A: [10, 10], B: 6 },
      {},
      { B: 6, A: 4 },
    ],
    [
      'the safe part of a warehouse is taken before the part at risk of another',
      { A: [10, 4], B: [3, 3] },
      { quantity: 8 },
      { A: 8 },
    ],
    [
      'what is at risk beside safe stock taken already costs no further split',
      { A: [8, 3], B: [9, 9] },
      { quantity: 7 },
      { A: 7 },
    ],
    [
      'unsplit, the warehouse that puts fewest pieces at risk',
      { A: [10, 10], B: [9, 2] },
      { quantity: 8, allowSplit: false, preferredWarehouses: ['A'] },
      { B: 8 },
    ],

    ['as many pieces as can be had before fewest splits', { A: 9, B: 1 }, {}, { A: 9, B: 1 }],
    ['fewest splits: two rather than three', { A: 6, B: 4, C: 4, D: 2 }, {}, { A: 6, B: 4 }],
    [
      'fewest splits before preferred',
      { A: 4, B: 3, C: 3, D: 10 },
      { preferredWarehouses: ['A', 'B', 'C'] },
      { D: 10 },
    ],
    ['preferred before highest ATP', { A: 10, B: 50 }, { preferredWarehouses: ['A'] }, { A: 10 }],
    [
      'as many preferred ones as the fewest splits allow',
      { A: 4, B: 4, C: 9 },
      { preferredWarehouses: ['A', 'B'] },
      { A: 4, C: 6 },
    ],
    ['highest ATP before id', { A: 10, B: 50 }, {}, { B: 10 }],
    [
      'the highest ATP of several preferred ones',
      { A: 10, B: 50, C: 90 },
      { preferredWarehouses: ['A', 'B'] },
      { B: 10 },
    ],
    ['id when all else is equal', { B: 10, A: 10 }, {}, { A: 10 }],

    ['without allowSplit one for all pieces', { A: 9, B: 9, C: 10 }, { allowSplit: false }, { C: 10 }],
    ['without allowSplit none when none has all', { A: 9, B: 9 }, { allowSplit: false }, {}],
    [
      'without allowSplit the preferred one that has all',
      { A: 10, B: 50, C: 9 },
      { allowSplit: false, preferredWarehouses: ['A', 'C'] },
      { A: 10 },
    ],

    [
      'a warehouse with fewer than the least quantity is of no use',
      { A: 8, B: 3 },
      { leastQuantity: 4 },
      { A: 8 },
    ],
    [
      'a rest below the least quantity is filled up from the first',
      { A: 8, B: 5 },
      { leastQuantity: 4 },
      { A: 6, B: 4 },
    ],
    [
      'with no room for two parcels of the least quantity one is sent',
      { A: 3, B: 3 },
      { quantity: 5, leastQuantity: 3 },
      { A: 3 },
    ],
    [
      'a least quantity above what is still wanted asks for all of it',
      { A: 1, B: 2 },
      { quantity: 2, leastQuantity: 4 },
      { B: 2 },
    ],
  ])('%s', (_name, stocked, terms, expected) => {
    expect(chosen(stocked, terms)).toEqual(expected);
  });

  const sources = fc
    .array(fc.record({ atp: fc.integer({ min: 1, max: 12 }), risk: fc.integer({ min: 0, max: 12 }) }), {
      maxLength: 6,
    })
    .map((all): Source[] =>
      all.map(({ atp, risk }, index) => ({ warehouseId: `WH-${index}`, atp, atRisk: Math.min(atp, risk) })),
    );
  const terms = fc
    .record({
      quantity: fc.integer({ min: 1, max: 30 }),
      least: fc.integer({ min: 1, max: 8 }),
      allowSplit: fc.boolean(),
      preferredWarehouses: fc.subarray(['WH-0', 'WH-1', 'WH-2', 'WH-3', 'WH-4', 'WH-5']),
    })
    .map(({ least, ...rest }): SourcingTerms => ({ ...rest, leastQuantity: Math.min(least, rest.quantity) }));

  test('never exceed what is free, nor what is wanted, nor fall below the least quantity, and are named once', () => {
    fc.assert(
      fc.property(sources, terms, (from, wanted) => {
        const picks = chooseSources(from, wanted);
        for (const { warehouseId, quantity } of picks) {
          expect(quantity).toBeLessThanOrEqual(
            from.find((source) => source.warehouseId === warehouseId)?.atp ?? 0,
          );
          expect(quantity).toBeGreaterThanOrEqual(wanted.leastQuantity);
        }
        expect(total(picks)).toBeLessThanOrEqual(wanted.quantity);
        expect(new Set(picks.map(({ warehouseId }) => warehouseId)).size).toBe(picks.length);
        if (!wanted.allowSplit) expect([0, wanted.quantity]).toContain(total(picks));
      }),
      { numRuns: 1_000 },
    );
  });

  test('give as many pieces as any choice could', () => {
    fc.assert(
      fc.property(sources, terms, (from, wanted) => {
        expect(total(chooseSources(from, wanted))).toBe(bestByTrying(from, wanted).pieces);
      }),
      { numRuns: 1_000 },
    );
  });

  test('put no more pieces at risk than must be, where any quantity is of use', () => {
    fc.assert(
      fc.property(sources, terms, (from, wanted) => {
        const anyQuantity = { ...wanted, leastQuantity: 1, allowSplit: true };
        const picks = chooseSources(from, anyQuantity);
        const safe = from.reduce((sum, { atp, atRisk }) => sum + atp - atRisk, 0);
        expect(piecesAtRisk(from, picks)).toBe(Math.max(total(picks) - safe, 0));
      }),
      { numRuns: 1_000 },
    );
  });

  test('are the fewest, and of those the most preferred, that give so many safe pieces', () => {
    fc.assert(
      fc.property(sources, terms, (from, wanted) => {
        const safe = from.map((source) => ({ ...source, atRisk: 0 }));
        const picks = chooseSources(safe, wanted);
        const best = bestByTrying(safe, wanted);
        expect(picks.length).toBe(best.splits);
        expect(
          picks.filter(({ warehouseId }) => wanted.preferredWarehouses?.includes(warehouseId)).length,
        ).toBe(best.preferred);
      }),
      { numRuns: 1_000 },
    );
  });

  test('do not depend on the order in which the stocks were read', () => {
    fc.assert(
      fc.property(sources, terms, (from, wanted) => {
        expect(chooseSources(from.toReversed(), wanted)).toEqual(chooseSources(from, wanted));
      }),
    );
  });
});

/** Of all sets of warehouses: the most pieces, with the fewest splits, with the most preferred. */
function bestByTrying(sources: readonly Source[], terms: SourcingTerms) {
  const { quantity, leastQuantity, allowSplit, preferredWarehouses = [] } = terms;
  let best = { pieces: 0, splits: 0, preferred: 0 };
  for (let bits = 1; bits < 2 ** sources.length; bits += 1) {
    const set = sources.filter((_source, index) => bits & (1 << index));
    const pieces = Math.min(
      quantity,
      set.reduce((sum, { atp }) => sum + atp, 0),
    );
    const isPossible = set.every(({ atp }) => atp >= leastQuantity) && set.length * leastQuantity <= pieces;
    if (!isPossible || (!allowSplit && (set.length > 1 || pieces < quantity))) continue;
    const preferred = set.filter(({ warehouseId }) => preferredWarehouses.includes(warehouseId)).length;
    const gain = pieces - best.pieces || best.splits - set.length || preferred - best.preferred;
    if (gain > 0) best = { pieces, splits: set.length, preferred };
  }
  return best;
}

function piecesAtRisk(sources: readonly Source[], picks: readonly SourcedQuantity[]): number {
  return picks.reduce((sum, { warehouseId, quantity }) => {
    const { atp, atRisk } = sources.find((source) => source.warehouseId === warehouseId) ?? {
      atp: 0,
      atRisk: 0,
    };
    return sum + Math.max(quantity - (atp - atRisk), 0);
  }, 0);
}

function total(picks: readonly SourcedQuantity[]): number {
  return picks.reduce((sum, { quantity }) => sum + quantity, 0);
}
