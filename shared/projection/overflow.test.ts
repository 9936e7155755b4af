import { beforeEach, describe, expect, test } from 'vitest';
import { someEvent, somePosition } from '../../test/doubles/fixtures.ts';
import { type InMemoryStock, inMemoryStock } from '../../test/doubles/stock-store.ts';
import { type VirtualRuntime, virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { projectEvents } from '../../test/parts/projection.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { REPLAY_HORIZON_MS } from '../domain/overflow.ts';
import { emptyStock, replacePositions } from '../domain/stock.ts';

const KEY = { itemId: 'ITEM-12345', warehouseId: 'WH-001' };

let runtime: VirtualRuntime;
let stock: InMemoryStock;

beforeEach(() => {
  runtime = virtualRuntime();
  stock = inMemoryStock();
});

async function project(...events: InventoryEvent[]) {
  return projectEvents(events, { stock: stock.store, runtime });
}

/** 60 positions of version 5; `idle` of them at zero and changed before the horizon. */
function putPositions(idle: number): void {
  const long = new Date(runtime.now() - REPLAY_HORIZON_MS - 1).toISOString();
  const positions = Array.from({ length: 60 }, (_, index) =>
    index < idle
      ? { ...somePosition(`Z-${index}`, 0, 5), changedAt: long }
      : { ...somePosition(`A-${index}`, 10, 5), changedAt: new Date(runtime.now()).toISOString() },
  );
  stock.put(replacePositions({ ...emptyStock(KEY), tentative: 7 }, positions, long));
}

/** Version 6 of a position: 3 pieces came. */
function arrival(locationId: string, fields: Partial<InventoryEvent> = {}): InventoryEvent {
  return someEvent({ locationId, version: 6, quantityChange: 3, resultingOnHand: 3, ...fields });
}

describe('positions idle at zero beyond the replay horizon', () => {
  test('move to the overflow document with the next change, and the totals stay', async () => {
    putPositions(20);
    await project(arrival('A-30', { resultingOnHand: 13 }));
    expect(stock.stock(KEY)).toMatchObject({ onHand: 403, tentative: 7, overflowed: 20 });
    expect(stock.stock(KEY)?.positions).toHaveLength(40);
    expect(stock.overflow(KEY)?.positions).toHaveLength(20);
  });

  test('come back with the version they had when an event for them arrives', async () => {
    putPositions(20);
    await project(arrival('A-30', { resultingOnHand: 13 }));
    const report = await project(arrival('Z-3'));
    expect(report.findings).toEqual([]);
    expect(stock.stock(KEY)?.positions.find(({ locationId }) => locationId === 'Z-3')).toEqual({
      ...somePosition('Z-3', 3, 6),
    });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 406, overflowed: 19 });
    expect(stock.overflow(KEY)?.positions.map(({ locationId }) => locationId)).not.toContain('Z-3');
  });

  test('stay at rest when a count of their location begins or ends', async () => {
    putPositions(20);
    await project(arrival('A-30', { resultingOnHand: 13 }));
    const [lockId, locationId] = ['LOCK-1', 'Z-3'];
    const count = { locationId, version: 5, quantityChange: 0, resultingOnHand: 0 };
    const countLock = { lockId, until: '2024-11-18T10:30:00.000Z' };
    const asked = stock.operations.length;
    await project(arrival('Z-3', { ...count, eventType: 'InventoryCountStarted', countLock }));
    expect(stock.operations.slice(asked).map(({ kind }) => kind)).toEqual(['read', 'write']);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 403, overflowed: 20, counts: [{ lockId, locationId }] });
    expect(stock.overflow(KEY)?.positions).toHaveLength(20);
  });

  test('are not set back by an event that comes late: its version is met by the one that rests', async () => {
    putPositions(20);
    await project(arrival('A-30', { resultingOnHand: 13 }));
    const before = stock.stock(KEY);
    await project(arrival('Z-3', { version: 4, resultingOnHand: 50 }));
    expect(stock.stock(KEY)).toEqual(before);
    expect(stock.overflow(KEY)?.positions).toHaveLength(20);
  });

  test('a position that was never heard of is new, though others rest', async () => {
    putPositions(20);
    await project(arrival('A-30', { resultingOnHand: 13 }));
    await project(arrival('N-1', { version: 1 }));
    expect(stock.stock(KEY)).toMatchObject({ onHand: 406, overflowed: 20 });
  });

  test('stay where they are in a stock of few positions', async () => {
    const long = new Date(runtime.now() - 2 * REPLAY_HORIZON_MS).toISOString();
    const positions = Array.from({ length: 10 }, (_, index) => ({
      ...somePosition(`Z-${index}`, 0, 5),
      changedAt: long,
    }));
    stock.put(replacePositions(emptyStock(KEY), positions, long));
    await project(arrival('N-1', { version: 1 }));
    expect(stock.stock(KEY)?.positions).toHaveLength(11);
    expect(stock.overflow(KEY)).toBeUndefined();
  });

  test('with a gap stay in sight', async () => {
    putPositions(20);
    const held = stock.stock(KEY);
    const positions = held?.positions.map((position, index) =>
      index === 0 ? { ...position, missing: [[2, 3]] as const } : position,
    );
    if (held) stock.put({ ...held, positions: positions ?? [] });
    await project(arrival('A-30', { resultingOnHand: 13 }));
    expect(stock.overflow(KEY)?.positions).toHaveLength(19);
    expect(stock.stock(KEY)?.positions.some(({ locationId }) => locationId === 'Z-0')).toBe(true);
  });

  test('neither rest nor leave when the write meets a conflict: it folds again, and nothing is lost', async () => {
    putPositions(20);
    let raced = false;
    stock.beforeWrite = () => {
      if (raced) return;
      raced = true;
      const held = stock.stock(KEY);
      if (held) stock.put({ ...held, tentative: 9 });
    };
    await project(arrival('A-30', { resultingOnHand: 13 }));
    expect(raced).toBe(true);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 403, tentative: 9, overflowed: 20 });
    expect(stock.overflow(KEY)?.positions).toHaveLength(20);
  });

  test('stay where they are when the overflow document is full, and no event is parked for it', async () => {
    stock = inMemoryStock({ maxBytes: 10_000 });
    putPositions(20);
    const full = Array.from({ length: 90 }, (_, index) => somePosition(`F-${index}`, 0));
    const held = stock.stock(KEY);
    if (held) stock.put({ ...held, overflowed: full.length }, { ...KEY, positions: full });
    const report = await project(arrival('A-30', { resultingOnHand: 13 }), arrival('N-1', { version: 1 }));
    expect(report).toMatchObject({ parked: 0, retried: 0 });
    await project(arrival('A-31', { resultingOnHand: 13 }));
    expect(stock.stock(KEY)).toMatchObject({ onHand: 409, overflowed: 90 });
    expect(stock.overflow(KEY)?.positions).toHaveLength(90);
  });

  test('are asked for again when the overflow document does not answer at once', async () => {
    putPositions(20);
    await project(arrival('A-30', { resultingOnHand: 13 }));
    let refusals = 3;
    stock.fault = ({ kind }) => {
      if (kind !== 'read-overflow' || refusals === 0) return undefined;
      refusals -= 1;
      return { status: 'unavailable', detail: 'away' };
    };
    const report = await project(arrival('Z-3'));
    expect(report).toMatchObject({ retried: 0, parked: 0 });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 406, overflowed: 19 });
  });
});
