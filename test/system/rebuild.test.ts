import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import { correctStock } from '../../shared/domain/correction.ts';
import { systemRuntime } from '../../shared/ports/runtime.ts';
import { projectBatch } from '../../shared/projection/project-batch.ts';
import { inventoryMessage } from '../../shared/service-bus/inventory-message.ts';
import { openStorage } from '../../shared/storage/connection.ts';
import { tableJournalStore } from '../../shared/storage/journal-store.ts';
import { messageOf, someCorrection, someEvent } from '../doubles/fixtures.ts';
import {
  type LocalPart,
  startAzurite,
  startLocalCosmos,
  startLocalServiceBus,
  startWmsAdapter,
} from '../parts/local-part.ts';
import { projectionPorts } from '../parts/projection.ts';
import { runRebuild } from './run-program.ts';

const events = Array.from({ length: 120 }, (_, index) =>
  someEvent({ itemId: `ITEM-${index % 40}`, version: Math.floor(index / 40) + 1 }),
).map((event) => ({ ...event, resultingOnHand: 10 * (event.version ?? 0) }));

let parts: LocalPart[] = [];
let ledger: Server;
let settings: Record<string, string> = {};

beforeAll(async () => {
  parts = await Promise.all([startLocalCosmos(), startAzurite(), startLocalServiceBus()]);
  ledger = await serveLedger(events);
  const [cosmos, storage, bus] = parts;
  settings = {
    CosmosConnection: cosmos?.connectionString ?? '',
    StorageConnection: storage?.connectionString ?? '',
    ServiceBusConnection: bus?.connectionString ?? '',
    WmsAdapterUrl: `http://127.0.0.1:${(ledger.address() as AddressInfo).port}`,
    STOCKBRIDGE_ADAPTER_KEY: 'secret',
  };
});
afterAll(async () => {
  ledger.close();
  await Promise.all(parts.map((part) => part.stop()));
});

/** The tests follow one another as an operator's steps would. */
describe('npm run rebuild', () => {
  test('--journal writes what the journal lacks, once', async () => {
    await journal().append(events.slice(0, 100).map((event) => ({ kind: 'event', event })));
    const first = await rebuild('--journal');
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain(
      '120 events in the WMS ledger: 100 were in the journal, 20 missing, 20 written, 0 different.',
    );
    expect((await rebuild('--journal')).output).toContain('120 were in the journal, 0 missing, 0 written');
  });

  test('says that a lost stock store differs, restores it with --repair, and then finds all equal', async () => {
    const before = await rebuild();
    expect(before).toMatchObject({ code: 1 });
    expect(before.output).toContain('Nothing waits on the bus');
    expect(before.output).toContain('0 equal, 40 different');
    expect(before.output).toContain(
      'lost: ITEM-0 WH-001 A-01|: journal 30 pieces (version 3), cloud knows nothing',
    );
    expect(before.output).toContain('… and 20 more');
    expect(await rebuild('--repair')).toMatchObject({ code: 0 });
    const after = await rebuild();
    expect(after).toMatchObject({ code: 0 });
    expect(after.output).toContain('40 positions of 40 stock documents recomputed from 120 events: 40 equal');
  });

  test('agrees with what the projection made of the same events', async () => {
    const stock = cosmosStockStore((await openContainers(settings)).stock);
    const report = await projectBatch(
      events.map((event) => messageOf(event)),
      projectionPorts({ stock, runtime: systemRuntime }),
      { warehouses: new Set(['WH-001']), patienceMs: 5_000 },
    );
    expect(report).toMatchObject({ documents: 40, retried: 0 });
    expect((await rebuild()).output).toContain('40 equal, 0 different');
  });

  test('--repair takes what the reconciliation corrected as the base, and undoes none of it', async () => {
    const correction = someCorrection({
      itemId: 'ITEM-0',
      row: { onHand: 20, version: 2, changedAt: null },
      voided: [{ eventId: events[80]?.eventId ?? '', version: 3 }],
    });
    const stock = cosmosStockStore((await openContainers(settings)).stock);
    const [read] = await stock.read([correction]);
    if (read?.status !== 'found') throw new Error('ITEM-0 is not there');
    await stock.write([{ stock: correctStock(read.stock, [correction]), etag: read.etag }]);
    expect((await rebuild('--repair')).output).toContain(
      'ahead: ITEM-0 WH-001 A-01|: journal 30 pieces (version 3), cloud 20 pieces (version 2)',
    );
    await journal().append([{ kind: 'correction', correction }]);
    const { code, output } = await rebuild('--repair');
    expect(code).toBe(0);
    expect(output).toContain('40 equal, 0 different');
    expect(output).toContain('1 of the positions begin with what the reconciliation corrected');
  });

  test('tells when it is no drained point', async () => {
    const client = new ServiceBusClient(settings.ServiceBusConnection ?? '');
    await client.createSender('inventory-events').sendMessages(
      inventoryMessage(someEvent(), {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      }),
    );
    await client.close();
    expect((await rebuild()).output).toContain('Not a drained point: messages wait in inventory-events');
  });

  test('--journal reads the ledger of a WMS adapter', async () => {
    const { ServiceBusConnection = '', STOCKBRIDGE_ADAPTER_KEY = '' } = settings;
    const adapter = await startWmsAdapter({ ServiceBusConnection, STOCKBRIDGE_ADAPTER_KEY });
    try {
      const send = (method: string, path: string, body: object) =>
        fetch(`${adapter.connectionString}/api/v1/${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      await send('PUT', 'items/ITEM-adapter', {});
      await send('PUT', 'warehouses/WH-002/locations/A-01', {});
      const scan = {
        transactionId: randomUUID(),
        type: 'receipt',
        itemId: 'ITEM-adapter',
        warehouseId: 'WH-002',
        locationId: 'A-01',
        quantity: 5,
        scannedAt: new Date().toISOString(),
        scannerId: 'SCANNER-08',
        userId: 'warehouse_user_23',
      };
      expect((await send('POST', 'transactions', scan)).status).toBe(200);
      const { output } = await rebuild('--journal', { WmsAdapterUrl: adapter.connectionString });
      expect(output).toContain(
        '1 events in the WMS ledger: 0 were in the journal, 1 missing, 1 written, 0 different.',
      );
    } finally {
      await adapter.stop();
    }
  });

  test.each([
    [
      ['--journal'],
      { WmsAdapterUrl: 'http://127.0.0.1:1' },
      'The WMS adapter does not answer at http://127.0.0.1:1',
    ],
    [['--journal'], { STOCKBRIDGE_ADAPTER_KEY: 'wrong' }, 'set STOCKBRIDGE_ADAPTER_KEY'],
    [['--journal'], { WmsAdapterUrl: 'nowhere' }, 'Setting WmsAdapterUrl is "nowhere"'],
    [[], { CosmosConnection: '' }, 'Setting CosmosConnection is missing'],
    [[], { STOCKBRIDGE_WAREHOUSES: ',' }, 'STOCKBRIDGE_WAREHOUSES is ",": set it to'],
    [['--repair', '--journal'], {}, 'give one'],
    [['--bogus'], {}, '--bogus'],
  ])('%j with %j stops with one line that says what to do', async (options, changed, line) => {
    const { code, output } = await rebuild(...options, changed);
    expect(code).toBe(1);
    const lines = output
      .trim()
      .split('\n')
      .filter((text) => text.startsWith('Rebuild: '));
    expect(lines).toEqual([expect.stringContaining(line)]);
    expect(output).not.toContain('    at ');
  });

  test('a storage that does not run is told in one line', async () => {
    await Promise.all(parts.slice(1, 2).map((part) => part.kill()));
    const { code, output } = await rebuild();
    expect(code).toBe(1);
    expect(output).toMatch(/Rebuild: Storage: .*ECONNREFUSED.*start the stack/);
    expect(output).not.toContain('    at ');
  });
});

function journal() {
  return {
    append: async (entries: Parameters<ReturnType<typeof tableJournalStore>['append']>[0]) =>
      tableJournalStore((await openStorage(settings)).table('journal')).append(entries),
  };
}

function rebuild(...options: (string | Record<string, string>)[]): Promise<{ code: number; output: string }> {
  const changed = options.find((option) => typeof option === 'object') ?? {};
  const flags = options.filter((option) => typeof option === 'string');
  return runRebuild(flags, { ...settings, ...changed });
}

/** `GET /api/v1/ledger` as the WMS adapter serves it, in pages of 50. */
function serveLedger(published: readonly InventoryEvent[]): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const allowed = request.headers.authorization === 'Bearer secret';
    const start = Number(url.searchParams.get('after') ?? 0);
    const end = start + 50;
    const next = end < published.length ? { next: String(end) } : {};
    response.statusCode = url.pathname !== '/api/v1/ledger' ? 404 : allowed ? 200 : 401;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ events: allowed ? published.slice(start, end) : [], ...next }));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
