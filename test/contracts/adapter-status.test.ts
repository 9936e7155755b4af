import { ServiceBusClient } from '@azure/service-bus';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startStatusSender } from '../../apps/wms-adapter/status/status-sender.ts';
import { watchBacklogPlaces } from '../../shared/service-bus/backlog.ts';
import { startLocalServiceBus, startWmsAdapter } from '../parts/local-part.ts';

const retryOptions = { maxRetries: 0, timeoutInMs: 5_000 };

test('an adapter that runs is heard of by the cloud, with its outbox', async () => {
  const bus = await startLocalServiceBus();
  onTestFinished(bus.stop);
  const { connectionString: ServiceBusConnection } = bus;
  const adapter = await startWmsAdapter({ ServiceBusConnection, STOCKBRIDGE_WAREHOUSES: 'WH-001,WH-002' });
  onTestFinished(adapter.stop);
  const watch = watchBacklogPlaces(
    async () => new ServiceBusClient(ServiceBusConnection, { retryOptions }),
    ['WH-001', 'WH-002', 'WH-003'],
  );
  onTestFinished(watch.close);
  await vi.waitFor(
    async () => {
      const { adapters } = await watch.look();
      expect(adapters.map(({ heard }) => heard?.status)).toEqual([
        {
          adapterId: expect.any(String),
          warehouseIds: ['WH-001', 'WH-002'],
          database: 'ready',
          outbox: { unsent: 0, parked: 0, oldestAgeMs: 0 },
        },
        adapters[0]?.heard?.status,
        undefined,
      ]);
    },
    { timeout: 10_000, interval: 100 },
  );
});

test('a bus that has no place for it is told in the log once, however often the adapter tries', async () => {
  const bus = await startLocalServiceBus();
  onTestFinished(bus.stop);
  const client = new ServiceBusClient(bus.connectionString, { retryOptions });
  const lines: string[] = [];
  let tries = 0;
  const elsewhere = { createSender: () => client.createSender('not-there'), close: async () => undefined };
  const sender = startStatusSender({
    openClient: async () => Object.assign(Object.create(client), elsewhere),
    status: async () => {
      tries += 1;
      return { adapterId: 'a', warehouseIds: ['WH-001'], database: 'ready' };
    },
    log: (line) => void lines.push(line),
    everyMs: 20,
  });
  onTestFinished(async () => {
    sender.stop();
    await client.close();
  });
  await vi.waitFor(() => expect(tries).toBeGreaterThan(3), { timeout: 10_000 });
  expect(lines).toEqual([
    'the cloud is not told how the adapter is: the queue adapter-status is closed to it (MessagingEntityNotFound)',
  ]);
});
