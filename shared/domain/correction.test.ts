import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Correction, correctedPosition, correctStock } from './correction.ts';
import { applyUpdate, type Position, type PositionUpdate } from './position.ts';
import { foldStock, type Stock } from './stock.ts';

const KEY = { itemId: 'ITEM-12345', warehouseId: 'WH-001' };
const PLACE = { locationId: 'A-01', lotNumber: null };

/** The WMS holds 7 pieces at version 5, where the cloud held 9 at version 6. */
function someCorrection(fields: Partial<Correction> = {}): Correction {
  return {
    ...KEY,
    ...PLACE,
    row: { onHand: 7, version: 5, changedAt: timeOf(5) },
    floor: 0,
    voided: [],
    found: { onHand: 9, version: 6 },
    class: 'phantom',
    at: '2024-11-18T12:00:00.000Z',
    runId: '20241118T115900000Z-a1b2',
    ...fields,
  };
}

function timeOf(version: number): string {
  return new Date(Date.UTC(2024, 10, 18, 10, 0, version)).toISOString();
}

function update(version: number | null, fields: Partial<PositionUpdate> = {}): PositionUpdate {
  return {
    ...PLACE,
    quantityChange: 1,
    resultingOnHand: 1,
    version,
    timestamp: timeOf(version ?? 1),
    eventId: `evt-${version}`,
    ...fields,
  };
}

/** The events that the WMS booked, of versions 1 to `figures.length`. */
function booked(figures: readonly number[], isVersioned: boolean): PositionUpdate[] {
  return figures.map((resultingOnHand, index) => {
    const quantityChange = resultingOnHand - (figures[index - 1] ?? 0);
    const { timestamp, eventId } = update(index + 1);
    return update(isVersioned ? index + 1 : null, { quantityChange, resultingOnHand, timestamp, eventId });
  });
}

function applyAll(held: Position | undefined, updates: readonly PositionUpdate[]): Position | undefined {
  return updates.reduce((position, each) => {
    const outcome = applyUpdate(position, each);
    return outcome.kind === 'applied' ? outcome.position : position;
  }, held);
}

/** Every one of them at least once, in any order, some again. */
function anyOrder<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  if (items.length === 0) return fc.constant([]);
  return fc
    .array(fc.constantFrom(...items), { maxLength: 12 })
    .chain((more) => fc.shuffledSubarray([...items, ...more], { minLength: items.length + more.length }));
}

const figuresArbitrary = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 10 });

/** A WMS's history of a position, which was corrected at some state of it, and events that the WMS never booked. */
const scenario = fc
  .record({
    figures: figuresArbitrary,
    rowAt: fc.nat(9),
    invented: fc.array(fc.record({ above: fc.integer({ min: 1, max: 8 }), onHand: fc.nat(60) }), {
      maxLength: 5,
    }),
    falsified: fc.array(fc.nat(60), { maxLength: 3 }),
    isDeleted: fc.boolean(),
    isVersioned: fc.boolean(),
  })
  .map(({ figures, rowAt, invented, falsified, isDeleted, isVersioned }) => {
    const events = booked(figures, isVersioned);
    const version = 1 + (rowAt % figures.length);
    const phantoms = invented.map(({ above, onHand }, index) =>
      update(isVersioned ? version + above : null, {
        resultingOnHand: onHand,
        timestamp: timeOf(version + above),
        eventId: `evt-phantom-${index}`,
      }),
    );
    const wrong = falsified.map((onHand, index) =>
      update(isVersioned ? version : null, {
        resultingOnHand: onHand,
        timestamp: timeOf(version),
        eventId: `evt-wrong-${index}`,
      }),
    );
    const row = {
      onHand: figures[version - 1] ?? 0,
      version: isVersioned ? version : null,
      changedAt: timeOf(version),
    };
    const correction = someCorrection({
      ...PLACE,
      row: isDeleted && isVersioned ? null : row,
      floor: isDeleted && isVersioned ? version : 0,
      voided: phantoms.map((phantom) => ({ eventId: phantom.eventId, version: phantom.version })),
    });
    const later = events.slice(version);
    const onHand = correction.row === null && later.length === 0 ? 0 : (figures.at(-1) ?? 0);
    return { correction, events, phantoms, wrong, onHand };
  });

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function withDeliveries(): fc.Arbitrary<Scenario & { before: PositionUpdate[]; after: PositionUpdate[] }> {
  return scenario.chain((each) => {
    const all = [...each.events, ...each.phantoms, ...each.wrong];
    return fc
      .record({ before: fc.subarray(all), after: anyOrder(all) })
      .map((deliveries) => ({ ...each, ...deliveries }));
  });
}

describe('a corrected position', () => {
  test('ends where the WMS is, in whatever order and how often old, voided, falsified and later events come', () => {
    fc.assert(
      fc.property(withDeliveries(), ({ correction, before, after, onHand }) => {
        const held = applyAll(undefined, before);
        const stock = held ? foldStock(undefined, KEY, before).stock : undefined;
        const corrected = stock
          ? correctStock(stock, [correction]).positions[0]
          : correctedPosition(correction);
        expect(applyAll(corrected, after)?.onHand).toBe(onHand);
      }),
      { numRuns: 500 },
    );
  });

  test('ends alike when the conflicting events of a later version change places', () => {
    const base = correctedPosition(someCorrection({ voided: [{ eventId: 'evt-9', version: 9 }] }));
    const six = [
      update(6, { resultingOnHand: 10, eventId: 'a' }),
      update(6, { resultingOnHand: 8, eventId: 'b' }),
    ];
    expect(applyAll(base, six)?.onHand).toBe(8);
    expect(applyAll(base, six.toReversed())?.onHand).toBe(8);
  });

  test('may be of a lower version than before, and the real events above that fold', () => {
    const phantom = update(9, { resultingOnHand: 99, eventId: 'evt-phantom' });
    const stock = foldStock(undefined, KEY, [...booked([1, 2, 3, 4, 7], true), phantom]).stock;
    const correction = someCorrection({ voided: [{ eventId: 'evt-phantom', version: 9 }] });
    const corrected = correctStock(stock, [correction]);
    expect(corrected.positions).toMatchObject([{ onHand: 7, version: 5 }]);
    const real = update(6, { quantityChange: 1, resultingOnHand: 8 });
    expect(foldStock(corrected, KEY, [phantom, real, phantom]).stock).toMatchObject({
      onHand: 8,
      positions: [{ version: 6 }],
      openFindings: 0,
    });
  });

  test('takes the real event of a version that a voided one had claimed, before and after it', () => {
    const voided = [{ eventId: 'evt-phantom', version: 6 }];
    const phantom = update(6, { resultingOnHand: 1, eventId: 'evt-phantom' });
    const real = update(6, { quantityChange: 1, resultingOnHand: 8 });
    const base = correctedPosition(someCorrection({ voided }));
    for (const order of [
      [phantom, real, phantom],
      [real, phantom],
    ])
      expect(applyAll(base, order)).toMatchObject({ onHand: 8, version: 6 });
  });

  test('tells a gap behind it though a voided event claims the version that is missing', () => {
    const base = correctedPosition(someCorrection({ voided: [{ eventId: 'evt-phantom', version: 7 }] }));
    const phantom = update(7, { eventId: 'evt-phantom' });
    expect(applyAll(base, [update(9), phantom])).toMatchObject({ version: 9, missing: [[6, 8]] });
  });

  test('that was deleted stays away for events up to its floor, and comes back with later ones', () => {
    const base = correctedPosition(someCorrection({ row: null, floor: 6, class: 'deleted' }));
    expect(applyAll(base, [update(5), update(6), update(1)])).toEqual(base);
    expect(base).toMatchObject({ onHand: 0, version: 6 });
    expect(applyAll(base, [update(7, { resultingOnHand: 3 })])).toMatchObject({ onHand: 3, version: 7 });
  });

  test('that was never numbered and is deleted takes later events without a version', () => {
    const voided = [{ eventId: 'evt-phantom', version: null }];
    const found = { onHand: 4, version: null };
    const base = correctedPosition(someCorrection({ row: null, floor: 0, voided, found }));
    const phantom = update(null, { eventId: 'evt-phantom', timestamp: '2024-11-18T13:00:00Z' });
    expect(applyAll(base, [phantom])).toEqual(base);
    const real = update(null, { eventId: 'evt-real', timestamp: '2024-11-18T13:00:00Z', resultingOnHand: 3 });
    expect(applyAll(base, [phantom, real, phantom])).toMatchObject({ onHand: 3, eventId: 'evt-real' });
  });

  test('leaves no trace where there is nothing to keep away', () => {
    expect(correctedPosition(someCorrection({ row: null, floor: 0 }))).toBeUndefined();
  });
});

describe('a corrected stock', () => {
  const positions = ['A', 'B', 'C', 'D'];

  /** Of each location: a receipt, and an event after a gap that adds up to nothing before it. */
  const stockArbitrary = fc
    .array(
      fc.record({
        location: fc.constantFrom(...positions),
        version: fc.integer({ min: 1, max: 6 }),
        onHand: fc.nat(50),
      }),
      {
        maxLength: 20,
      },
    )
    .map(
      (drawn) =>
        foldStock(
          undefined,
          KEY,
          drawn.map(({ location, version, onHand }, index) =>
            update(version, { locationId: location, resultingOnHand: onHand, eventId: `evt-${index}` }),
          ),
        ).stock,
    );

  const correctionsArbitrary = fc
    .uniqueArray(
      fc.record({
        locationId: fc.constantFrom(...positions),
        onHand: fc.nat(50),
        isDeleted: fc.boolean(),
        floor: fc.nat(3),
      }),
      { selector: ({ locationId }) => locationId, minLength: 1 },
    )
    .map((drawn) =>
      drawn.map(
        ({ locationId, onHand, isDeleted, floor }): Correction =>
          isDeleted
            ? someCorrection({ locationId, row: null, floor })
            : someCorrection({ locationId, row: { onHand, version: 3, changedAt: null } }),
      ),
    );

  test('has settled the gaps and findings of the corrected positions and of no others, and its totals add up', () => {
    fc.assert(
      fc.property(stockArbitrary, correctionsArbitrary, (stock, corrections) => {
        const corrected = correctStock(stock, corrections);
        const names = new Set(corrections.map(({ locationId }) => locationId));
        const others = <T extends { locationId: string }>(list: readonly T[]) =>
          list.filter(({ locationId }) => !names.has(locationId));
        expect(others(corrected.positions)).toEqual(others(stock.positions));
        expect(corrected.findings).toEqual(others(stock.findings));
        for (const correction of corrections)
          expect(corrected.positions.find(({ locationId }) => locationId === correction.locationId)).toEqual(
            correctedPosition(correction),
          );
        expect(corrected.onHand).toBe(sumOf(corrected));
        const gaps = corrected.positions.filter(({ missing }) => missing).length;
        expect(corrected.openFindings).toBe(gaps + corrected.findings.length);
        expect(corrected.version).toBe(stock.version + 1);
      }),
    );
  });

  test('has the pieces at risk of a location under count that the WMS says', () => {
    const count = { lockId: 'lock-1', until: '2024-11-18T12:30:00Z', ended: false };
    const started = ['A-01', 'B-01'].map((locationId) =>
      update(1, { locationId, resultingOnHand: 9, quantityChange: 0, count }),
    );
    const received = ['A-01', 'B-01'].map((locationId) => update(1, { locationId, resultingOnHand: 9 }));
    const { stock } = foldStock(undefined, KEY, [...received, ...started]);
    const atRisk = (after: Stock) => after.counts?.map(({ locationId, onHand }) => [locationId, onHand]);
    expect(atRisk(correctStock(stock, [someCorrection()]))).toEqual([
      ['A-01', 7],
      ['B-01', 9],
    ]);
    expect(atRisk(correctStock(stock, [someCorrection({ row: null })]))).toEqual([
      ['A-01', 0],
      ['B-01', 9],
    ]);
  });

  function sumOf({ positions }: Stock): number {
    return positions.reduce((sum, { onHand }) => sum + onHand, 0);
  }
});
