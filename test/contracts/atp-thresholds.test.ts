import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AtpChange, atpChangeSchema } from '../../shared/contracts/planning.ts';
import type { StockKey } from '../../shared/domain/stock.ts';
import { readThresholds, setThresholds, tellAtpChange } from '../../shared/planning/atp-thresholds.ts';
import { setSafetyStock } from '../../shared/planning/safety-stock.ts';
import { serviceBusAtpChanges } from '../../shared/service-bus/atp-changes.ts';
import { someEvent, someStock } from '../doubles/fixtures.ts';
import { startLocalServiceBus } from '../parts/local-part.ts';
import {
  newKey,
  type PlanningStores,
  type PlanningSystem,
  planningInCosmos,
  planningInMemory,
  planningSystem,
  waitingLine,
} from '../parts/planning-system.ts';

let stores: PlanningStores;
let system: PlanningSystem;

describe.each([
  ['in memory', planningInMemory],
  ['in Cosmos DB', planningInCosmos],
])('thresholds kept %s', (_name, start) => {
  beforeAll(async () => {
    stores = await start();
    system = planningSystem(stores);
  });
  afterAll(() => stores.stop());
  describe('ATP thresholds', () => {
    const watchOf = async (itemId: string) => {
      const { watch, stocks } = await system.ports.items.readItem(itemId);
      return [watch.on, ...stocks.map(({ watched }) => watched ?? false)];
    };
    const changesOf = (itemId: string) => system.published.filter((change) => change.itemId === itemId);

    async function watchedItem(onHand: number, thresholds: readonly number[]): Promise<StockKey> {
      const key = newKey();
      await system.stocks.write([{ stock: someStock(onHand, key), etag: null }]);
      await setThresholds(key.itemId, thresholds, system.ports);
      return key;
    }

    test('begin the watch over the item and its stock with the first, and end it with the last', async () => {
      const key = newKey();
      await system.stocks.write([{ stock: someStock(20, key), etag: null }]);
      expect(await watchOf(key.itemId)).toEqual([false, false]);
      expect(await setThresholds(key.itemId, [10, 5, 10], system.ports)).toEqual([5, 10]);
      expect(await readThresholds(key.itemId, system.ports)).toEqual([5, 10]);
      expect(await watchOf(key.itemId)).toEqual([true, true]);
      expect(system.told).toContain(key.itemId);
      await setThresholds(key.itemId, [], system.ports);
      expect(await readThresholds(key.itemId, system.ports)).toEqual([]);
      expect(await watchOf(key.itemId)).toEqual([false, false]);
      await setThresholds(key.itemId, [3], system.ports);
      expect(await watchOf(key.itemId)).toEqual([true, true]);
    });

    test('that are removed leave the watch to backorders that wait', async () => {
      const key = await watchedItem(0, [5]);
      await system.backorder(key.itemId, 1);
      await setThresholds(key.itemId, [], system.ports);
      expect(await watchOf(key.itemId)).toEqual([true, true]);
    });

    test('leave the watch to a line that begins to wait while they are removed', async () => {
      const key = await watchedItem(0, [5]);
      let begins = true;
      const readWaiting: typeof system.ports.items.readWaiting = async (itemId, limit) => {
        const none = await system.ports.items.readWaiting(itemId, limit);
        if (!begins) return none;
        begins = false;
        const { watch } = await system.ports.items.readItem(itemId);
        const line = waitingLine(itemId, 1);
        const change = { itemId, lines: [{ line, etag: null }], totals: [] };
        await system.lines.commit({ ...change, watch: { ...watch, on: true, warehouseIds: [] } });
        return none;
      };
      await setThresholds(key.itemId, [], {
        ...system.ports,
        items: { ...system.ports.items, readWaiting },
      });
      expect(await watchOf(key.itemId)).toEqual([true, true]);
      expect(await readThresholds(key.itemId, system.ports)).toEqual([]);
    });

    test('that begin at the moment in which stock becomes known watch it', async () => {
      for (let tries = 0; tries < 10; tries += 1) {
        const key = newKey();
        await Promise.all([
          setThresholds(key.itemId, [5], system.ports),
          setSafetyStock(key, 1, system.ports),
          setSafetyStock({ ...key, warehouseId: 'WH-002' }, 1, system.ports),
        ]);
        expect(await watchOf(key.itemId)).toEqual([true, true, true]);
      }
    });

    test('of an item nobody has heard of watch the stock that comes, whatever makes it known', async () => {
      const key = newKey();
      await setThresholds(key.itemId, [5], system.ports);
      await setSafetyStock(key, 1, system.ports);
      expect(await watchOf(key.itemId)).toEqual([true, true]);
      await system.project(
        { ...key, warehouseId: 'WH-002' },
        someEvent({ quantityChange: 9, resultingOnHand: 9 }),
      );
      await tellAtpChange(key.itemId, system.ports);
      expect(await watchOf(key.itemId)).toEqual([true, true, true]);
      expect(changesOf(key.itemId)).toMatchObject([{ threshold: 5, below: false, atp: 8, previousAtp: 0 }]);
    });

    test('are told when ATP crosses them, whichever warehouse and figure it comes from, and not otherwise', async () => {
      const key = await watchedItem(20, [10, 5]);
      expect(await tellAtpChange(key.itemId, system.ports)).toBe(0);
      await setSafetyStock(key, 8, system.ports);
      expect(await tellAtpChange(key.itemId, system.ports)).toBe(0);
      await setSafetyStock(key, 18, system.ports);
      expect(await tellAtpChange(key.itemId, system.ports)).toBe(2);
      expect(await tellAtpChange(key.itemId, system.ports)).toBe(0);
      await system.project(
        { ...key, warehouseId: 'WH-003' },
        someEvent({ quantityChange: 6, resultingOnHand: 6, locationId: 'C-01' }),
      );
      expect(await tellAtpChange(key.itemId, system.ports)).toBe(1);
      const changes = changesOf(key.itemId);
      expect(changes).toMatchObject([
        { threshold: 5, below: true, atp: 2, previousAtp: 12, sequence: 1 },
        { threshold: 10, below: true, atp: 2, previousAtp: 12, sequence: 2 },
        { threshold: 5, below: false, atp: 8, previousAtp: 2, sequence: 3 },
      ]);
      for (const change of changes) atpChangeSchema.parse(change);
    });

    test('lose no crossing when the bus does not answer, though ATP is back before it does', async () => {
      const key = await watchedItem(20, [10]);
      const away = { ...system.ports, atpChanges: { publish: () => Promise.reject(new Error('away')) } };
      await setSafetyStock(key, 15, system.ports);
      await expect(tellAtpChange(key.itemId, away)).rejects.toThrow('away');
      await setSafetyStock(key, 0, system.ports);
      await expect(tellAtpChange(key.itemId, away)).rejects.toThrow('away');
      expect(await tellAtpChange(key.itemId, system.ports)).toBe(2);
      expect(changesOf(key.itemId)).toMatchObject([
        { below: true, atp: 5, sequence: 1 },
        { below: false, atp: 20, sequence: 2 },
      ]);
    });

    test('are told again under the same number when the publisher ended before it noted that it had told', async () => {
      const key = await watchedItem(20, [10]);
      await setSafetyStock(key, 15, system.ports);
      const ends = {
        ...system.ports,
        atpChanges: {
          publish: async (changes: readonly AtpChange[]) => {
            await system.ports.atpChanges.publish(changes);
            throw new Error('killed');
          },
        },
      };
      await expect(tellAtpChange(key.itemId, ends)).rejects.toThrow('killed');
      await tellAtpChange(key.itemId, system.ports);
      const [first, second, ...more] = changesOf(key.itemId);
      expect(second).toEqual(first);
      expect(more).toEqual([]);
    });

    test('are told by all that look at the same moment as one change', async () => {
      const key = await watchedItem(20, [10]);
      await setSafetyStock(key, 15, system.ports);
      await Promise.all(Array.from({ length: 8 }, () => tellAtpChange(key.itemId, system.ports)));
      expect(new Set(changesOf(key.itemId).map(({ sequence }) => sequence))).toEqual(new Set([1]));
    });

    test('that an item does not have cost no look at its stock', async () => {
      const looks: string[] = [];
      const items = {
        ...system.ports.items,
        readItem: (itemId: string) => {
          looks.push(itemId);
          return system.ports.items.readItem(itemId);
        },
      };
      const key = newKey();
      expect(await tellAtpChange(key.itemId, { ...system.ports, items })).toBe(0);
      await setThresholds(key.itemId, [4], system.ports);
      await setThresholds(key.itemId, [], system.ports);
      expect(await tellAtpChange(key.itemId, { ...system.ports, items })).toBe(0);
      expect(looks).toEqual([]);
    });
  });
});

test('ATP thresholds that are crossed arrive on topic atp-changes', async () => {
  const system = planningSystem(await planningInMemory());
  const bus = await startLocalServiceBus();
  const client = new ServiceBusClient(bus.connectionString);
  try {
    const key = newKey();
    await system.stocks.write([{ stock: someStock(20, key), etag: null }]);
    await setThresholds(key.itemId, [10], system.ports);
    await setSafetyStock(key, 15, system.ports);
    await tellAtpChange(key.itemId, { ...system.ports, atpChanges: serviceBusAtpChanges(client) });
    const receiver = client.createReceiver('atp-changes', 'oms');
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    expect(message).toMatchObject({
      messageId: `${key.itemId}|10|1`,
      subject: key.itemId,
      contentType: 'application/json',
      applicationProperties: {
        itemId: key.itemId,
        cloudEvents_specversion: '1.0',
        cloudEvents_type: 'stockbridge.AtpThresholdCrossed',
      },
    });
    expect(atpChangeSchema.parse(message?.body)).toMatchObject({ threshold: 10, below: true, atp: 5 });
  } finally {
    await client.close();
    await bus.stop();
  }
});
