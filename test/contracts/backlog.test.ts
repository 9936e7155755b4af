import { ServiceBusClient } from '@azure/service-bus';
import { expect, onTestFinished, test } from 'vitest';
import type { AdapterStatus } from '../../shared/contracts/adapter-status.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { adapterStatusMessage } from '../../shared/service-bus/adapter-status.ts';
import { watchBacklogPlaces } from '../../shared/service-bus/backlog.ts';
import { someEvent } from '../doubles/fixtures.ts';
import { startLocalServiceBus } from '../parts/local-part.ts';

const retryOptions = { maxRetries: 0, timeoutInMs: 5_000 };

/** A bus, and a watch of it that counts its connections. */
async function watchedBus(warehouses: string[]) {
  const part = await startLocalServiceBus();
  const clients: ServiceBusClient[] = [];
  const connect = async () => {
    const client = new ServiceBusClient(part.connectionString, { retryOptions });
    clients.push(client);
    return client;
  };
  const watch = watchBacklogPlaces(connect, warehouses);
  const sending = new ServiceBusClient(part.connectionString, { retryOptions });
  onTestFinished(async () => {
    await watch.close();
    await sending.close();
    await part.stop();
  });
  const [sender, statuses] = ['inventory-events', 'adapter-status'].map((name) => sending.createSender(name));
  if (!sender || !statuses) throw new Error('There are two.');
  return { part, clients, watch, sender, statuses };
}

test('what waits is told by place with the time of the oldest, and what is closed to the fabric is named', async () => {
  const { part, clients, watch, sender } = await watchedBus(['WH-001', 'WH-404']);
  const nothing = await watch.look();
  expect(nothing.unread).toEqual([{ place: 'allocation-requests/WH-404', why: 'MessagingEntityNotFound' }]);
  expect(nothing.places.map(({ place }) => place)).toEqual([
    ...['inventory-events/atp-projection', 'inventory-events/journal', 'projection-retry'],
    ...['allocation-decisions/allocation', 'stock-changes', 'allocation-requests/WH-001'],
  ]);
  for (const { waiting, oldestAt } of nothing.places) expect([waiting, oldestAt]).toEqual([0, undefined]);

  const sentAt = Date.now();
  for (let count = 0; count < 3; count += 1)
    await sender.sendMessages({ messageId: `evt-${count}`, body: someEvent({ itemId: `ITEM-${count}` }) });
  const { places } = await watch.look();
  const [projection, journal] = places;
  expect(projection).toMatchObject({ waiting: 3, more: false });
  expect(projection?.oldestAt).toBeGreaterThanOrEqual(sentAt - 1_000);
  expect(projection?.oldestAt).toBeLessThanOrEqual(Date.now());
  expect(journal).toMatchObject({ place: 'inventory-events/journal', waiting: 3 });

  await part.kill();
  await expect(watch.look()).rejects.toBeInstanceOf(StoreUnavailable);
  expect(clients).toHaveLength(1);
  // By a connection of its own, since the last one may be what failed.
  await expect(watch.look()).rejects.toBeInstanceOf(StoreUnavailable);
  expect(clients).toHaveLength(2);
});

test('of each warehouse it is told what its adapter said last, and others cannot add warehouses', async () => {
  const { watch, statuses } = await watchedBus(['WH-001', 'WH-002', 'WH-003']);
  const outbox = { unsent: 0, parked: 0, oldestAgeMs: 0 };
  const status = (adapterId: string, warehouseIds: string[]): AdapterStatus => {
    return { adapterId, warehouseIds, database: 'ready', outbox };
  };
  const heard = async () =>
    (await watch.look()).adapters.map((one) => [one.warehouseId, one.heard?.status.adapterId]);
  const nothing = [
    ['WH-001', undefined],
    ['WH-002', undefined],
    ['WH-003', undefined],
  ];
  expect(await heard()).toEqual(nothing);
  await statuses.sendMessages({ body: 'no status' });
  await statuses.sendMessages(adapterStatusMessage(status('a', ['WH-001', 'WH-002', 'WH-999'])));
  await statuses.sendMessages(adapterStatusMessage(status('b', ['WH-002'])));
  const told = [['WH-001', 'a'], ['WH-002', 'b'], nothing[2]];
  expect(await heard()).toEqual(told);
  expect(await heard()).toEqual(told);
  const { adapters } = await watch.look();
  expect(adapters[0]?.heard?.heardAt).toBeLessThanOrEqual(Date.now());
});

test('however often it looks, it sees the same, takes nothing, and has one connection, which it closes', async () => {
  const { clients, watch, sender } = await watchedBus(['WH-001']);
  await sender.sendMessages({ messageId: 'evt-1', body: someEvent() });
  const first = await watch.look();
  expect(first.places[0]).toMatchObject({ waiting: 1 });
  expect(await watch.look()).toEqual(first);
  await sender.sendMessages({ messageId: 'evt-2', body: someEvent() });
  expect((await Promise.all([watch.look(), watch.look()])).map(({ places }) => places[0]?.waiting)).toEqual([
    2, 2,
  ]);
  expect(clients).toHaveLength(1);
  await watch.close();
  expect(() => clients[0]?.createReceiver('projection-retry')).toThrow(/connection .* closed/);
});
