import { beforeEach, describe, expect, test } from 'vitest';
import { someEvent } from '../../test/doubles/fixtures.ts';
import { type InMemoryStock, inMemoryStock } from '../../test/doubles/stock-store.ts';
import { type VirtualRuntime, virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { projectEvents } from '../../test/parts/projection.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { REPLAY_HORIZON_MS } from '../domain/overflow.ts';
import { FULL_OF_TIMES, type ProjectedTime } from '../domain/projected-times.ts';

const KEY = { itemId: 'ITEM-12345', warehouseId: 'WH-001' };

let runtime: VirtualRuntime;
let stock: InMemoryStock;

beforeEach(() => {
  runtime = virtualRuntime();
  stock = inMemoryStock();
});

/** Projects a second later than what was projected before. Answers what was handed on. */
async function project(...events: InventoryEvent[]) {
  runtime.advance(1_000);
  const { times } = await projectEvents(events, { stock: stock.store, runtime });
  return times;
}

/** Versions `from` to `upTo` of one position, 10 pieces more each. */
function receipts(from: number, upTo: number): InventoryEvent[] {
  return Array.from({ length: upTo - from + 1 }, (_, index) => {
    const version = from + index;
    return someEvent({ eventId: `evt-${version}`, version, resultingOnHand: 10 * version });
  });
}

function now(events: readonly InventoryEvent[]): ProjectedTime[] {
  return events.map(({ eventId }) => [eventId, runtime.now()]);
}

const held = () => stock.stock(KEY)?.projectedTimes ?? [];

describe('The stock that ATP is read from', () => {
  test('holds when its latest events were folded in, by the write that they cost anyway', async () => {
    const [first, second] = [receipts(1, 2), receipts(3, 3)];
    expect(await project(...first)).toEqual([]);
    const expected = now(first);
    expect(await project(...second)).toEqual([]);
    expect(held()).toEqual([...expected, ...now(second)]);
    expect(stock.operations.filter(({ kind }) => kind === 'write')).toHaveLength(2);
  });

  test('hands on, all at once, what it held when it was full', async () => {
    const expected: ProjectedTime[] = [];
    for (let version = 1; version <= FULL_OF_TIMES; version += 1) {
      const events = receipts(version, version);
      expect(await project(...events)).toEqual([]);
      expected.push(...now(events));
    }
    const next = receipts(FULL_OF_TIMES + 1, FULL_OF_TIMES + 1);
    expect(await project(...next)).toEqual([{ ...KEY, times: expected }]);
    expect(held()).toEqual(now(next));
  });

  test('hands on what a large batch brings, but for the last of it', async () => {
    const events = receipts(1, 1_000);
    const [handedOn] = await project(...events);
    expect([...(handedOn?.times ?? []), ...held()]).toEqual(now(events));
    expect(held()).toHaveLength(FULL_OF_TIMES);
  });

  test('tells of an event that was overtaken, and keeps the first time of one that comes again', async () => {
    const [first, second, third] = receipts(1, 3);
    if (!first || !second || !third) throw new Error('There are three.');
    await project(third);
    const expected = now([third]);
    await project(first, third);
    expected.push(...now([first]));
    await project(third, first);
    expect(held()).toEqual(expected);
    await project(third, second);
    expect(held()).toEqual([...expected, ...now([second])]);
  });

  test('tells nothing of an event that was parked', async () => {
    await project(...receipts(1, 1));
    const { version: _version, ...unversioned } = someEvent({ eventId: 'evt-late' });
    const [second] = receipts(2, 2);
    await project(unversioned, ...(second ? [second] : []));
    expect(held().map(([eventId]) => eventId)).toEqual(['evt-1', 'evt-2']);
  });

  test('that lost a race notes again in what the other stored', async () => {
    await project(...receipts(1, FULL_OF_TIMES));
    let raced = false;
    stock.beforeWrite = () => {
      if (raced) return;
      raced = true;
      const other = stock.stock(KEY);
      if (other) stock.put({ ...other, projectedTimes: [['evt-other', 1]] });
    };
    const next = receipts(FULL_OF_TIMES + 1, FULL_OF_TIMES + 1);
    expect(await project(...next)).toEqual([]);
    expect(raced).toBe(true);
    expect(held()).toEqual([['evt-other', 1], ...now(next)]);
  });

  test('notes them beside its overflow as well', async () => {
    const long = new Date(runtime.now() - REPLAY_HORIZON_MS - 1).toISOString();
    const idle = Array.from({ length: 60 }, (_, index) =>
      someEvent({ locationId: `Z-${index}`, resultingOnHand: 0, quantityChange: 0, timestamp: long }),
    );
    await project(...idle);
    expect(stock.stock(KEY)).toMatchObject({ overflowed: 60 });
    const back = someEvent({ locationId: 'Z-1', version: 2 });
    const [handedOn] = await project(back);
    expect(handedOn?.times).toHaveLength(FULL_OF_TIMES);
    expect(held()).toEqual(now([back]));
    expect(stock.stock(KEY)).toMatchObject({ overflowed: 59 });
  });

  test('stays within the size that the store takes: then it hands on all of them', async () => {
    await project(...receipts(1, 1));
    const bytes = JSON.stringify({ ...stock.stock(KEY), projectedTimes: undefined }).length;
    stock = inMemoryStock({ maxBytes: bytes + 10 });
    const events = receipts(1, 2);
    expect(await project(...events)).toEqual([{ ...KEY, times: now(events) }]);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 20 });
    expect(stock.stock(KEY)).not.toHaveProperty('projectedTimes');
  });

  test('hands on the time of a transfer\u2019s second event, which changes nothing any more', async () => {
    const figures = { lotNumber: null, quantityChange: -4, resultingOnHand: 6, version: 2 };
    const into = { ...figures, locationId: 'B-01', quantityChange: 4, resultingOnHand: 4, version: 1 };
    const out = { ...figures, locationId: 'A-01' };
    const eventType = 'InventoryTransfer';
    const [first, second] = [
      someEvent({ ...out, eventType, counterpart: into }),
      someEvent({ ...into, eventType, counterpart: out }),
    ];
    await project(...receipts(1, 1));
    expect(await project(first)).toEqual([]);
    expect(await project(second)).toEqual([{ ...KEY, times: now([second]) }]);
    expect(held().map(([eventId]) => eventId)).toEqual(['evt-1', first.eventId]);
  });
});
