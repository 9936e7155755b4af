import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { omsClient } from '../../apps/oms-client/oms-client.ts';
import { StockbridgeError } from '../../apps/oms-client/stockbridge-error.ts';
import { functionAppSettings } from '../../local/stack/connections.ts';
import { type Fabric, publishedEvent, startFabric, transaction, until } from './fabric.ts';
import { runProgram } from './run-program.ts';

/** 100 pieces of it lie in WH-001, and a client of the app that they are in. */
const itemId = `ITEM-${randomUUID().slice(0, 8)}`;
let fabric: Fabric;
let oms: ReturnType<typeof omsClient>;

beforeAll(async () => {
  fabric = await startFabric();
  oms = omsClient({ url: fabric.stack.urls.functions });
  await fabric.know([itemId], ['A-01']);
  await fabric.transact([transaction({ itemId, locationId: 'A-01', quantity: 100 })]);
  await until(
    () => oms.itemAtp(itemId),
    ({ atp }) => atp === 100,
  );
}, 120_000);
afterAll(() => fabric?.stop(), 30_000);

const newId = (kind: string) => `${kind}-${randomUUID().slice(0, 8)}`;
const stock = { itemId, warehouseId: 'WH-001' };

/** What a call comes to that comes to nothing. */
async function errorOf(made: Promise<unknown>): Promise<StockbridgeError> {
  const error: unknown = await made.catch((reason: unknown) => reason);
  return error instanceof StockbridgeError ? error : expect.fail(`no StockbridgeError: ${String(error)}`);
}

describe('The client of an OMS', () => {
  test('reads ATP of an item, of a warehouse, by day, and of pairs', async () => {
    expect(await oms.itemAtp(itemId)).toMatchObject({ onHand: 100, warehouses: [{ warehouseId: 'WH-001' }] });
    expect((await oms.warehouseAtp(stock)).days).toBeUndefined();
    const to = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    expect((await oms.warehouseAtp(stock, { to })).days?.at(-1)).toMatchObject({ date: to, atp: 100 });
    const { results } = await oms.queryAtp([stock, { ...stock, itemId: 'ITEM-UNKNOWN' }]);
    expect(results).toMatchObject([
      { found: true, atp: 100 },
      { found: false, itemId: 'ITEM-UNKNOWN' },
    ]);
  });

  test('orders, follows the order, and takes a line and the rest back', async () => {
    const orderId = newId('ORD');
    const lines = ['1', '2'].map((lineId) => ({ lineId, itemId, quantity: 3 }));
    const accepted = await oms.allocate(orderId, { lines });
    expect(accepted.links.self).toBe(`/api/orders/${orderId}/allocations`);
    // Asking twice is asking once.
    expect((await oms.allocate(orderId, { lines })).orderId).toBe(orderId);
    await untilOrder(orderId, 'confirmed');
    expect((await oms.cancelLine(orderId, '2')).lines[1]?.released).toBeDefined();
    await oms.cancelOrder(orderId);
    const released = await untilOrder(orderId, 'released');
    expect(released.lines.map((line) => line.released)).toEqual([3, 3]);
  });

  test('keeps a cart, keeps it for longer, makes it an order; or gives it back', async () => {
    const [cart, other, orderId] = [newId('CART'), newId('CART'), newId('ORD')];
    const lines = [{ lineId: '1', itemId, quantity: 2 }];
    const kept = await oms.keepHold(cart, { lines, expiresInSeconds: 60 });
    const longer = await oms.extendHold(cart, 600);
    expect(Date.parse(longer.expiresAt)).toBeGreaterThan(Date.parse(kept.expiresAt));
    expect(await oms.hold(cart)).toMatchObject({ status: 'held', lines: [{ held: 2 }] });
    expect(await oms.orderHold(cart, orderId)).toMatchObject({ orderId });
    await untilOrder(orderId, 'confirmed');
    await oms.cancelOrder(orderId);
    await oms.keepHold(other, { lines, expiresInSeconds: 60 });
    expect(await oms.releaseHold(other)).toMatchObject({ status: 'released' });
  });

  test('plans: safety stock, expected receipts, thresholds, and who waits', async () => {
    const planned = { ...stock, warehouseId: 'WH-002' };
    expect((await oms.setSafetyStock(planned, 20)).quantity).toBe(20);
    expect((await oms.safetyStock(planned)).quantity).toBe(20);
    await oms.announceReceipt(planned, 'ASN-1', { quantity: 5, expectedOn: '2099-01-01' });
    expect((await oms.expectedReceipts(planned)).expectedReceipts).toMatchObject([{ quantity: 5 }]);
    await oms.withdrawReceipt(planned, 'ASN-1');
    expect((await oms.expectedReceipts(planned)).expectedReceipts).toEqual([]);
    expect(await oms.setAtpThresholds(itemId, [50])).toEqual({ thresholds: [50] });
    expect(await oms.atpThresholds(itemId)).toEqual({ thresholds: [50] });
    await oms.removeAtpThresholds(itemId);
    expect(await oms.atpThresholds(itemId)).toEqual({ thresholds: [] });
    expect((await oms.backorders({ itemId, top: 5 })).backorders).toEqual([]);
  });

  test('says what is refused, and why', async () => {
    const orderId = newId('ORD');
    const wrong = await errorOf(oms.allocate(orderId, { lines: [{ lineId: '1', itemId, quantity: 0 }] }));
    expect(wrong).toMatchObject({ status: 400, problem: { errors: [{ pointer: '/lines/0/quantity' }] } });
    const unknown = await errorOf(oms.order(orderId));
    expect(unknown).toMatchObject({ status: 404, problem: { title: 'No such order' }, isPassing: false });
  });

  function untilOrder(orderId: string, status: string) {
    return until(
      () => oms.order(orderId),
      (order) => order.status === status,
    );
  }
});

test('The example OMS runs', async () => {
  const { code, stdout, stderr } = await run('apps/oms-client/example-oms.ts', [itemId]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /available to promise in 2 warehouses\nCart \S+ is held until \S+\nOrder \S+ is confirmed\n/,
  );
  expect(stdout).toContain('2 held in WH-001');
  expect(stdout).toMatch(/Taken back: it is (releasing|released)\n$/);
});

describe('npx stockbridge', () => {
  test('status tells of every part, and ends with 0 where all is well', async () => {
    const { code, stdout } = await stockbridge('status');
    expect(code).toBe(0);
    expect(rowsOf(stdout)).toMatchObject({
      'functions app': 'ready',
      'WMS adapter': expect.stringMatching(/^ready: database ready, bus connected, outbox /),
      bus: expect.not.stringContaining('not known'),
      // What the client above took back.
      'settled in 24 h': expect.stringMatching(/\breleased \d+$/),
      // Figures are put together every few seconds.
      events: expect.stringMatching(/^(\d+|none) since /),
      investigations: '0 open',
      parked: 'none',
    });
    const { health, quarantine } = JSON.parse((await stockbridge('status', '--json')).stdout);
    expect(health.status).toBe('ready');
    expect(quarantine).toEqual({ messages: 0, byReason: {}, more: false });
  });

  test('item tells positions, promises and, on request, the transactions behind them', async () => {
    const orderId = newId('ORD');
    await oms.allocate(orderId, { lines: [{ lineId: '1', itemId, quantity: 4 }] });
    await until(
      () => oms.order(orderId),
      (order) => order.status === 'confirmed',
    );
    const { code, stdout } = await stockbridge('item', itemId, '--history', '--warehouse', 'WH-001');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${itemId}: \\d+ available to promise over all warehouses`));
    expect(stdout).toMatch(/WH-001 {2}A-01 +100 pieces {2}version 1/);
    expect(stdout).toMatch(new RegExp(`${orderId} {2}line 1 {2}WH-001 {2}4 pieces {2}confirmed`));
    expect(stdout).toMatch(/A-01 +receipt {2}\+100 {2}100 {2}version 1 {2}warehouse_user_23 with SCANNER-08/);
    const cart = newId('CART');
    await oms.keepHold(cart, { lines: [{ lineId: '1', itemId, quantity: 2 }], expiresInSeconds: 60 });
    const held = (await stockbridge('item', itemId)).stdout;
    expect(held).toMatch(new RegExp(`${cart} \\(cart\\) +line 1 {2}WH-001 {2}2 pieces {2}tentative`));
    await oms.releaseHold(cart);
    const { atp, histories } = JSON.parse((await stockbridge('item', itemId, '--json')).stdout);
    expect(atp.itemId).toBe(itemId);
    expect(histories[0].positions).toMatchObject([{ locationId: 'A-01', cloud: { onHand: 100 } }]);
    expect(await stockbridge('item', 'ITEM-UNKNOWN')).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: expect.stringMatching(/^Item: The functions app at http:\S+ answered 404: [^\n]+\n$/),
    });
  });

  test('order tells its lines, and why', async () => {
    const orderId = newId('ORD');
    await oms.allocate(orderId, { lines: [{ lineId: '1', itemId, quantity: 1 }] });
    await until(
      () => oms.order(orderId),
      (order) => order.status === 'confirmed',
    );
    const { code, stdout } = await stockbridge('order', orderId);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Order ${orderId} of \\S+: confirmed\\.\n`));
    expect(stdout).toMatch(/1 held in WH-001, which had \d+ to promise/);
    expect(JSON.parse((await stockbridge('order', orderId, '--json')).stdout)).toMatchObject({ orderId });
    expect((await stockbridge('order')).stderr).toBe('Order: Name one order; see --help\n');
  });

  test('parked lists, filters and shows', async () => {
    await fabric.publish(
      ...Array.from({ length: 3 }, (_unused, index) => ({
        body: publishedEvent({ itemId, eventId: `evt-broken-${index}`, quantityChange: 0.5 }),
        messageId: `evt-broken-${index}`,
      })),
      { body: publishedEvent({ itemId, eventId: 'evt-far', warehouseId: 'WH-999' }), messageId: 'evt-far' },
    );
    await until(fabric.quarantine, (messages) => messages.length === 4);
    const { stdout } = await stockbridge('parked', '--reason', 'invalid-event');
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
    const { messages } = JSON.parse((await stockbridge('parked', '--text', 'evt-far', '--json')).stdout);
    expect(messages).toMatchObject([{ reason: 'unknown-warehouse', messageId: 'evt-far' }]);
    const shown = await stockbridge('parked', 'show', messages[0].id);
    expect(shown.stdout).toContain('WH-999');
    expect((await stockbridge('parked', 'show', 'none')).code).toBe(1);
    expect((await stockbridge('parked', '--state', 'lost')).stderr).toMatch(
      /^Parked: [^\n]+ --state: Invalid option[^\n]+\n$/,
    );
  }, 60_000);

  test('replay sends one, some or all again', async () => {
    const far = (await fabric.quarantine()).find(({ messageId }) => messageId === 'evt-far');
    expect(await stockbridge('replay', far?.id ?? '')).toMatchObject({ code: 0, stdout: '1 sent again.\n' });
    const unknown = await stockbridge('replay', 'none', '--json');
    expect([unknown.code, JSON.parse(unknown.stdout)]).toEqual([1, { replayed: 0, unknown: ['none'] }]);
    const some = await stockbridge('replay', '--reason', 'invalid-event', '--rate', '2');
    expect(some).toMatchObject({ code: 0, stdout: '3 sent again.\n' });
    // They are no better than before.
    await until(fabric.quarantine, (parked) => parked.length === 4);
    // What is parked anew meanwhile is left for the next time.
    const all = await stockbridge('replay', '--all', '--json');
    expect([all.code, JSON.parse(all.stdout)]).toEqual([0, { replayed: 4, unknown: [] }]);
    expect((await stockbridge('replay')).stderr).toMatch(/^Replay: Say which: /);
    await until(fabric.quarantine, (parked) => parked.length === 4);
  }, 60_000);

  test('delete, restore and actions: what was done is kept, and can be taken back', async () => {
    const why = ['--why', 'The sender is mended.', '--by', 'ann'];
    expect((await stockbridge('delete', '--item', itemId)).stderr).toMatch(/^Delete: Say why/);
    const deleted = await stockbridge('delete', '--reason', 'unknown-warehouse', ...why);
    expect(deleted).toMatchObject({ code: 0, stdout: '1 deleted.\n' });
    const listed = await stockbridge('parked', '--state', 'deleted', '--json');
    const [message] = JSON.parse(listed.stdout).messages;
    expect(message.deletion).toMatchObject({ by: 'ann', why: 'The sender is mended.' });
    expect((await stockbridge('parked', 'show', message.id)).stdout).toMatch(/deleted by +ann\n/);
    const restored = await stockbridge('restore', message.id, 'none', '--json');
    expect([restored.code, JSON.parse(restored.stdout)]).toEqual([1, { restored: 1, unknown: ['none'] }]);
    const { stdout } = await stockbridge('actions', '--limit', '2');
    expect(stdout).toMatch(
      /restore-messages +done +1\s.*ann +delete-messages +done +1 +The sender is mended\.\n$/s,
    );
  }, 60_000);

  test('reconcile and rebuild are what npm run knows them as', async () => {
    const { code, stdout } = await stockbridge('reconcile', '--warehouse', 'WH-001', '--json');
    expect([code, JSON.parse(stdout).run.status]).toEqual([0, 'completed']);
    const rebuilt = await stockbridge('rebuild', '--json');
    expect([rebuilt.code, JSON.parse(rebuilt.stdout).different]).toEqual([0, 0]);
  });

  function stockbridge(...args: readonly string[]) {
    return run('apps/command-line/main.ts', args);
  }

  /** First column → second, of a list of two columns. */
  function rowsOf(text: string): Record<string, string> {
    return Object.fromEntries(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}(.*)/)),
    );
  }
});

/** Runs a program of the repository with the settings of the stack. */
function run(program: string, args: readonly string[]) {
  const { urls, ports } = fabric.stack;
  return runProgram(program, args, {
    ...functionAppSettings(ports),
    STOCKBRIDGE_FUNCTIONS_URL: urls.functions,
    WmsAdapterUrl: urls.adapter,
  });
}
