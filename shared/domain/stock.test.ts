import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { type PositionUpdate, positionKey, positionUpdates } from './position.ts';
import { foldStock, type Stock } from './stock.ts';

const KEY = { itemId: 'ITEM-12345', warehouseId: 'WH-001' };
const LOCATIONS = ['A-01', 'A-02', 'B-01'];

type Step = { location: number; to: number; kind: 'receipt' | 'pick' | 'count' | 'transfer'; pieces: number };

const step: fc.Arbitrary<Step> = fc.record({
  location: fc.nat(2),
  to: fc.nat(2),
  kind: fc.constantFrom('receipt', 'pick', 'count', 'transfer'),
  pieces: fc.integer({ min: 1, max: 50 }),
});

/** A WMS that books the steps and publishes its events: the truth that the fold must arrive at. */
function wms(steps: readonly Step[], versioned: boolean) {
  const held = new Map<string, { onHand: number; version: number }>();
  const events: InventoryEvent[] = [];
  const book = (locationId: string, target: (onHand: number) => number) => {
    const before = held.get(locationId) ?? { onHand: 0, version: 0 };
    const onHand = Math.max(0, target(before.onHand));
    held.set(locationId, { onHand, version: before.version + 1 });
    return {
      locationId,
      lotNumber: null,
      quantityChange: onHand - before.onHand,
      resultingOnHand: onHand,
      version: before.version + 1,
    };
  };
  for (const [index, { location, to, kind, pieces }] of steps.entries()) {
    const locationId = LOCATIONS[location] ?? 'A-01';
    const toLocationId = LOCATIONS[to] ?? 'A-01';
    const base = {
      ...KEY,
      timestamp: new Date(Date.UTC(2024, 10, 18, 10, 0, index)).toISOString(),
      transactionId: `TRX-${index}`,
      scannerId: 'SCANNER-08',
      userId: 'user_23',
    };
    const eventId = `evt-20241118-${String(index).padStart(6, '0')}`;
    const publish = (
      half: ReturnType<typeof book>,
      id: string,
      eventType: InventoryEvent['eventType'],
      other?: ReturnType<typeof book>,
    ) => {
      const { version, ...figures } = half;
      events.push({
        ...base,
        ...figures,
        eventId: id,
        eventType,
        ...(versioned ? { version, ...(other ? { counterpart: other } : {}) } : {}),
      });
    };
    if (kind === 'transfer' && locationId !== toLocationId) {
      const available = held.get(locationId)?.onHand ?? 0;
      const moved = Math.min(pieces, available);
      const out = book(locationId, (onHand) => onHand - moved);
      const into = book(toLocationId, (onHand) => onHand + moved);
      publish(out, `${eventId}-out`, 'InventoryTransfer', into);
      publish(into, `${eventId}-in`, 'InventoryTransfer', out);
    } else if (kind === 'count')
      publish(
        book(locationId, () => pieces),
        eventId,
        'InventoryCount',
      );
    else if (kind === 'pick')
      publish(
        book(locationId, (onHand) => onHand - pieces),
        eventId,
        'InventoryPick',
      );
    else
      publish(
        book(locationId, (onHand) => onHand + pieces),
        eventId,
        'InventoryReceipt',
      );
  }
  return { held, events };
}

/** Any order, any repetition, cut into any batches. */
function deliveries<T>(items: readonly T[]): fc.Arbitrary<T[][]> {
  if (items.length === 0) return fc.constant([]);
  return fc
    .tuple(
      fc.shuffledSubarray([...items], { minLength: items.length }),
      fc.array(fc.constantFrom(...items), { maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
    )
    .map(([order, repeats, sizes, positions]) => {
      const stream = [...order];
      for (const repeat of repeats)
        stream.splice((positions.next().value ?? 0) % (stream.length + 1), 0, repeat);
      const batches: T[][] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        batches.push(stream.slice(at, at + size));
        at += size;
      }
      return batches;
    });
}

function fold(batches: readonly (readonly InventoryEvent[])[]): Stock | undefined {
  return batches.reduce<Stock | undefined>(
    (stock, batch) => foldStock(stock, KEY, batch.flatMap(positionUpdates)).stock,
    undefined,
  );
}

function onHandByLocation(stock: Stock | undefined) {
  return Object.fromEntries(
    (stock?.positions ?? []).map(({ locationId, onHand }) => [locationId, onHand]).sort(),
  );
}

function truth(held: ReadonlyMap<string, { onHand: number }>) {
  return Object.fromEntries([...held].map(([locationId, { onHand }]) => [locationId, onHand]).sort());
}

describe('the fold', () => {
  test.each([
    ['versioned events', true],
    ['events with exactly the published fields', false],
  ])(
    'ends in the figures of the WMS whatever the order, repetition and batches of %s',
    (_name, versioned) => {
      fc.assert(
        fc.property(
          fc.array(step, { minLength: 1, maxLength: 25 }).chain((steps) => {
            const { held, events } = wms(steps, versioned);
            return deliveries(events).map((batches) => ({ held, batches }));
          }),
          ({ held, batches }) => {
            const stock = fold(batches);
            expect(onHandByLocation(stock)).toEqual(truth(held));
            expect(stock?.onHand).toBe([...held.values()].reduce((sum, { onHand }) => sum + onHand, 0));
          },
        ),
      );
    },
  );

  test('has no gap and no finding when everything of an honest WMS has arrived', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 15 }).chain((steps) => deliveries(wms(steps, true).events)),
        (batches) => {
          const stock = fold(batches);
          expect(stock?.openFindings).toBe(0);
          expect(stock?.positions.every(({ missing }) => missing === undefined)).toBe(true);
        },
      ),
    );
  });

  test('takes the last figure even when any of the events before it are lost, and reports just the versions lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 12 }),
        fc.infiniteStream(fc.boolean()),
        (pieces, keep) => {
          const receipts = pieces.map((n): Step => ({ location: 0, to: 0, kind: 'receipt', pieces: n }));
          const { held, events } = wms(receipts, true);
          const kept = events.filter(
            (_event, index) => index === events.length - 1 || keep.next().value === true,
          );
          const stock = fold([kept]);
          expect(onHandByLocation(stock)).toEqual(truth(held));
          const lost = events.filter((event) => !kept.includes(event)).map(({ version }) => version);
          const reported = (stock?.positions[0]?.missing ?? []).flatMap(([from, to]) =>
            Array.from({ length: to - from + 1 }, (_unused, index) => from + index),
          );
          expect(reported).toEqual(lost);
        },
      ),
    );
  });

  test('a transfer of which one event is lost still brings both positions', () => {
    const { events, held } = wms(
      [
        { location: 0, to: 0, kind: 'receipt', pieces: 10 },
        { location: 0, to: 1, kind: 'transfer', pieces: 4 },
      ],
      true,
    );
    for (const lost of ['-out', '-in']) {
      const stock = fold([events.filter(({ eventId }) => !eventId.endsWith(lost))]);
      expect(onHandByLocation(stock)).toEqual(truth(held));
      expect(stock?.openFindings).toBe(0);
    }
  });

  test('folding again what is known changes nothing, not even the version of the document', () => {
    const { events } = wms([{ location: 0, to: 0, kind: 'receipt', pieces: 10 }], true);
    const once = foldStock(undefined, KEY, events.flatMap(positionUpdates));
    const twice = foldStock(once.stock, KEY, events.flatMap(positionUpdates));
    expect(twice).toMatchObject({ changed: false, stock: once.stock });
  });

  test('keeps lots of one location apart', () => {
    const stock = foldStock(undefined, KEY, [
      update({ lotNumber: 'LOT-1', resultingOnHand: 3, quantityChange: 3 }),
      update({ lotNumber: 'LOT-2', resultingOnHand: 4, quantityChange: 4 }),
      update({ lotNumber: null, resultingOnHand: 5, quantityChange: 5 }),
    ]).stock;
    expect(stock.positions.map(positionKey)).toEqual(['A-01|LOT-1', 'A-01|LOT-2', 'A-01|']);
    expect(stock.onHand).toBe(12);
  });

  test('reads timestamps of different precision as instants', () => {
    const early = update({
      version: null,
      timestamp: '2024-11-18T10:00:00.5Z',
      resultingOnHand: 1,
      eventId: 'evt-b',
    });
    const late = update({
      version: null,
      timestamp: '2024-11-18T10:00:00.5000001Z',
      resultingOnHand: 2,
      eventId: 'evt-a',
    });
    expect(foldStock(undefined, KEY, [late, early]).stock).toMatchObject({ onHand: 2, asOf: late.timestamp });
  });
});

describe('the redundancy of change and result', () => {
  test('a figure that does not follow from the version before it is taken, and reported as a calculation mismatch', () => {
    const first = update({ quantityChange: 500, resultingOnHand: 500, version: 1 });
    const wrong = update({ quantityChange: -50, resultingOnHand: 440, version: 2, eventId: 'evt-2' });
    const { stock } = foldStock(undefined, KEY, [first, wrong]);
    expect(stock).toMatchObject({
      onHand: 440,
      openFindings: 1,
      findings: [{ kind: 'calculation-mismatch', version: 2, eventId: 'evt-2', expected: 450, found: 440 }],
    });
  });

  test('the first version of a position must start from nothing', () => {
    const { stock } = foldStock(undefined, KEY, [
      update({ quantityChange: 5, resultingOnHand: 7, version: 1 }),
    ]);
    expect(stock.findings).toMatchObject([{ kind: 'calculation-mismatch', expected: 5, found: 7 }]);
  });

  test('a skipped version is a gap, and closes when it arrives', () => {
    const open = foldStock(undefined, KEY, [
      update({ version: 1 }),
      update({ version: 4, resultingOnHand: 9 }),
    ]).stock;
    expect(open).toMatchObject({ openFindings: 1, positions: [{ version: 4, missing: [[2, 3]] }] });
    const half = foldStock(open, KEY, [update({ version: 2, resultingOnHand: 99 })]).stock;
    expect(half).toMatchObject({ onHand: 9, positions: [{ missing: [[3, 3]] }] });
    const closed = foldStock(half, KEY, [update({ version: 3, resultingOnHand: 99 })]).stock;
    expect(closed).toMatchObject({ onHand: 9, openFindings: 0 });
    expect(closed.positions[0]).not.toHaveProperty('missing');
  });

  test('two figures for one version are reported once, and the lower stands in either order', () => {
    const ten = update({ version: 1, resultingOnHand: 10, quantityChange: 10 });
    const eight = update({ version: 1, resultingOnHand: 8, quantityChange: 8 });
    for (const order of [
      [ten, eight],
      [eight, ten],
      [eight, ten, ten, ten],
    ]) {
      const { stock } = foldStock(undefined, KEY, order);
      expect(stock).toMatchObject({ onHand: 8, openFindings: 1, findings: [{ kind: 'conflicting-event' }] });
    }
  });
});

describe('versioned and unversioned events of one position', () => {
  const versioned = update({ version: 3, resultingOnHand: 30, timestamp: '2024-11-18T10:00:00Z' });
  const unversioned = update({ version: null, resultingOnHand: 40, timestamp: '2024-11-18T11:00:00Z' });

  test('the first versioned event makes the position versioned, whatever it held', () => {
    expect(foldStock(undefined, KEY, [unversioned, versioned]).stock).toMatchObject({
      onHand: 30,
      openFindings: 0,
    });
  });

  test('an unversioned event after it is refused, so that it is parked', () => {
    const result = foldStock(undefined, KEY, [versioned, unversioned]);
    expect(result.stock.onHand).toBe(30);
    expect(result.refused).toEqual([{ index: 1, reason: 'unversioned-event-for-versioned-position' }]);
  });
});

function update(fields: Partial<PositionUpdate>): PositionUpdate {
  return {
    locationId: 'A-01',
    lotNumber: null,
    quantityChange: 1,
    resultingOnHand: 1,
    version: 1,
    timestamp: '2024-11-18T10:00:00Z',
    eventId: 'evt-1',
    ...fields,
  };
}
