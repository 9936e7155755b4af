import { beforeEach, describe, expect, test } from 'vitest';
import { messageOf, someEvent } from '../../test/doubles/fixtures.ts';
import { inMemoryBus } from '../../test/doubles/message-bus.ts';
import { inMemoryQuarantine } from '../../test/doubles/quarantine-store.ts';
import { type InMemoryStock, inMemoryStock } from '../../test/doubles/stock-store.ts';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import type { StockNews } from '../ports/follow-stock.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { projectBatch } from './project-batch.ts';

const KEY = { itemId: 'ITEM-12345', warehouseId: 'WH-001' };

let stock: InMemoryStock;
let news: StockNews[];
let followerAway: boolean;
const runtime = virtualRuntime();
let bus = inMemoryBus(runtime);

beforeEach(() => {
  stock = inMemoryStock();
  bus = inMemoryBus(runtime);
  news = [];
  followerAway = false;
});

function project(messages: readonly ReceivedMessage[]) {
  const followStock = async (told: StockNews) => {
    if (followerAway) throw new StoreUnavailable('away');
    news.push(told);
  };
  const ports = {
    stock: stock.store,
    quarantine: inMemoryQuarantine(),
    retryQueue: bus.retryQueue,
    followStock,
    runtime,
  };
  return projectBatch(messages, ports, { warehouses: new Set(['WH-001']), patienceMs: 20_000 });
}

function event(version: number, fields: Partial<InventoryEvent> = {}): ReceivedMessage {
  return messageOf(someEvent({ version, resultingOnHand: 10 * version, ...fields }));
}

function watch(): void {
  const held = stock.stock(KEY);
  if (held) stock.put({ ...held, watched: true });
}

describe('Those who were promised stock, or wait for it, hear', () => {
  test('of a stock that was stored for the first time, and no more of it while nobody waits', async () => {
    await project([event(1)]);
    await project([event(2)]);
    expect(news).toEqual([{ picks: [], watched: [], created: [KEY.itemId] }]);
  });

  test('of every change of a stock that is watched', async () => {
    await project([event(1)]);
    watch();
    await project([event(2)]);
    expect(news.at(-1)).toEqual({ picks: [], watched: [KEY.itemId], created: [] });
  });

  test('of the trace of the last event that changed it, where that says so', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const inTrace = (message: ReceivedMessage, value: string) => ({
      ...message,
      applicationProperties: { ...message.applicationProperties, traceparent: value },
    });
    await project([event(1), inTrace(event(2), traceparent)]);
    watch();
    await project([inTrace(event(3), 'no trace')]);
    expect(news.map(({ causes }) => causes)).toEqual([new Map([[KEY.itemId, traceparent]]), undefined]);
  });

  test('of picks of allocations, whatever the version of the position says', async () => {
    const pick = { eventType: 'InventoryPick', allocationId: 'ORD-1:1:1' } as const;
    await project([event(3), event(2, { ...pick, allocationPicked: 4 })]);
    await project([event(1, { ...pick, allocationPicked: 2 })]);
    expect(news.map(({ picks }) => picks)).toEqual([
      [{ itemId: KEY.itemId, allocationId: 'ORD-1:1:1', picked: 4 }],
      [{ itemId: KEY.itemId, allocationId: 'ORD-1:1:1', picked: 2 }],
    ]);
  });

  test('not of a pick whose event is parked: the pieces still stand on the shelf, so they are still promised', async () => {
    const pick = { eventType: 'InventoryPick', allocationId: 'ORD-1:1:1' } as const;
    await project([event(1), event(2, { ...pick, allocationPicked: 4 })]);
    const { version: _none, ...unversioned } = someEvent({ ...pick, allocationPicked: 7 });
    expect(await project([messageOf(unversioned)])).toMatchObject({ parked: 1, retried: 0 });
    await project([messageOf(unversioned), event(3, { ...pick, allocationPicked: 6 })]);
    expect(news.flatMap(({ picks }) => picks.map(({ picked }) => picked))).toEqual([4, 6]);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 30 });
  });

  test.each([
    ['alone', []],
    ['together with a later event', [event(2)]],
  ])(
    'of a new stock, though the first try to tell failed and its event comes again %s',
    async (_name, others) => {
      followerAway = true;
      expect(await project([event(1)])).toMatchObject({
        retried: 1,
        failures: ['following the stock failed: away'],
      });
      followerAway = false;
      runtime.advance(60_000);
      const delivered = await bus.deliver('projection-retry', async (again) => {
        await project([...again, ...others]);
      });
      expect(delivered).toBe(1);
      expect(news).toEqual([{ picks: [], watched: [], created: [KEY.itemId] }]);
    },
  );

  test('of a new stock, though the process ended before it could tell and the bus delivers again', async () => {
    const message = event(1);
    await project([message]);
    await project([message]);
    expect(news.map(({ created }) => created)).toEqual([[KEY.itemId], [KEY.itemId]]);
  });
});
