import { beforeEach, describe, expect, test } from 'vitest';
import { someEvent } from '../../test/doubles/fixtures.ts';
import { reconciliationSystem } from '../../test/parts/reconciliation.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { runRequestSchema } from '../contracts/reconciliation.ts';
import type { Reservation } from '../domain/compare-reservations.ts';
import { heldLine, someDecision } from '../domain/example-lines.ts';
import type { Position } from '../domain/position.ts';
import { settleDecision } from '../domain/settlement.ts';
import { replacePositions, type Stock } from '../domain/stock.ts';
import { compareSlice } from './compare-slice.ts';

const KEY = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
const A = { ...KEY, locationId: 'A-01' };
const B = { ...KEY, locationId: 'B-01' };

let system = reconciliationSystem();
beforeEach(async () => {
  system = reconciliationSystem();
  for (const place of [A, B, { ...A, itemId: 'ITEM-2' }, { ...A, warehouseId: 'WH-002' }]) {
    await system.deliver(system.wms.book(place, 10));
    await system.deliver(system.wms.book(place, 5));
  }
  await system.run({ mode: 'full' });
  system.runtime.advance(3_600_000);
});

const inCloud = (key = KEY) => system.inCloud(key);

/** Class, place, figures of both sides and action, as one line each. */
async function found(request: Parameters<typeof system.run>[0] = {}): Promise<string[]> {
  const { run, discrepancies } = await system.run(request);
  expect(run.status).toBe('completed');
  return discrepancies.map(
    ({ class: name, itemId, locationId, allocationId, expected, found: had, action }) =>
      `${name} ${itemId} ${locationId ?? allocationId ?? 'total'}: ${expected?.onHand ?? '–'} not ${had?.onHand ?? '–'}, ${action}`,
  );
}

function editPosition(locationId: string, fields: Partial<Position>): void {
  system.edit(KEY, (stock) =>
    replacePositions(
      stock,
      stock.positions.map((position) =>
        position.locationId === locationId ? { ...position, ...fields } : position,
      ),
      stock.asOf,
    ),
  );
}

/** What the event of a transfer says of its other position. */
function half({ locationId, lotNumber, quantityChange, resultingOnHand, version = 0 }: InventoryEvent) {
  return { locationId, lotNumber, quantityChange, resultingOnHand, version };
}

/** What is compared is told by the figures of the run. */
async function figures(request: Parameters<typeof system.run>[0] = {}) {
  const { compared, agreeing, corrected, inFlight, late, accuracy } = (await system.run(request)).run.total;
  return { compared, agreeing, corrected, inFlight, late, accuracy };
}

describe('A run', () => {
  test('compares what changed since the last one, and nothing else', async () => {
    await system.deliver(system.wms.book(A, -1));
    expect(await figures()).toMatchObject({ compared: 2, agreeing: 2, corrected: 0, accuracy: 1 });
    expect(await figures()).toMatchObject({ compared: 0, accuracy: null });
  });

  test('compares everything when it is full', async () => {
    expect(await figures({ mode: 'full' })).toMatchObject({ compared: 4, agreeing: 4 });
    const { run } = await system.run({ mode: 'full', warehouseId: 'WH-002' });
    expect(run.warehouses.map(({ warehouseId, compared }) => [warehouseId, compared])).toEqual([
      ['WH-002', 1],
    ]);
  });

  test('includes both ends of a range of items', async () => {
    expect(await figures({ mode: 'full', itemIdFrom: 'ITEM-1', itemIdTo: 'ITEM-1' })).toMatchObject({
      compared: 3,
    });
    expect(await figures({ mode: 'full', itemIdFrom: 'ITEM-2' })).toMatchObject({ compared: 1 });
    expect(await figures({ mode: 'full', itemIdTo: 'ITEM-0' })).toMatchObject({ compared: 0 });
  });

  test('of everything that finds no difference writes no stock, and finds nothing again', async () => {
    system.wms.book(A, 7);
    expect(await found()).toHaveLength(1);
    const written = () => system.memory.operations.filter(({ kind }) => kind.startsWith('write')).length;
    const before = written();
    expect(await found()).toEqual([]);
    expect(await found({ mode: 'full' })).toEqual([]);
    expect(written()).toBe(before);
  });

  test('ends while the cloud goes on changing, and the next one goes on there', async () => {
    const { changes } = system.ports.cloud;
    Object.assign(system.ports.cloud, {
      changes: async (since: string, limit: number) => {
        calls += 1;
        if (calls > 1_000) throw new Error('The run does not end.');
        system.runtime.advance(1_000);
        return { ...(await changes(since, limit)), more: true };
      },
    });
    let calls = 0;
    let rounds = 0;
    system.duringGrace = () => {
      rounds += 1;
      system.wms.book(A, 1);
      system.edit(KEY, (stock) => ({ ...stock, onHand: stock.onHand + 1, version: stock.version + 1 }));
    };
    system.wms.book(A, 7);
    expect((await system.run()).run.status).toBe('completed');
    Object.assign(system.ports.cloud, { changes });
    system.duringGrace = undefined;
    await system.run();
    expect(inCloud()['A-01']).toBe(`${22 + rounds} v${3 + rounds}`);
  });

  test('of very many differences looks again at a bounded number of positions at a time', async () => {
    for (let item = 0; item < 60; item += 1)
      for (let place = 0; place < 100; place += 1)
        system.wms.book({ ...KEY, itemId: `MANY-${item}`, locationId: `L-${place}` }, 1);
    const itemIds = Array.from({ length: 60 }, (_, item) => `MANY-${item}`);
    const result = await compareSlice({ runId: 'R', warehouseId: 'WH-001', itemIds }, system.ports);
    expect(result.suspects.flatMap(({ positions }) => positions)).toHaveLength(2_000);
    expect([...result.suspects.map(({ itemId }) => itemId), ...(result.next?.itemIds ?? [])]).toEqual(
      itemIds,
    );
    expect(result.compared).toBe(2_000);
    const { run } = await system.run();
    expect(run.total).toMatchObject({ corrected: 6_000, compared: 6_000 });
  });

  test('begins where the last one ended also when one of a single warehouse came between', async () => {
    system.wms.book(A, 7);
    await system.run({ mode: 'delta', warehouseId: 'WH-002' });
    expect(await found()).toEqual(['lost-event ITEM-1 A-01: 22 not 15, corrected']);
  });
});

describe('A true difference', () => {
  test('whose event was lost is corrected', async () => {
    system.wms.book(A, 7);
    expect(await found()).toEqual(['lost-event ITEM-1 A-01: 22 not 15, corrected']);
    expect(inCloud()).toEqual({ 'A-01': '22 v3', 'B-01': '15 v2' });
    expect(system.memory.stock(KEY)?.onHand).toBe(37);
  });

  test('of a lost event that a later one healed is told, and its gap closed', async () => {
    system.wms.book(A, 7);
    await system.deliver(system.wms.book(A, 1));
    expect(await found()).toEqual(['lost-event ITEM-1 A-01: 23 not 23, gap-closed']);
    expect(system.memory.stock(KEY)?.openFindings).toBe(0);
  });

  test('in the figure of one state is a calculation mismatch', async () => {
    await system.deliver({ ...system.wms.book(A, 7), resultingOnHand: 99 });
    expect(await found()).toEqual(['calculation-mismatch ITEM-1 A-01: 22 not 99, corrected']);
    expect(inCloud()['A-01']).toBe('22 v3');
  });

  test('that the fold came upon and a later event healed is noted, and leaves the stock', async () => {
    await system.deliver({ ...system.wms.book(A, 7), resultingOnHand: 99 });
    await system.deliver(system.wms.book(A, 1));
    expect(system.memory.stock(KEY)?.findings).not.toEqual([]);
    expect(await found()).toEqual(['calculation-mismatch ITEM-1 A-01: 23 not 23, noted']);
    expect(system.memory.stock(KEY)?.findings).toEqual([]);
  });

  test('of a position that only the WMS knows is missing', async () => {
    system.wms.book({ ...KEY, locationId: 'C-01' }, 4);
    expect(await found()).toEqual(['missing ITEM-1 C-01: 4 not –, corrected']);
    expect(inCloud()['C-01']).toBe('4 v1');
  });

  test('of an item that only the WMS knows is missing', async () => {
    system.wms.book({ ...A, itemId: 'ITEM-3' }, 4);
    expect(await found()).toEqual(['missing ITEM-3 A-01: 4 not –, corrected']);
    expect(inCloud({ ...KEY, itemId: 'ITEM-3' })).toEqual({ 'A-01': '4 v1' });
  });

  test('of an event that the WMS never published is a phantom, and the event never folds again', async () => {
    const forged = someEvent({ ...A, version: 3, quantityChange: 50, resultingOnHand: 65 });
    await system.deliver(forged);
    expect(await found()).toEqual(['phantom ITEM-1 A-01: 15 not 65, corrected']);
    expect(inCloud()['A-01']).toBe('15 v2');
    system.project(forged);
    expect(inCloud()['A-01']).toBe('15 v2');
    await system.deliver(system.wms.book(A, 1));
    expect(inCloud()['A-01']).toBe('16 v3');
    system.project(forged);
    expect(inCloud()['A-01']).toBe('16 v3');
  });

  test('of a position that only a forged event knows is a phantom', async () => {
    const forged = someEvent({ ...KEY, locationId: 'X-01', version: 7, resultingOnHand: 3 });
    await system.deliver(forged);
    expect(await found()).toEqual(['phantom ITEM-1 X-01: – not 3, corrected']);
    expect(system.memory.stock(KEY)?.onHand).toBe(30);
    system.project(forged);
    expect(system.memory.stock(KEY)?.onHand).toBe(30);
    await system.deliver(system.wms.book({ ...KEY, locationId: 'X-01' }, 2));
    expect(inCloud()['X-01']).toBe('2 v1');
    expect(await found()).toEqual([]);
  });

  test('of a position that somebody wrote into the document is a phantom', async () => {
    const invented = {
      locationId: 'X-01',
      lotNumber: null,
      onHand: 3,
      version: 1,
      changedAt: '2024-11-18T10:00:00Z',
    };
    system.edit(KEY, (stock) => replacePositions(stock, [...stock.positions, invented], stock.asOf));
    expect(await found()).toEqual(['phantom ITEM-1 X-01: – not 3, corrected']);
    expect(inCloud()).toEqual({ 'A-01': '15 v2', 'B-01': '15 v2' });
  });

  test('of a row that was deleted in the WMS is found by a full run only', async () => {
    system.wms.putRow(A, undefined);
    expect(await found()).toEqual([]);
    expect(await found({ mode: 'full' })).toEqual(['deleted ITEM-1 A-01: – not 15, corrected']);
    expect(system.memory.stock(KEY)?.onHand).toBe(15);
    expect(await found({ mode: 'full' })).toEqual([]);
  });

  test('of a document that was deleted in the cloud is found by a full run only', async () => {
    const others = [
      system.memory.stock({ ...KEY, itemId: 'ITEM-2' }),
      system.memory.stock({ ...KEY, warehouseId: 'WH-002' }),
    ];
    system.memory.clear();
    for (const stock of others) if (stock) system.memory.put(stock);
    expect(await found({ mode: 'full' })).toEqual([
      'missing ITEM-1 A-01: 15 not –, corrected',
      'missing ITEM-1 B-01: 15 not –, corrected',
    ]);
    expect(inCloud()).toEqual({ 'A-01': '15 v2', 'B-01': '15 v2' });
  });

  test('of a document that somebody edited is found whatever the version says', async () => {
    editPosition('A-01', { onHand: 3 });
    editPosition('B-01', { version: 1 });
    expect(await found()).toEqual([
      'calculation-mismatch ITEM-1 A-01: 15 not 3, corrected',
      'lost-event ITEM-1 B-01: 15 not 15, corrected',
    ]);
  });

  test('of a position that stands twice in its document is corrected', async () => {
    system.edit(KEY, (stock) => {
      const positions = [...stock.positions, ...stock.positions.slice(0, 1)];
      return replacePositions(stock, positions, stock.asOf);
    });
    expect(await found()).toEqual(['calculation-mismatch ITEM-1 total: 30 not 45, corrected']);
    expect(inCloud()).toEqual({ 'A-01': '15 v2', 'B-01': '15 v2' });
    expect(system.memory.stock(KEY)?.positions).toHaveLength(2);
    expect(await found()).toEqual([]);
  });

  test('beside a position that stands twice in its document leaves that once', async () => {
    system.edit(KEY, (stock) => {
      const wrong = stock.positions.map((position) =>
        position.locationId === 'B-01' ? { ...position, onHand: 3 } : position,
      );
      return replacePositions(stock, [...wrong, ...wrong.slice(0, 1)], stock.asOf);
    });
    expect(await found()).toEqual([
      'calculation-mismatch ITEM-1 B-01: 15 not 3, corrected',
      'calculation-mismatch ITEM-1 total: 18 not 33, corrected',
    ]);
    const stock = system.memory.stock(KEY);
    expect([stock?.onHand, stock?.positions.length]).toEqual([30, 2]);
    expect(await found()).toEqual([]);
  });

  test('of a total that is not the sum of its positions is corrected', async () => {
    system.edit(KEY, (stock): Stock => ({ ...stock, onHand: 31 }));
    expect(await found()).toEqual(['calculation-mismatch ITEM-1 total: 30 not 31, corrected']);
    expect(system.memory.stock(KEY)?.onHand).toBe(30);
  });

  test('remembers the last events, the value, and an investigation', async () => {
    system.wms.prices.set('ITEM-1', 2.5);
    system.wms.book(A, 7);
    const { discrepancies, run } = await system.run();
    expect(discrepancies).toMatchObject([
      {
        valueOff: 17.5,
        investigationId: 'INV-ITEM-1',
        expected: { onHand: 22, version: 3 },
        found: { onHand: 15, version: 2 },
        lastEvents: [
          { version: 2, resultingOnHand: 15 },
          { version: 1, resultingOnHand: 10 },
        ],
      },
    ]);
    expect(run.total).toMatchObject({
      corrected: 1,
      piecesOff: 7,
      valueOff: 17.5,
      compared: 2,
      accuracy: 0.5,
    });
    expect(system.investigated).toHaveLength(1);
  });

  test('is corrected over what was compared: a fold that comes first is kept', async () => {
    system.wms.book(A, 7);
    let once = true;
    system.memory.beforeWrite = (key) => {
      if (!once || key.itemId !== KEY.itemId) return;
      once = false;
      system.project(system.wms.book(B, 1));
    };
    await system.run();
    expect(inCloud()).toEqual({ 'A-01': '22 v3', 'B-01': '16 v3' });
  });

  test('of more items than get an investigation each is one of the warehouse as a whole', async () => {
    for (let item = 0; item < 105; item += 1) system.wms.book({ ...A, itemId: `LOST-${item}` }, 1);
    await system.run();
    const ofWarehouse = system.investigated.filter(({ itemId }) => itemId === null);
    expect(ofWarehouse.flatMap(({ discrepancies }) => discrepancies)).toHaveLength(5);
    expect(system.investigated.filter(({ itemId }) => itemId !== null)).toHaveLength(100);
  });
});

describe('What is on its way', () => {
  test('and arrives within the grace time is no difference', async () => {
    const event = system.wms.book(A, 7);
    system.duringGrace = () => system.deliver(event);
    expect(await figures()).toMatchObject({ compared: 2, agreeing: 2 });
  });

  test('is late while its event is in the outbox, however long, and never lost', async () => {
    const events = [system.wms.book(A, 7), system.wms.book({ ...KEY, locationId: 'C-01' }, 4)];
    for (const event of events) system.wms.unsent.add(event);
    for (let quarter = 0; quarter < 12; quarter += 1) {
      system.runtime.advance(15 * 60_000);
      expect(await figures()).toMatchObject({ compared: 3, agreeing: 1, late: 2, corrected: 0 });
    }
    expect(system.investigated).toEqual([]);
    for (const event of events) await system.deliver(event);
    system.wms.unsent.clear();
    expect(await figures()).toMatchObject({ compared: 3, agreeing: 3, late: 0 });
  });

  test('is late while its event is on the bus, and when nobody can tell what is there', async () => {
    const event = system.wms.book(A, 7);
    system.onTheWay.oldest = event.timestamp;
    expect(await figures()).toMatchObject({ late: 1, corrected: 0 });
    system.onTheWay.oldest = '2024-11-18T10:00:00.000Z';
    expect(await figures()).toMatchObject({ late: 1, corrected: 0 });
    system.onTheWay.oldest = new Date(system.runtime.now()).toISOString();
    expect(await found()).toEqual(['lost-event ITEM-1 A-01: 22 not 15, corrected']);
  });

  test('counts as moving while the position goes on changing, and is looked at again', async () => {
    const event = system.wms.book(A, 7);
    system.duringGrace = () => {
      system.project(event);
      system.wms.beforeRead = () => void system.wms.book(A, 1);
    };
    expect(await figures()).toMatchObject({ inFlight: 1, corrected: 0 });
    system.wms.beforeRead = undefined;
    system.duringGrace = undefined;
    expect(await figures()).toMatchObject({ inFlight: 0, corrected: 1 });
  });

  test('of a WMS that does not number its states is late while its event is on the bus', async () => {
    const changedAt = new Date(system.runtime.now()).toISOString();
    unnumbered({ onHand: 9, changedAt });
    system.onTheWay.oldest = changedAt;
    expect(await figures()).toMatchObject({ late: 1, corrected: 0 });
    system.onTheWay.oldest = null;
    expect(await found()).toEqual(['lost-event ITEM-1 U-01: 9 not 5, corrected']);
  });

  test('of a WMS that does not number its states counts as moving when it came back to the same figure', async () => {
    const at = (seconds: number) => new Date(system.runtime.now() + seconds * 1_000).toISOString();
    unnumbered({ onHand: 9, changedAt: at(0) });
    system.duringGrace = () => unnumbered({ onHand: 9, changedAt: at(0) });
    expect(await figures()).toMatchObject({ inFlight: 1, corrected: 0 });
  });

  function unnumbered(row: { onHand: number; changedAt: string }): void {
    const place = { ...KEY, locationId: 'U-01' };
    system.wms.putRow(place, { ...row, version: null });
    if (inCloud()['U-01']) return;
    const { version: _none, ...event } = someEvent({ ...place, quantityChange: 5, resultingOnHand: 5 });
    system.project(event);
  }

  test('is told from what is lost also when the clocks are an hour apart', async () => {
    for (const hour of [-3_600_000, 3_600_000]) {
      const timestamp = new Date(system.runtime.now() + hour).toISOString();
      const event = system.wms.book(A, 1);
      system.wms.putRow(A, {
        onHand: event.resultingOnHand,
        version: event.version ?? null,
        changedAt: timestamp,
      });
      const { discrepancies } = await system.run();
      expect(discrepancies).toMatchObject([{ class: 'lost-event', action: 'corrected' }]);
    }
  });
});

describe('Bad input', () => {
  test('a WMS that is away fails the run, and the next one begins where it did', async () => {
    system.wms.book(A, 7);
    system.duringGrace = () => {
      system.wms.away = true;
    };
    const { run } = await system.run();
    expect(run).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('does not answer') },
    });
    system.wms.away = false;
    system.duringGrace = undefined;
    expect(await found()).toEqual(['lost-event ITEM-1 A-01: 22 not 15, corrected']);
  });

  test('a position that appears twice is told and left alone', async () => {
    system.wms.book(A, 7);
    system.wms.repeatRow(A);
    expect(await found()).toEqual(['unknown ITEM-1 A-01: – not 15, none']);
    expect(inCloud()['A-01']).toBe('15 v2');
    expect(await found()).toEqual([]);
    system.wms.book({ ...A, itemId: 'ITEM-5' }, 7);
    system.wms.repeatRow({ ...A, itemId: 'ITEM-5' });
    await system.run();
    expect(system.memory.stock({ ...KEY, itemId: 'ITEM-5' })).toBeUndefined();
  });

  test('a WMS that is restored while a run looks at it is reported, and nothing overwritten', async () => {
    const restore = system.wms.backup();
    await system.deliver(system.wms.book(A, 7));
    system.wms.book(B, 1);
    system.duringGrace = restore;
    const { run, discrepancies } = await system.run();
    expect(discrepancies).toEqual([]);
    expect(run).toMatchObject({ status: 'failed', problem: { code: 'wms-restored' } });
    expect(inCloud()).toEqual({ 'A-01': '22 v3', 'B-01': '15 v2' });
  });

  test('a WMS restored from a backup is reported, and nothing overwritten until somebody accepts it', async () => {
    const restore = system.wms.backup();
    await system.deliver(system.wms.book(A, 7));
    await system.deliver(system.wms.book({ ...KEY, locationId: 'C-01' }, 4));
    await system.run();
    restore();
    await system.deliver(system.wms.book(B, 1));
    const { run } = await system.run();
    expect(run).toMatchObject({ status: 'failed', problem: { code: 'wms-restored' } });
    expect(inCloud()).toEqual({ 'A-01': '22 v3', 'B-01': '16 v3', 'C-01': '4 v1' });
    expect(await found({ mode: 'full', acceptRestore: true })).toEqual([
      'unknown ITEM-1 A-01: 15 not 22, corrected',
      'unknown ITEM-1 C-01: – not 4, corrected',
    ]);
    expect(inCloud()).toMatchObject({ 'A-01': '15 v2', 'B-01': '16 v3' });
    expect(system.memory.stock(KEY)?.onHand).toBe(31);
    expect(await found()).toEqual([]);
  });

  test('a WMS restored from a backup waits to be accepted however much it books meanwhile', async () => {
    const elsewhere = { ...KEY, itemId: 'ITEM-9' };
    const reservation = { reserved: 1, picked: 0, decision: someDecision(heldLine()) };
    const restore = system.wms.backup();
    system.wms.reserve(elsewhere, reservation);
    await system.run();
    restore();
    const refused = { status: 'failed', problem: { code: 'wms-restored' } };
    expect((await system.run()).run).toMatchObject(refused);
    system.wms.reserve(elsewhere, reservation);
    expect((await system.run()).run).toMatchObject(refused);
    expect((await system.run({ mode: 'full', acceptRestore: true })).run.status).toBe('completed');
    expect((await system.run()).run.status).toBe('completed');
  });

  test('a WMS restored from a backup is accepted once, however many items move meanwhile', async () => {
    const restore = system.wms.backup();
    await system.deliver(system.wms.book(A, 7));
    await system.run();
    restore();
    expect((await system.run()).run).toMatchObject({ problem: { code: 'wms-restored' } });
    for (let item = 0; item <= 1_000; item += 1)
      system.wms.unsent.add(system.wms.book({ ...A, itemId: `LATE-${item}` }, 1));
    const { run } = await system.run({ mode: 'full', acceptRestore: true });
    expect(run).toMatchObject({ status: 'completed', total: { late: 1_001 } });
    expect((await system.run()).run).toMatchObject({ status: 'completed', total: { late: 1_001 } });
  });

  test('a WMS that was restored is noticed also where the same scans are booked again under the same numbers', async () => {
    const restore = system.wms.backup();
    const lost = system.wms.book(A, 7);
    await system.deliver(lost);
    await system.run();
    restore();
    system.runtime.advance(60_000);
    await system.deliver(system.wms.book(A, 7, { transactionId: lost.transactionId }));
    expect((await system.run()).run).toMatchObject({ status: 'failed', problem: { code: 'wms-restored' } });
  });

  test('a WMS that is restored just as a run begins is reported by the next one at the latest', async () => {
    const restore = system.wms.backup();
    await system.deliver(system.wms.book(A, 7));
    await system.run();
    const { mark } = system.wms;
    let marks = 0;
    system.ports.wms.mark = async () => {
      marks += 1;
      if (marks === 1) restore();
      return mark();
    };
    const runs = [(await system.run()).run, (await system.run()).run];
    expect(runs.map(({ problem }) => problem?.code)).toContain('wms-restored');
    expect(inCloud()).toMatchObject({ 'A-01': '22 v3' });
  });

  test('a WMS that is restored while the first run of all looks at it is refused by the next one, too, until that is accepted', async () => {
    const fresh = reconciliationSystem();
    await fresh.deliver(fresh.wms.book(A, 15));
    const restore = fresh.wms.backup();
    fresh.wms.book(A, 7);
    fresh.duringGrace = restore;
    const first = await fresh.run();
    fresh.duringGrace = undefined;
    fresh.wms.book(A, 3);
    for (const { run } of [first, await fresh.run(), await fresh.run({ mode: 'full' })])
      expect(run).toMatchObject({ status: 'failed', problem: { code: 'wms-restored' } });
    const accepted = [await fresh.run({ mode: 'full', acceptRestore: true }), await fresh.run()];
    expect(accepted.map(({ run }) => run.status)).toEqual(['completed', 'completed']);
  });

  test('neither half of a transfer that a restored WMS has lost counts again at either position', async () => {
    const restore = system.wms.backup();
    const [from, to] = [system.wms.book(A, -3), system.wms.book(B, 3)];
    const { transactionId } = from;
    const halves = [
      { ...from, counterpart: half(to) },
      { ...to, transactionId, counterpart: half(from) },
    ];
    for (const event of halves) await system.deliver(event);
    await system.run();
    restore();
    expect(await found({ mode: 'full', acceptRestore: true })).toHaveLength(2);
    for (const event of halves) await system.deliver(event);
    expect(inCloud()).toEqual({ 'A-01': '15 v2', 'B-01': '15 v2' });
  });

  test('a restore is accepted for everything or not at all', () => {
    const accept = { acceptRestore: true };
    for (const less of [{ warehouseId: 'WH-001' }, { itemIdFrom: 'ITEM-1' }, { mode: 'delta' }]) {
      const refused = runRequestSchema.safeParse({ ...accept, ...less });
      expect(refused.error?.issues[0]).toMatchObject({ path: ['acceptRestore'] });
    }
    expect(runRequestSchema.parse(accept)).toMatchObject({ mode: 'full' });
  });

  test('a warehouse that nobody knows is noted and left alone', async () => {
    system.wms.book({ ...A, warehouseId: 'WH-099' }, 7);
    system.edit({ itemId: 'ITEM-9', warehouseId: 'WH-098' }, (stock) => stock);
    const { run } = await system.run({ mode: 'full' });
    expect(run.notes).toEqual([expect.stringContaining('WH-099')]);
    system.edit({ itemId: 'ITEM-9', warehouseId: 'WH-098' }, (stock) => stock);
    expect((await system.run()).run.notes).toEqual([expect.stringContaining('WH-098')]);
  });

  test('a change feed that cannot be followed any more makes the run compare everything', async () => {
    const state = await system.store.state();
    if (state) await system.store.putState({ ...state, cloud: 'no place' });
    expect(await figures()).toMatchObject({ compared: 4, agreeing: 4 });
    expect(await figures()).toMatchObject({ compared: 0 });
  });
});

describe('Promises', () => {
  const line = heldLine(10, {});
  const held = { ...line, itemId: KEY.itemId };
  const [allocation] = held.allocations;
  const decision = someDecision(held, { quantity: 10 });
  const warehouseId = allocation?.warehouseId ?? '';
  const confirmed = {
    ...held,
    allocations: held.allocations.map((one) => ({
      ...one,
      state: 'decided' as const,
      decided: { ...decision, settledAt: decision.decidedAt },
    })),
  };

  function promise(fields: Partial<Stock>): void {
    system.edit({ ...KEY, warehouseId }, (stock) => ({ ...stock, ...fields, version: stock.version + 1 }));
  }

  function reserve(fields: Partial<Reservation> = {}): void {
    system.wms.reserve({ ...KEY, warehouseId }, { decision, reserved: 10, picked: 0, ...fields });
  }

  test('that both sides keep agree', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    reserve();
    expect(await found()).toEqual([]);
  });

  test('that the WMS keeps and no line counts on are released', async () => {
    reserve();
    expect(await found()).toEqual([
      `reservation-without-hold ITEM-1 ${decision.allocationId}: 10 not –, released`,
    ]);
    expect(system.sent).toMatchObject([{ kind: 'release', allocationId: decision.allocationId }]);
  });

  test('that the cloud counts on and the WMS does not keep are asked for again', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    expect(await found()).toEqual([
      `hold-without-reservation ITEM-1 ${decision.allocationId}: – not 10, requested-again`,
    ]);
    expect(system.reopened).toEqual([decision.allocationId]);
  });

  test('that the WMS reduced without a word are settled as it says', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    reserve({ decision: { ...decision, sequence: 2, status: 'reduced', quantity: 6 }, reserved: 6 });
    expect(await found()).toEqual([
      `hold-without-reservation ITEM-1 ${decision.allocationId}: 6 not 10, settled`,
    ]);
    expect(system.adopted).toEqual([decision.allocationId]);
  });

  test('that the WMS decided otherwise under the number that was heard are settled as it has them', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    const pick = system.wms.book({ ...A, warehouseId }, -2);
    system.wms.unsent.add(pick);
    reserve({ decision: { ...decision, quantity: 6 }, reserved: 6, picked: 2 });
    expect(await found()).toEqual([]);
    await system.deliver(pick);
    system.wms.unsent.clear();
    expect(await found()).toEqual([
      `hold-without-reservation ITEM-1 ${decision.allocationId}: 4 not 10, settled`,
    ]);
    expect([system.wentBack, system.adopted]).toEqual([[decision.allocationId], []]);
  });

  test('whose pick never arrived are settled as the WMS says', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    reserve({ picked: 4 });
    expect(await found()).toEqual([`lost-event ITEM-1 ${decision.allocationId}: 6 not 10, settled`]);
  });

  test('that are being asked for are no difference', async () => {
    system.lines.push(held);
    promise({ tentative: 10 });
    reserve();
    expect(await found()).toEqual([]);
  });

  test('whose total is not that of the lines are counted anew', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 25 });
    reserve();
    expect(await found()).toEqual(['calculation-mismatch ITEM-1 total: 10 not 25, corrected']);
    expect(system.memory.stock({ ...KEY, warehouseId })).toMatchObject({ confirmed: 10, tentative: 0 });
  });

  test('whose pick is still in the outbox are no difference, however long, and their pieces are not counted twice', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    reserve();
    const pick = system.wms.book({ ...A, warehouseId }, -4);
    system.wms.unsent.add(pick);
    reserve({ picked: 4 });
    for (let quarter = 0; quarter < 4; quarter += 1) {
      expect(await found()).toEqual([]);
      system.runtime.advance(15 * 60_000);
    }
    expect([system.adopted, system.investigated]).toEqual([[], []]);
    system.wms.unsent.clear();
    expect(await found()).toEqual([
      'lost-event ITEM-1 A-01: 11 not 15, corrected',
      `lost-event ITEM-1 ${decision.allocationId}: 6 not 10, settled`,
    ]);
  });

  test.each([
    [
      'whose pick is in the outbox, and a decision was lost',
      { ...decision, sequence: 2, status: 'reduced' as const, quantity: 6 },
      1,
    ],
    ['whose pick is in the outbox of a restored WMS that does not know the last decision', decision, 2],
  ])('%s, wait for the pick', async (_name, known, sequence) => {
    const heard = { ...decision, sequence, settledAt: decision.decidedAt };
    system.lines.push({
      ...confirmed,
      allocations: confirmed.allocations.map((one) => ({ ...one, decided: heard })),
    });
    promise({ confirmed: 10 });
    const pick = system.wms.book({ ...A, warehouseId }, -4);
    system.wms.unsent.add(pick);
    reserve({ decision: known, reserved: known.quantity, picked: 4 });
    expect(await found()).toEqual([]);
    await system.deliver(pick);
    system.wms.unsent.clear();
    expect(await found()).toHaveLength(1);
  });

  test('whose pick was booked after what is on its way was looked at, and is so still, are no difference', async () => {
    const cut = { ...decision, sequence: 2, status: 'reduced' as const, quantity: 6 };
    await system.deliver(system.wms.book({ ...A, warehouseId }, 20));
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    reserve({ decision: cut, reserved: 6 });
    const looks = [
      () => {
        system.wms.book({ ...A, warehouseId }, -4);
        reserve({ decision: cut, reserved: 6, picked: 4 });
        return decision.decidedAt;
      },
    ];
    const picked = new Date(system.runtime.now() + 1).toISOString();
    Object.defineProperty(system.onTheWay, 'oldest', { get: () => looks.pop()?.() ?? picked });
    system.duringGrace = () => {
      system.lines[0] = settleDecision(confirmed, cut, decision.decidedAt);
      promise({ confirmed: 6 });
    };
    expect(await found()).toEqual([]);
    expect([looks, system.adopted]).toEqual([[], []]);
  });

  test('whose pick changed a position of which the WMS does not say when are no difference while it is on its way', async () => {
    const { stocksOf } = system.wms;
    system.ports.wms.stocksOf = async (...asked) =>
      (await stocksOf(...asked)).map((stock) => ({
        ...stock,
        positions: stock.positions.map((position) =>
          position.locationId === 'A-01' ? { ...position, changedAt: null } : position,
        ),
      }));
    const cut = { ...decision, sequence: 2, status: 'reduced' as const, quantity: 6 };
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    reserve({ decision: cut, reserved: 6 });
    const looks = [
      () => {
        system.wms.book({ ...A, warehouseId }, -4);
        reserve({ decision: cut, reserved: 6, picked: 4 });
      },
    ];
    const picked = new Date(system.runtime.now() + 1).toISOString();
    Object.defineProperty(system.onTheWay, 'oldest', {
      get: () => {
        looks.pop()?.();
        return picked;
      },
    });
    system.duringGrace = () => {
      system.lines[0] = settleDecision(confirmed, cut, decision.decidedAt);
      promise({ confirmed: 6 });
    };
    expect(await found()).toEqual([]);
    expect([looks, system.adopted]).toEqual([[], []]);
  });

  test('whose decision is still on its way are no difference', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    reserve({ decision: { ...decision, sequence: 2, status: 'reduced', quantity: 6 }, reserved: 6 });
    system.onTheWay.oldest = decision.decidedAt;
    expect(await found()).toEqual([]);
    system.onTheWay.oldest = null;
    expect(await found()).toHaveLength(1);
  });

  test('that a pick changed after the first look are the next run', async () => {
    const other = { ...decision, allocationId: 'ORD-2:1:1', orderId: 'ORD-2' };
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    reserve();
    system.wms.reserve({ ...KEY, warehouseId }, { decision: other, reserved: 3, picked: 0 });
    system.duringGrace = () => reserve({ picked: 4 });
    expect(await found()).toEqual([`reservation-without-hold ITEM-1 ORD-2:1:1: 3 not –, released`]);
    expect(system.adopted).toEqual([]);
    system.duringGrace = undefined;
    expect(await found()).toContain(`lost-event ITEM-1 ${decision.allocationId}: 6 not 10, settled`);
  });

  test('of which a restored WMS does not know the last are settled as it has them', async () => {
    const restore = system.wms.backup();
    await system.deliver(system.wms.book(A, 7));
    await system.run();
    restore();
    const cut = { ...decision, sequence: 2, status: 'reduced' as const, quantity: 6, settledAt: '' };
    system.lines.push({
      ...confirmed,
      allocations: confirmed.allocations.map((one) => ({ ...one, decided: cut })),
    });
    promise({ confirmed: 6 });
    reserve();
    expect(await found({ mode: 'full', acceptRestore: true })).toContain(
      `reservation-without-hold ITEM-1 ${decision.allocationId}: 10 not 6, settled`,
    );
    expect([system.wentBack, system.adopted]).toEqual([[decision.allocationId], []]);
  });

  test('of a restored WMS are compared one by one, also where their sums agree', async () => {
    const restore = system.wms.backup();
    await system.deliver(system.wms.book(A, 7));
    await system.run();
    restore();
    system.lines.push({
      ...confirmed,
      allocations: confirmed.allocations.map((one) => ({ ...one, picked: 4 })),
    });
    promise({ confirmed: 10, picked: 0 });
    reserve();
    expect(await found({ mode: 'full', acceptRestore: true })).toContain(
      `reservation-without-hold ITEM-1 ${decision.allocationId}: 10 not 6, settled`,
    );
    expect(system.wentBack).toEqual([decision.allocationId]);
  });

  test('that were heard of after the WMS was read do not make it a restored one', async () => {
    system.lines.push(confirmed);
    promise({ confirmed: 3 });
    reserve();
    const [one] = confirmed.allocations;
    const picked = { ...confirmed, allocations: one ? [{ ...one, picked: 4 }] : [] };
    const { allocationsOf } = system.ports.wms;
    system.ports.wms.allocationsOf = async (key, ids) => {
      const read = await allocationsOf(key, ids);
      system.lines[0] = picked;
      return read;
    };
    system.duringGrace = () => {
      system.lines[0] = confirmed;
    };
    await system.run();
    expect(system.wentBack).toEqual([]);
  });

  test('are left alone when the WMS is restored just as they are looked at again', async () => {
    const restore = system.wms.backup();
    await system.deliver(system.wms.book(A, 7));
    system.lines.push(confirmed);
    promise({ confirmed: 10 });
    const { allocationsOf } = system.ports.wms;
    let looks = 0;
    system.ports.wms.allocationsOf = async (key, ids) => {
      looks += 1;
      if (looks === 2) restore();
      return allocationsOf(key, ids);
    };
    const { run, discrepancies } = await system.run();
    expect(run).toMatchObject({ status: 'failed', problem: { code: 'wms-restored' } });
    expect([discrepancies, system.reopened]).toEqual([[], []]);
  });

  test('of an item whose stock the cloud does not have yet do not end the run', async () => {
    const late = system.wms.book({ ...A, itemId: 'ITEM-7' }, 5);
    system.wms.unsent.add(late);
    system.wms.reserve({ ...KEY, itemId: 'ITEM-7' }, { decision, reserved: 3, picked: 0 });
    expect((await system.run()).run.status).toBe('completed');
  });

  test('of a stock that is written all the time do not end the run', async () => {
    reserve();
    const { readLinesOfItem } = system.ports.lines;
    Object.assign(system.ports.lines, {
      readLinesOfItem: (itemId: string) => {
        promise({});
        return readLinesOfItem(itemId);
      },
    });
    expect((await system.run()).run.status).toBe('completed');
    expect((await system.store.state())?.pending).toMatchObject({ [warehouseId]: ['ITEM-1'] });
  });
});
