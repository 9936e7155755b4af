import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CosmosClient } from '@azure/cosmos';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { connectionsOf } from '../../local/stack/connections.ts';
import { readPorts } from '../../local/stack/settings.ts';
import { type Stack, type StackOptions, startStack, urlsOf } from '../../local/stack/stack.ts';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import { type WmsPosition, wmsPositionsSchema } from '../../shared/contracts/position.ts';
import { type QuarantinedMessage, quarantinePageSchema } from '../../shared/contracts/quarantine.ts';
import { type Transaction, transactionResultsSchema } from '../../shared/contracts/transaction.ts';
import type { Stock } from '../../shared/domain/stock.ts';

const repository = join(import.meta.dirname, '../..');

/** The whole fabric on free ports in a temporary folder, spoken to as its users do. */
export type Fabric = Awaited<ReturnType<typeof startFabric>>;

/** Whether the stack is the test's own, whose parts it may kill. */
export const OWNS_STACK = !process.env.STOCKBRIDGE_TEST_STACK;

type FabricOptions = Partial<Pick<StackOptions, 'autoRestart' | 'environment' | 'parts'>>;

/** Builds the app and starts every part as a process of its own; with `STOCKBRIDGE_TEST_STACK` what runs already is taken. */
export async function startFabric(options: FabricOptions = {}) {
  const stack = OWNS_STACK ? await startOwnStack(options) : runningStack(options);
  const serviceBus = new ServiceBusClient(stack.connections.serviceBus);
  const topic = serviceBus.createSender('inventory-events');
  return {
    stack,
    publish: (...messages: ServiceBusMessage[]) => topic.sendMessages(messages),
    get: (path: string) => getJson(`${stack.urls.functions}/api/${path}`),
    postTo: (path: string, body?: unknown) => postJson(`${stack.urls.functions}/api/${path}`, body),
    transact: (transactions: readonly Partial<Transaction>[]) => transact(stack, transactions),
    know: (itemIds: readonly string[], locations: readonly string[]) => know(stack, itemIds, locations),
    wmsPositions: () => wmsPositions(stack),
    cloudStocks: () => cloudStocks(stack),
    quarantine: () => quarantine(stack),
    stop: async () => {
      await serviceBus.close();
      await stack.stop();
    },
  };
}

async function startOwnStack(options: FabricOptions): Promise<Stack> {
  execFileSync(process.execPath, [join(repository, 'local/build.mjs')], {
    cwd: repository,
    stdio: 'inherit',
  });
  const dataFolder = await mkdtemp(join(tmpdir(), 'stockbridge-system-'));
  const stack = await startStack({ dataFolder, ports: 'free', ...options });
  const stop = async () => {
    await stack.stop();
    await rm(dataFolder, { recursive: true, force: true });
  };
  return { ...stack, stop };
}

/** A stack of whatever host and emulators, on the ports that the settings say. */
function runningStack(options: FabricOptions): Stack {
  if (Object.keys(options).length > 0)
    throw new Error('STOCKBRIDGE_TEST_STACK is set, and this test needs a stack of its own');
  const ports = readPorts(process.env);
  return {
    ...{ dataFolder: '', ports, urls: urlsOf(ports), connections: connectionsOf(ports), parts: {} },
    stop: async () => {},
  };
}

/** Asks until the answer satisfies, or gives up and shows the last one. */
export async function until<T>(
  ask: () => Promise<T>,
  satisfied: (answer: T) => boolean,
  timeoutMs = 25_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const asked = performance.now();
    const answer = await ask().catch((error: unknown) => error);
    if (!(answer instanceof Error) && satisfied(answer as T)) return answer as T;
    if (Date.now() > deadline) {
      const last = answer instanceof Error ? answer.message : JSON.stringify(answer);
      throw new Error(`Not satisfied within ${timeoutMs} ms; the last answer was: ${last?.slice(0, 2_000)}`);
    }
    // Asks half of the time at most: what is waited for needs the processor as well.
    await sleep(Math.max(20, performance.now() - asked));
  }
}

/** An event with exactly the published fields, but for the changes. */
export function publishedEvent(
  changes: Partial<InventoryEvent> & { itemId: string },
): Record<string, unknown> {
  return {
    eventId: `evt-${randomUUID()}`,
    timestamp: new Date().toISOString(),
    eventType: 'InventoryAdjustment',
    warehouseId: 'WH-001',
    locationId: 'A-05-02',
    lotNumber: 'LOT-2024-089',
    quantityChange: -50,
    resultingOnHand: 450,
    transactionId: `TRX-${randomUUID()}`,
    scannerId: 'SCANNER-08',
    userId: 'warehouse_user_23',
    ...changes,
  };
}

/** A transaction as a scanner posts it. */
export function transaction(changes: Partial<Transaction> & { itemId: string }): Partial<Transaction> {
  return {
    transactionId: randomUUID(),
    type: 'receipt',
    warehouseId: 'WH-001',
    locationId: 'A-05-02',
    quantity: 1,
    scannedAt: new Date().toISOString(),
    scannerId: 'SCANNER-08',
    userId: 'warehouse_user_23',
    ...changes,
  };
}

/** Positions as `item|warehouse|location|lot` → pieces, of either side, ready to be compared. */
export function figures(
  positions: Iterable<Pick<WmsPosition, 'itemId' | 'warehouseId' | 'locationId' | 'lotNumber' | 'onHand'>>,
): Record<string, number> {
  const entries = [...positions].map(
    ({ itemId, warehouseId, locationId, lotNumber, onHand }) =>
      [`${itemId}|${warehouseId}|${locationId}|${lotNumber ?? ''}`, onHand] as const,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function cloudFigures(stocks: readonly Stock[]): Record<string, number> {
  return figures(
    stocks.flatMap(({ itemId, warehouseId, positions }) =>
      positions.map((position) => ({ itemId, warehouseId, ...position })),
    ),
  );
}

async function getJson(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

async function postJson(
  url: string,
  body: unknown,
  method = 'POST',
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function transact({ urls }: Stack, transactions: readonly Partial<Transaction>[]) {
  const { body } = await postJson(`${urls.adapter}/api/v1/transactions`, transactions);
  return transactionResultsSchema.parse(body).results;
}

async function know({ urls }: Stack, itemIds: readonly string[], locations: readonly string[]) {
  const items = itemIds.map((itemId) => ({ itemId }));
  const warehouses = Array.from({ length: 8 }, (_unused, index) => `WH-00${index + 1}`);
  const places = warehouses.flatMap((warehouseId) =>
    locations.map((locationId) => ({ warehouseId, locationId })),
  );
  await postJson(`${urls.adapter}/api/v1/items`, items, 'PUT');
  await postJson(`${urls.adapter}/api/v1/locations`, places, 'PUT');
}

async function wmsPositions({ urls }: Stack): Promise<WmsPosition[]> {
  const positions: WmsPosition[] = [];
  let after: string | undefined;
  do {
    const query = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const { body } = await getJson(`${urls.adapter}/api/v1/positions?limit=5000${query}`);
    const page = wmsPositionsSchema.parse(body);
    positions.push(...page.positions);
    after = page.next;
  } while (after !== undefined);
  return positions;
}

async function cloudStocks({ connections }: Stack): Promise<Stock[]> {
  const client = new CosmosClient(connections.cosmos);
  const { resources } = await client
    .database('stockbridge')
    .container('stock')
    .items.query<Stock>("SELECT * FROM c WHERE c.kind = 'stock'")
    .fetchAll();
  client.dispose();
  return resources;
}

async function quarantine({ urls }: Stack): Promise<QuarantinedMessage[]> {
  const { body } = await getJson(`${urls.functions}/api/quarantine?limit=500`);
  return quarantinePageSchema.parse(body).messages;
}
