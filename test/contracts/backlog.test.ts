import { ServiceBusClient } from '@azure/service-bus';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { lookAtBacklog } from '../../shared/service-bus/backlog.ts';
import { someEvent } from '../doubles/fixtures.ts';
import { startLocalServiceBus } from '../parts/local-part.ts';

test('what waits is told by place with the time of the oldest, and what is closed to the fabric is named', async () => {
  const part = await startLocalServiceBus();
  const retryOptions = { maxRetries: 0, timeoutInMs: 5_000 };
  const connect = async () => new ServiceBusClient(part.connectionString, { retryOptions });
  const sender = (await connect()).createSender('inventory-events');
  try {
    const nothing = await lookAtBacklog(connect, ['WH-001', 'WH-404']);
    expect(nothing.unread).toEqual([{ place: 'allocation-requests/WH-404', why: 'MessagingEntityNotFound' }]);
    expect(nothing.places.map(({ place }) => place)).toEqual([
      ...['inventory-events/atp-projection', 'inventory-events/journal', 'projection-retry'],
      ...['allocation-decisions/allocation', 'stock-changes', 'allocation-requests/WH-001'],
    ]);
    for (const { waiting, oldestAt } of nothing.places) expect([waiting, oldestAt]).toEqual([0, undefined]);

    const sentAt = Date.now();
    for (let count = 0; count < 3; count += 1)
      await sender.sendMessages({ messageId: `evt-${count}`, body: someEvent({ itemId: `ITEM-${count}` }) });
    const { places } = await lookAtBacklog(connect, []);
    const [projection, journal] = places;
    expect(projection).toMatchObject({ waiting: 3, more: false });
    expect(projection?.oldestAt).toBeGreaterThanOrEqual(sentAt - 1_000);
    expect(projection?.oldestAt).toBeLessThanOrEqual(Date.now());
    expect(journal).toMatchObject({ place: 'inventory-events/journal', waiting: 3 });
    // A look takes nothing.
    expect((await lookAtBacklog(connect, [])).places).toEqual(places);

    await part.kill();
    await expect(lookAtBacklog(connect, [])).rejects.toBeInstanceOf(StoreUnavailable);
  } finally {
    await part.stop();
  }
});
