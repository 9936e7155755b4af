import { beforeEach, describe, expect, test } from 'vitest';
import { reconciliationSystem } from '../../test/parts/reconciliation.ts';
import type { Reservation } from '../domain/compare-reservations.ts';
import { heldLine, someDecision } from '../domain/example-lines.ts';
import { UnreadableValue } from '../ports/wms-sql.ts';

const KEY = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
const A = { ...KEY, locationId: 'A-01' };
const B = { ...KEY, locationId: 'B-01' };
const OTHER = { ...A, itemId: 'ITEM-2' };
const FAULT = 'wms.position.on_hand is 1.5: it must be a whole number';
const AT_A = { locationId: 'A-01', lotNumber: null, fault: FAULT };
const NOWHERE = {
  ...{ locationId: null, lotNumber: null },
  fault: 'wms.position.location_id is NULL: it must be a text',
};

let system = reconciliationSystem();
beforeEach(async () => {
  system = reconciliationSystem();
  for (const place of [A, B, OTHER]) await system.deliver(system.wms.book(place, 10));
  await system.run({ mode: 'full' });
  system.runtime.advance(3_600_000);
});

const inCloud = (key = KEY) => system.inCloud(key);

/** Everything that is stored of the item in the cloud. */
const stored = () => JSON.stringify(system.memory.stock(KEY));

describe.each(['delta', 'full'] as const)('A row that cannot be read, in a %s run,', (mode) => {
  test('is told by its name, counted, and leaves its item as it is, while all others are corrected', async () => {
    system.wms.book(A, 3);
    system.wms.book(B, 3);
    system.wms.book(OTHER, 5);
    system.wms.prices.set('ITEM-1', 2);
    system.wms.spoilRow(A, AT_A);
    const before = stored();
    const { run, discrepancies } = await system.run({ mode });
    expect(run).toMatchObject({
      status: 'completed',
      total: {
        compared: 2,
        agreeing: 0,
        corrected: 1,
        uncorrected: 1,
        piecesOff: 5,
        valueOff: 0,
        accuracy: 0,
      },
    });
    expect(discrepancies).toMatchObject([
      {
        ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-01', lotNumber: null },
        ...{ class: 'unknown', action: 'none', expected: null, found: { onHand: 10, version: 1 } },
        detail: `The WMS's row ITEM-1 WH-001 A-01 cannot be read: ${FAULT}. Nothing was changed by it; mend it in the WMS.`,
        investigationId: 'INV-ITEM-1',
      },
      { itemId: 'ITEM-2', class: 'lost-event', action: 'corrected' },
    ]);
    expect(stored()).toBe(before);
    expect(inCloud({ ...KEY, itemId: 'ITEM-2' })).toEqual({ 'A-01': '15 v2' });
  });

  test('and does not say of which position it is, is no deleted position', async () => {
    system.wms.spoilRow(A, NOWHERE);
    // Nothing of it is touched, not even what the cloud alone could tell.
    system.edit(KEY, (stock) => ({ ...stock, onHand: 21, version: stock.version + 1 }));
    const before = stored();
    const { run, discrepancies } = await system.run({ mode });
    expect(run.total).toMatchObject({ uncorrected: 1, corrected: 0, piecesOff: 0 });
    expect(discrepancies).toMatchObject([
      {
        ...{ locationId: null, class: 'unknown', action: 'none', expected: null, found: null },
        detail: expect.stringContaining(
          'row ITEM-1 WH-001 cannot be read: wms.position.location_id is NULL: it must be a text',
        ),
      },
    ]);
    expect(stored()).toBe(before);
  });

  test('that is mended is compared by the next run', async () => {
    system.wms.spoilRow(A, NOWHERE);
    await system.run({ mode });
    system.wms.putRow(A, { onHand: 7, version: 2, changedAt: null });
    expect((await system.run()).discrepancies).toMatchObject([{ class: 'lost-event', action: 'corrected' }]);
    expect(inCloud()).toEqual({ 'A-01': '7 v2', 'B-01': '10 v1' });
  });

  test.each([
    ['mended', () => system.wms.putRow(A, { onHand: 7, version: 2, changedAt: null })],
    ['deleted', () => system.wms.putRow(A, undefined)],
  ])('that is %s while the run waits is left to the next run', async (_what, mend) => {
    system.wms.spoilRow(A, AT_A);
    system.duringGrace = () => {
      system.duringGrace = undefined;
      mend();
    };
    const before = stored();
    const { run, discrepancies } = await system.run({ mode });
    expect(discrepancies).toEqual([]);
    expect(run.total).toMatchObject({ inFlight: 1, corrected: 0, uncorrected: 0 });
    expect(stored()).toBe(before);
    expect((await system.run()).run.total).toMatchObject({ corrected: 1 });
  });

  test.each([
    ['before', 1],
    ['after', 2],
  ])('only %s the cloud is read for the second time changes nothing', async (_when, reading) => {
    system.wms.book(A, 3);
    const { stocksOf } = system.ports.wms;
    system.duringGrace = () => {
      let readings = 0;
      Object.assign(system.ports.wms, {
        stocksOf: async (...args: Parameters<typeof stocksOf>) => {
          readings += 1;
          const stocks = await stocksOf(...args);
          return readings === reading
            ? stocks.map((stock) => ({ ...stock, positions: [], unreadable: [NOWHERE] }))
            : stocks;
        },
      });
      system.duringGrace = undefined;
    };
    const before = stored();
    await system.run({ mode });
    expect(stored()).toBe(before);
  });
});

describe('Many rows that cannot be read', () => {
  const place = (item: number) => ({ ...A, itemId: `MANY-${item}` });

  function book(readable: number, unreadable: number): void {
    for (let item = 0; item < readable + unreadable; item += 1) {
      system.wms.book(place(item), 1);
      if (item < unreadable) system.wms.spoilRow(place(item), AT_A);
    }
  }

  test.each(['delta', 'full'] as const)(
    'and more than half of all are no fault of rows: the %s run fails by name, and nothing is changed',
    async (mode) => {
      book(90, 101);
      const { run, discrepancies } = await system.run({ mode });
      expect(run.status).toBe('failed');
      expect(run.problem?.code).toBe('wms-unavailable');
      expect(run.problem?.detail).toContain(
        `101 of ${mode === 'full' ? 194 : 191} rows of WH-001 cannot be read: of MANY-0 ${FAULT}.`,
      );
      expect(discrepancies).toEqual([]);
      expect(system.memory.stock(place(190))).toBeUndefined();
    },
  );

  test('and no more than half of all are told one by one', async () => {
    book(101, 101);
    expect((await system.run()).run).toMatchObject({
      status: 'completed',
      total: { corrected: 101, uncorrected: 101 },
    });
  });

  test('and no more than a hundred are told one by one, where they are all that changed', async () => {
    book(0, 100);
    expect((await system.run()).run).toMatchObject({ status: 'completed', total: { uncorrected: 100 } });
  });

  test('of one item are told once a place', async () => {
    system.wms.spoilRow(A, NOWHERE);
    system.wms.spoilRow(B, NOWHERE);
    const { run, discrepancies } = await system.run();
    expect(discrepancies).toHaveLength(1);
    expect(run.total).toMatchObject({ compared: 1, uncorrected: 1, agreeing: 0 });
  });
});

test('A version in the ledger that cannot be read leaves the position alone that it is asked for', async () => {
  system.wms.book(A, 3);
  system.wms.book(OTHER, 5);
  const { knownTransactions } = system.ports.wms;
  const fault = 'wms.movement.version of transaction TRX-1 is 1.5: it must be a whole number';
  Object.assign(system.ports.wms, {
    knownTransactions: async (...args: Parameters<typeof knownTransactions>) => {
      if (args[0].itemId === 'ITEM-1') throw new UnreadableValue(fault);
      return knownTransactions(...args);
    },
  });
  const before = stored();
  const { run, discrepancies } = await system.run();
  expect(run).toMatchObject({ status: 'completed', total: { corrected: 1, uncorrected: 1 } });
  expect(discrepancies).toMatchObject([
    { class: 'unknown', action: 'none', detail: expect.stringContaining(`A-01 cannot be read: ${fault}.`) },
    { class: 'lost-event', itemId: 'ITEM-2' },
  ]);
  expect(stored()).toBe(before);
});

describe('A reservation that cannot be read', () => {
  const line = heldLine(10, {});
  const held = { ...line, itemId: KEY.itemId };
  const decision = someDecision(held, { quantity: 10 });
  const { allocationId } = decision;
  const key = { ...KEY, warehouseId: held.allocations[0]?.warehouseId ?? '' };
  const confirmed = {
    ...held,
    allocations: held.allocations.map((one) => ({
      ...one,
      state: 'decided' as const,
      decided: { ...decision, settledAt: decision.decidedAt },
    })),
  };
  const fault = 'wms.allocation.decision is "{}": it is not as the contract has it';
  const reserve = (fields: Partial<Reservation> = {}) =>
    system.wms.reserve(key, { decision, reserved: 10, picked: 0, ...fields });

  test('is told by its name and counted, and is no reservation that is gone', async () => {
    system.lines.push(confirmed);
    system.edit(key, (stock) => ({ ...stock, confirmed: 10, version: stock.version + 1 }));
    reserve({ reserved: 6 });
    system.wms.spoilReservation(key, { allocationId, fault });
    const { run, discrepancies } = await system.run();
    expect(run).toMatchObject({ status: 'completed', total: { reservations: 1, uncorrected: 1 } });
    expect(discrepancies).toMatchObject([
      {
        ...{ allocationId, class: 'unknown', action: 'none', expected: null, found: { onHand: 10 } },
        detail: `The WMS's row ITEM-1 ${key.warehouseId} ${allocationId} cannot be read: ${fault}. Nothing was changed by it; mend it in the WMS.`,
      },
    ]);
    expect([system.reopened, system.sent, system.adopted]).toEqual([[], [], []]);
  });

  test('and that no line knows is not released, while another is', async () => {
    reserve();
    reserve({ decision: { ...decision, allocationId: 'ORD-9:1:1', orderId: 'ORD-9' }, reserved: 4 });
    system.wms.spoilReservation(key, { allocationId, fault });
    const { discrepancies } = await system.run();
    expect(discrepancies.map(({ action }) => action).sort()).toEqual(['none', 'released']);
    expect(system.sent).toMatchObject([{ kind: 'release', allocationId: 'ORD-9:1:1' }]);
  });

  test('leaves positions of the item to be corrected', async () => {
    reserve();
    system.wms.spoilReservation(key, { allocationId, fault });
    system.wms.book(A, 3);
    expect((await system.run()).run.total).toMatchObject({ corrected: 1, uncorrected: 1 });
  });
});
