import { beforeEach, describe, expect, test } from 'vitest';
import { messageOf, someEvent, someMessage } from '../../test/doubles/fixtures.ts';
import { type InMemoryBus, inMemoryBus } from '../../test/doubles/message-bus.ts';
import { type InMemoryQuarantine, inMemoryQuarantine } from '../../test/doubles/quarantine-store.ts';
import { type InMemoryStock, inMemoryStock } from '../../test/doubles/stock-store.ts';
import { type VirtualRuntime, virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { projectionPorts } from '../../test/parts/projection.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import { projectBatch } from './project-batch.ts';

const KEY = { itemId: 'ITEM-12345', warehouseId: 'WH-001' };
const OTHER = { itemId: 'ITEM-2', warehouseId: 'WH-001' };
const OPTIONS = { warehouses: new Set(['WH-001', 'WH-002']), patienceMs: 20_000 };

let runtime: VirtualRuntime;
let stock: InMemoryStock;
let quarantine: InMemoryQuarantine;
let bus: InMemoryBus;

beforeEach(() => {
  runtime = virtualRuntime();
  stock = inMemoryStock();
  quarantine = inMemoryQuarantine();
  bus = inMemoryBus(runtime);
});

function project(messages: readonly ReceivedMessage[]) {
  const ports = projectionPorts({ stock: stock.store, quarantine, retryQueue: bus.retryQueue, runtime });
  return projectBatch(messages, ports, OPTIONS);
}

/** Versions 1 to `count` of one position, 10 pieces more each. */
function receipts(count: number, fields: { itemId?: string; locationId?: string } = {}) {
  return Array.from({ length: count }, (_, index) =>
    messageOf(someEvent({ ...fields, version: index + 1, resultingOnHand: 10 * (index + 1) })),
  );
}

describe('a batch of events', () => {
  test('is one read and one write for each stock document, whatever number of events it has', async () => {
    const report = await project([...receipts(40), ...receipts(3, { itemId: 'ITEM-2' })]);
    expect(report).toMatchObject({ received: 43, documents: 2, parked: 0, retried: 0, failures: [] });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 400, version: 1 });
    expect(stock.stock(OTHER)).toMatchObject({ onHand: 30 });
    expect(stock.operations.map(({ kind }) => kind)).toEqual(['read', 'read', 'write', 'write']);
  });

  test('that is delivered again writes nothing and counts nothing twice', async () => {
    const messages = receipts(5);
    await project(messages);
    const asked = stock.operations.length;
    await project(messages);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 50, version: 1 });
    expect(stock.operations.slice(asked).map(({ kind }) => kind)).toEqual(['read']);
  });

  test('that tells of a count stores it once and changes no figure, though it comes again', async () => {
    const receipt = someEvent();
    const countLock = { lockId: 'LOCK-1', until: '2024-11-18T10:30:00.000Z' };
    const started = someEvent({ eventType: 'InventoryCountStarted', quantityChange: 0, countLock });
    await project([messageOf(receipt)]);
    const before = stock.stock(KEY);
    expect(await project([messageOf(started)])).toMatchObject({ parked: 0, retried: 0, findings: [] });
    const { lockId, until } = countLock;
    const counts = [{ lockId, until, locationId: 'A-01', lotNumber: null, onHand: 10, ended: false }];
    const projectedTimes = [receipt, started].map(({ eventId }) => [eventId, runtime.now()]);
    expect(stock.stock(KEY)).toEqual({ ...before, counts, version: 2, projectedTimes });
    const asked = stock.operations.length;
    await project([messageOf(started), messageOf(receipt), messageOf(started)]);
    expect(stock.operations.slice(asked).map(({ kind }) => kind)).toEqual(['read']);
  });

  test('that loses a race folds again on what the other stored', async () => {
    const [first, second] = receipts(2);
    let raced = false;
    stock.beforeWrite = () => {
      if (raced) return;
      raced = true;
      stock.put({ ...emptyWith(10), tentative: 4 });
    };
    await project(second ? [second] : []);
    expect(raced).toBe(true);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 20, tentative: 4 });
    await project(first ? [first] : []);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 20, tentative: 4 });
  });

  test('whose answer was lost after the write counts nothing twice', async () => {
    let lost = 0;
    stock.fault = ({ kind }) => {
      if (kind !== 'write' || lost > 0) return undefined;
      lost += 1;
      return 'answer-lost';
    };
    const report = await project(receipts(3));
    expect(lost).toBe(1);
    expect(report).toMatchObject({ retried: 0, parked: 0 });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 30, version: 1 });
  });

  test('with a finding records it once, though the answer of its write was lost', async () => {
    let lost = false;
    stock.fault = ({ kind }) => {
      if (kind !== 'write' || lost) return undefined;
      lost = true;
      return 'answer-lost';
    };
    await project([messageOf(someEvent({ quantityChange: 10, resultingOnHand: 7 }))]);
    expect(stock.stock(KEY)?.findings).toHaveLength(1);
  });

  test('parks what cannot be folded and folds the rest', async () => {
    const report = await project([
      someMessage({ body: Buffer.from('{') }),
      someMessage({ body: Uint8Array.of(0xff, 0xfe) }),
      messageOf(someEvent({ warehouseId: 'WH-999' })),
      ...receipts(1),
    ]);
    expect(report).toMatchObject({ received: 4, parked: 3, retried: 0 });
    expect(quarantine.parked().map(({ refusal }) => refusal.reason)).toEqual([
      'not-json',
      'not-utf-8',
      'unknown-warehouse',
    ]);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 10 });
  });

  test('parks an unversioned event of a versioned position and keeps the figure', async () => {
    const { version: _version, ...unversioned } = someEvent({ resultingOnHand: 99, eventId: 'evt-late' });
    await project(receipts(1));
    await project([messageOf(unversioned)]);
    expect(quarantine.parked().map(({ refusal }) => refusal)).toEqual([
      {
        reason: 'unversioned-event-for-versioned-position',
        detail: expect.stringContaining('WH-001/A-01 of ITEM-12345'),
      },
    ]);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 10 });
  });

  test('parks, once each, the messages of a document that has reached the size the store takes', async () => {
    stock = inMemoryStock({ maxBytes: 600 });
    const transfer = someEvent({
      eventType: 'InventoryTransfer',
      counterpart: { locationId: 'B', lotNumber: null, quantityChange: -10, resultingOnHand: 0, version: 2 },
    });
    const large = Array.from({ length: 5 }, (_, index) => messageOf(someEvent({ locationId: `C-${index}` })));
    const report = await project([messageOf(transfer), ...large, ...receipts(1, { itemId: 'ITEM-2' })]);
    expect(report).toMatchObject({ parked: 6, retried: 0 });
    expect(quarantine.parked().every(({ refusal }) => refusal.reason === 'document-too-large')).toBe(true);
    expect(stock.stock(OTHER)).toMatchObject({ onHand: 10 });
  });
});

describe('when the store fails', () => {
  test('one throttled document goes to retry while the others are stored', async () => {
    stock.fault = ({ kind, key }) =>
      kind === 'write' && key.itemId === 'ITEM-2' ? { status: 'throttled', detail: '429' } : undefined;
    const report = await project([...receipts(2), ...receipts(3, { itemId: 'ITEM-2' })]);
    expect(report).toMatchObject({ retried: 3, parked: 0, failures: ['429'] });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 20 });
    expect(stock.stock(OTHER)).toBeUndefined();
    expect(bus.waiting('projection-retry')).toBe(3);
  });

  test('it waits as long as the store asks for', async () => {
    let refusals = 2;
    stock.fault = ({ kind }) => {
      if (kind !== 'write' || refusals === 0) return undefined;
      refusals -= 1;
      return { status: 'throttled', detail: '429', retryAfterMs: 1_234 };
    };
    const report = await project(receipts(1));
    expect(report.retried).toBe(0);
    expect(runtime.slept).toEqual([1_234, 1_234]);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 10 });
  });

  test('a store that is away altogether is waited for within the patience, then all is scheduled', async () => {
    stock.fault = () => ({ status: 'unavailable', detail: 'connect ECONNREFUSED' });
    const started = runtime.now();
    const report = await project([...receipts(2), ...receipts(2, { itemId: 'ITEM-2' })]);
    expect(runtime.now() - started).toBeLessThanOrEqual(OPTIONS.patienceMs);
    expect(runtime.now() - started).toBeGreaterThan(OPTIONS.patienceMs / 2);
    expect(report).toMatchObject({ retried: 4, failures: ['connect ECONNREFUSED'] });
    expect(bus.waiting('projection-retry')).toBe(4);
  });

  test('what was scheduled is stored when the store is back, however often it had to wait', async () => {
    stock.fault = () => ({ status: 'unavailable', detail: 'away' });
    await project(receipts(3));
    const retry = async (messages: ReceivedMessage[]) => void (await project(messages));
    for (let tries = 0; tries < 12; tries += 1) {
      runtime.advance(10 * 60_000);
      await bus.deliver('projection-retry', retry);
      expect(bus.waiting('projection-retry')).toBe(3);
    }
    stock.fault = undefined;
    runtime.advance(10 * 60_000);
    await bus.deliver('projection-retry', retry);
    expect(bus.waiting('projection-retry')).toBe(0);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 30 });
    expect((await bus.deadLetters.list(10)).letters).toEqual([]);
  });

  test('a store that comes back within the patience needs no retry', async () => {
    const back = runtime.now() + 5_000;
    stock.fault = () => (runtime.now() < back ? { status: 'unavailable', detail: 'away' } : undefined);
    const report = await project(receipts(2));
    expect(report).toMatchObject({ retried: 0, failures: [] });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 20 });
  });

  test('a transfer counts as one message in the retry queue', async () => {
    stock.fault = () => ({ status: 'unavailable', detail: 'away' });
    const counterpart = {
      locationId: 'B-01',
      lotNumber: null,
      quantityChange: -10,
      resultingOnHand: 0,
      version: 2,
    };
    await project([messageOf(someEvent({ counterpart }))]);
    expect(bus.waiting('projection-retry')).toBe(1);
  });
});

describe('when parking fails', () => {
  test('those go to retry too, and the rest is stored', async () => {
    quarantine.away = true;
    const report = await project([someMessage({ body: Buffer.from('{') }), ...receipts(1)]);
    expect(report).toMatchObject({ parked: 0, retried: 1 });
    expect(report.failures).toEqual([expect.stringContaining('parking failed')]);
    expect(bus.waiting('projection-retry')).toBe(1);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 10 });
  });

  test('and the retry queue is away as well, the batch rejects, so that the bus delivers it again', async () => {
    quarantine.away = true;
    bus.away = true;
    const messages = [someMessage({ body: Buffer.from('{') }), ...receipts(1)];
    await expect(project(messages)).rejects.toThrow('the bus does not answer');
    quarantine.away = false;
    await project(messages);
    expect(quarantine.parked()).toHaveLength(1);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 10, version: 1 });
  });
});

function emptyWith(onHand: number) {
  const position = {
    locationId: 'A-01',
    lotNumber: null,
    onHand,
    version: 1,
    changedAt: '2024-11-18T10:00:00Z',
  };
  return {
    ...KEY,
    positions: [position],
    onHand,
    tentative: 0,
    confirmed: 0,
    picked: 0,
    safetyStock: 0,
    version: 1,
    asOf: '2024-11-18T10:00:00Z',
    openFindings: 0,
    findings: [],
  };
}

describe('a store that takes the question and never answers', () => {
  test('is waited for no longer than the patience, and then everything is scheduled', async () => {
    const stalled = { ...stock.store, read: () => new Promise<never>(() => {}) };
    const started = runtime.now();
    const ports = projectionPorts({ stock: stalled, runtime });
    const report = await projectBatch(receipts(3), ports, OPTIONS);
    expect(report).toMatchObject({ retried: 3, parked: 0, failures: ['the store did not answer in time'] });
    expect(runtime.now() - started).toBe(OPTIONS.patienceMs);
  });
});
