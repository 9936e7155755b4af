import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { figuresSchema, LATENCY_BOUNDS } from '../../shared/contracts/figures.ts';
import { historyEntrySchema, stockHistorySchema } from '../../shared/contracts/history.ts';
import { bucketOf } from '../../shared/domain/latency-histogram.ts';
import { FULL_OF_TIMES } from '../../shared/domain/projected-times.ts';
import { type Fabric, publishedEvent, startFabric, transaction, until } from './fabric.ts';

let fabric: Fabric;

beforeAll(async () => {
  fabric = await startFabric();
}, 90_000);

afterAll(() => fabric?.stop(), 30_000);

const newItem = () => `ITEM-${randomUUID().slice(0, 8)}`;

async function knownItem(): Promise<string> {
  const itemId = newItem();
  await fabric.know([itemId], ['A-05-02', 'B-01-01']);
  return itemId;
}

const atpIs = (itemId: string, expected: object) =>
  until(
    () => fabric.get(`items/${itemId}/atp`),
    ({ status, body }) => {
      if (status !== 200) return false;
      return Object.entries(expected).every(([name, value]) => Reflect.get(Object(body), name) === value);
    },
  );

describe('a transaction posted to the WMS adapter', () => {
  test('becomes ATP that the OMS reads, whatever its type', async () => {
    const itemId = await knownItem();
    const results = await fabric.transact([
      transaction({ itemId, type: 'receipt', quantity: 100, scannedAt: at(0) }),
      transaction({ itemId, type: 'pick', quantity: 30, scannedAt: at(1) }),
      transaction({ itemId, type: 'adjustment', quantity: -5, scannedAt: at(2) }),
      transaction({ itemId, type: 'transfer', quantity: 20, toLocationId: 'B-01-01', scannedAt: at(3) }),
      transaction({ itemId, type: 'count', quantity: 44, scannedAt: at(4) }),
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(5).fill('applied'));
    const { body } = await atpIs(itemId, { onHand: 64, atp: 64, tentative: 0, confirmed: 0, safetyStock: 0 });
    expect(body).toMatchObject({
      itemId,
      asOf: expect.any(String),
      warehouses: [{ itemId, warehouseId: 'WH-001', onHand: 64 }],
    });
  });

  test('shows in one warehouse, over all of them, and in a query of pairs', async () => {
    const itemId = await knownItem();
    await fabric.transact([
      transaction({ itemId, quantity: 3 }),
      transaction({ itemId, quantity: 4, warehouseId: 'WH-002' }),
    ]);
    await atpIs(itemId, { onHand: 7 });
    const one = await fabric.get(`items/${itemId}/warehouses/WH-002/atp`);
    expect(one).toMatchObject({
      status: 200,
      body: { itemId, warehouseId: 'WH-002', onHand: 4, atp: 4, version: 1 },
    });
    const pairs = [
      { itemId, warehouseId: 'WH-002' },
      { itemId, warehouseId: 'WH-003' },
      { itemId, warehouseId: 'WH-001' },
    ];
    const query = await fabric.postTo('atp/query', { pairs });
    expect(query.body).toMatchObject({
      results: [
        { found: true, warehouseId: 'WH-002', onHand: 4 },
        { found: false, itemId, warehouseId: 'WH-003' },
        { found: true, warehouseId: 'WH-001', onHand: 3 },
      ],
    });
  });

  test('is counted among the figures, with how long it took from its scan', async () => {
    const itemId = await knownItem();
    const figures = async () => figuresSchema.parse((await fabric.get('figures?minutes=60')).body);
    const before = (await figures()).total.events;
    const begun = Date.now();
    const scannedAt = new Date(begun).toISOString();
    // More than the tests before have left to be counted.
    const receipts = Array.from({ length: 60 }, () => transaction({ itemId, quantity: 1, scannedAt }));
    await fabric.transact(receipts);
    await atpIs(itemId, { onHand: receipts.length });
    const took = Date.now() - begun;
    const { total } = await until(figures, ({ total }) => total.events >= before + receipts.length);
    expect(total.scannedLatency.p50).toBeGreaterThan(0);
    expect(total.scannedLatency.p50).toBeLessThanOrEqual(LATENCY_BOUNDS[bucketOf(took)] ?? 0);
    for (const minutes of ['0', '1e1', '1441'])
      expect((await fabric.get(`figures?minutes=${minutes}`)).status).toBe(400);
  });

  test('is booked once, however often it is posted', async () => {
    const itemId = await knownItem();
    const receipt = transaction({ itemId, quantity: 9 });
    const outcomes = [];
    for (let tries = 0; tries < 3; tries += 1) outcomes.push(...(await fabric.transact([receipt])));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'duplicate', 'duplicate']);
    await atpIs(itemId, { onHand: 9 });
  });

  function at(second: number): string {
    return new Date(Date.now() - 60_000 + second * 1_000).toISOString();
  }
});

describe('the history of an item in a warehouse', () => {
  /** A history without corrections. */
  const eventHistorySchema = stockHistorySchema.extend({ entries: z.array(historyEntrySchema) });

  /** Every page, once the journal has so many entries of the item, with all their times, and both sides agree. */
  async function historyOf(itemId: string, entries: number, limit = 200) {
    const path = `items/${itemId}/warehouses/WH-001/history`;
    const ask = async (query: string) =>
      eventHistorySchema.parse((await fabric.get(`${path}?${query}`)).body);
    await until(
      () => ask('limit=1000'),
      (all) =>
        all.entries.length === entries &&
        all.entries.every(({ projectedAt }) => projectedAt !== undefined) &&
        all.positions.every(({ difference }) => difference === undefined),
    );
    const pages = [await ask(`limit=${limit}`)];
    for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
      pages.push(await ask(`limit=${limit}&after=${encodeURIComponent(next)}`));
    }
    return pages;
  }

  test('explains ATP from scans of all types, with a late one, a transfer and a count under way', async () => {
    const itemId = await knownItem();
    const locationId = `L-${randomUUID().slice(0, 8)}`;
    await fabric.know([], [locationId]);
    const at = (second: number) => new Date(Date.now() - 60_000 + second * 1_000).toISOString();
    const scans = [
      transaction({ itemId, locationId, type: 'receipt', quantity: 100, scannedAt: at(0) }),
      transaction({
        itemId,
        locationId,
        type: 'adjustment',
        quantity: -5,
        reason: 'broken',
        scannedAt: at(2),
      }),
      transaction({
        ...{ itemId, locationId, type: 'transfer', quantity: 20, toLocationId: 'B-01-01', scannedAt: at(3) },
      }),
      transaction({ itemId, locationId, type: 'count', quantity: 70, scannedAt: at(9) }),
      transaction({ itemId, locationId, type: 'pick', quantity: 30, scannedAt: at(1) }),
      transaction({ itemId, locationId, type: 'pick', quantity: 8, scannedAt: at(10) }),
    ];
    for (const scan of scans) expect(await fabric.transact([scan])).toMatchObject([{ outcome: 'applied' }]);
    await atpIs(itemId, { onHand: 82 });
    const lock = { warehouseId: 'WH-001', locationId, scannerId: 'SCANNER-09', userId: 'counter' };
    const { status } = await fetch(`${fabric.stack.urls.adapter}/api/v1/locks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(lock),
    });
    expect(status).toBe(201);
    await atpIs(itemId, { onHand: 82, atRisk: 62 });

    const pages = await historyOf(itemId, 8, 3);
    expect(pages.map(({ entries }) => entries.length)).toEqual([3, 3, 2]);
    const [positions, entries] = [
      pages.flatMap((page) => page.positions),
      pages.flatMap((page) => page.entries),
    ];
    const figures = entries.map((entry) => [
      ...[entry.locationId, entry.version, entry.eventType, entry.quantityChange],
      ...[entry.resultingOnHand, entry.scannedQuantity],
    ]);
    expect(figures).toEqual([
      ['B-01-01', 1, 'InventoryTransfer', 20, 20, undefined],
      [locationId, 1, 'InventoryReceipt', 100, 100, undefined],
      [locationId, 2, 'InventoryAdjustment', -5, 95, undefined],
      [locationId, 3, 'InventoryTransfer', -20, 75, undefined],
      [locationId, 4, 'InventoryCount', -5, 70, 70],
      [locationId, 5, 'InventoryPick', 0, 70, -30],
      [locationId, 6, 'InventoryPick', -8, 62, undefined],
      [locationId, 6, 'InventoryCountStarted', 0, 62, undefined],
    ]);
    const [receipt, adjustment, transfer, count, late, pick] = scans.map((scan) => scan.transactionId);
    expect(entries.slice(0, 7).map(({ transactionId }) => transactionId)).toEqual([
      transfer,
      receipt,
      adjustment,
      transfer,
      count,
      late,
      pick,
    ]);
    expect(entries.filter(({ finding }) => finding)).toEqual([]);
    const standing = entries.filter(({ current }) => current);
    expect(standing.map(({ version }) => version)).toEqual([1, 6]);
    const { body } = await fabric.get(`items/${itemId}/warehouses/WH-001/atp`);
    const onHand = z.object({ onHand: z.int() }).parse(body).onHand;
    expect(standing.reduce((sum, { resultingOnHand }) => sum + resultingOnHand, 0)).toBe(onHand);
    expect(positions.reduce((sum, { cloud }) => sum + (cloud?.onHand ?? 0), 0)).toBe(onHand);

    const path = `items/${itemId}/warehouses/WH-001/history`;
    const narrowed = await fabric.get(`${path}?locationId=B-01-01&lotNumber=`);
    expect(narrowed).toMatchObject({ status: 200, body: { entries: [{ version: 1, current: true }] } });
    expect(await fabric.get(`${path}?after=nobody-gave-this`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/after', detail: expect.stringContaining('nobody-gave-this') }] },
    });
  });

  test('tells of each scan when the bus took it and when ATP had it, also of more than a stock holds itself', async () => {
    const itemId = await knownItem();
    const [rounds, each] = [3, FULL_OF_TIMES - 4];
    const seen: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await fabric.transact(Array.from({ length: each }, () => transaction({ itemId, quantity: 1 })));
      await atpIs(itemId, { onHand: round * each });
      seen.push(Date.now());
    }
    const pages = await historyOf(itemId, rounds * each);
    const entries = pages.flatMap((page) => page.entries);
    for (const [index, { busAt = '', projectedAt = '' }] of entries.entries()) {
      expect(Date.parse(projectedAt)).toBeGreaterThanOrEqual(Date.parse(busAt));
      expect(Date.parse(projectedAt)).toBeLessThanOrEqual(seen[Math.floor(index / each)] ?? 0);
    }
  });

  test('tells what the events of another WMS do not explain', async () => {
    const itemId = newItem();
    await fabric.publish(
      { body: publishedEvent({ itemId, version: 1, quantityChange: 500, resultingOnHand: 500 }) },
      { body: publishedEvent({ itemId, version: 2, quantityChange: -50, resultingOnHand: 440 }) },
      { body: publishedEvent({ itemId, version: 5, quantityChange: 1, resultingOnHand: 441 }) },
    );
    const [history] = await historyOf(itemId, 3);
    expect(history?.entries.map(({ finding }) => finding)).toEqual([
      undefined,
      { kind: 'calculation-mismatch', expected: 450, found: 440 },
      { kind: 'gap', missing: [3, 4] },
    ]);
    expect(history?.entries.map(({ current = false }) => current)).toEqual([false, false, true]);
  });
});

describe('an event of another WMS', () => {
  test('with exactly the published fields and no application properties is folded', async () => {
    const itemId = newItem();
    await fabric.publish({ body: publishedEvent({ itemId }) });
    await atpIs(itemId, { onHand: 450 });
  });

  test('that arrives out of order and twice ends in the newest figure', async () => {
    const itemId = newItem();
    const states = [1, 2, 3, 4].map((version) =>
      publishedEvent({ itemId, version, quantityChange: 10, resultingOnHand: version * 10 }),
    );
    const arrival = [3, 1, 0, 3, 2, 1].flatMap((index) => states[index] ?? []);
    for (const body of arrival) await fabric.publish({ body });
    await atpIs(itemId, { onHand: 40 });
    const findings = await until(
      () => fabric.get('findings'),
      ({ body }) => !JSON.stringify(body).includes(itemId),
    );
    expect(findings.status).toBe(200);
  });

  test('whose figure does not follow is taken and reported, as is a version that is missing', async () => {
    const itemId = newItem();
    await fabric.publish(
      { body: publishedEvent({ itemId, version: 1, quantityChange: 500, resultingOnHand: 500 }) },
      { body: publishedEvent({ itemId, version: 2, quantityChange: -50, resultingOnHand: 440 }) },
      { body: publishedEvent({ itemId, version: 5, quantityChange: 1, resultingOnHand: 441 }) },
    );
    await atpIs(itemId, { onHand: 441 });
    const { body } = await fabric.get('findings');
    expect(body).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({
          kind: 'calculation-mismatch',
          itemId,
          version: 2,
          expected: 450,
          found: 440,
        }),
      ]),
      gaps: expect.arrayContaining([expect.objectContaining({ itemId, version: 5, missing: [[3, 4]] })]),
    });
  });
});

describe('a message that cannot be folded is parked with its reason', () => {
  const json = (changes: object) =>
    Buffer.from(JSON.stringify({ ...publishedEvent({ itemId: 'ITEM-BAD' }), ...changes }));
  test.each([
    ['text that is no JSON', Buffer.from('hello'), 'not-json'],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x7d]), 'not-utf-8'],
    ['a missing field', json({ itemId: undefined }), 'invalid-event'],
    ['an unknown event type', json({ eventType: 'InventoryExploded' }), 'invalid-event'],
    ['negative stock', json({ resultingOnHand: -1 }), 'invalid-event'],
    ['a number as text', json({ quantityChange: '-50' }), 'invalid-event'],
    ['an event from the future', json({ timestamp: '2999-01-01T00:00:00Z' }), 'from-the-future'],
    ['an unknown warehouse', json({ warehouseId: 'WH-999' }), 'unknown-warehouse'],
    ['a body larger than any event', Buffer.alloc(200_000, 0x20), 'too-large'],
  ])('%s', async (_name, body, reason) => {
    const messageId = randomUUID();
    await fabric.publish({ body, messageId });
    const messages = await until(fabric.quarantine, (list) =>
      list.some((message) => message.messageId === messageId),
    );
    const parked = messages.find((message) => message.messageId === messageId);
    expect(parked).toMatchObject({
      state: 'parked',
      reason,
      subscription: 'atp-projection',
      bytes: body.byteLength,
    });
    const kept = await fetch(`${fabric.stack.urls.functions}/api/quarantine/${parked?.id}/body`);
    expect(Buffer.from(await kept.arrayBuffer()).equals(body)).toBe(true);
  });

  test('an unversioned event for a versioned position', async () => {
    const itemId = newItem();
    await fabric.publish({ body: publishedEvent({ itemId, version: 1, quantityChange: 450 }) });
    await atpIs(itemId, { onHand: 450 });
    const messageId = randomUUID();
    await fabric.publish({ body: publishedEvent({ itemId, resultingOnHand: 400 }), messageId });
    const messages = await until(fabric.quarantine, (list) =>
      list.some((message) => message.messageId === messageId),
    );
    expect(messages.find((message) => message.messageId === messageId)).toMatchObject({
      reason: 'unversioned-event-for-versioned-position',
    });
    await atpIs(itemId, { onHand: 450 });
  });

  test('and hurts none of the good ones beside it', async () => {
    const itemId = newItem();
    await fabric.publish(
      { body: Buffer.from('bad') },
      { body: publishedEvent({ itemId, resultingOnHand: 7 }) },
      { body: Buffer.from([0xff]) },
    );
    await atpIs(itemId, { onHand: 7 });
  });

  test('a message over the bus limit of 256 KB is refused to its sender', async () => {
    await expect(fabric.publish({ body: Buffer.alloc(300_000, 0x20) })).rejects.toMatchObject({
      code: 'MessageSizeExceeded',
    });
  });
});

describe('the quarantine', () => {
  test('replays a message, which is parked again while it is still wrong', async () => {
    const messageId = `replay-${randomUUID()}`;
    await fabric.publish({ body: Buffer.from('still wrong'), messageId });
    const [first] = (
      await until(fabric.quarantine, (list) => list.some((m) => m.messageId === messageId))
    ).filter((m) => m.messageId === messageId);
    const answer = await fabric.postTo(`quarantine/${first?.id}/replay`);
    expect(answer).toMatchObject({ status: 200, body: { replayed: 1 } });
    const after = await until(fabric.quarantine, (list) =>
      list.some((m) => m.messageId === `${messageId}#1`),
    );
    expect(after.some((m) => m.id === first?.id)).toBe(false);
  });

  test('says 404 for an id that is not there, and 400 for a request that is not valid', async () => {
    expect(await fabric.postTo('quarantine/nothing/replay')).toMatchObject({ status: 404 });
    expect(await fabric.postTo('quarantine/replay', { reasons: 1 })).toMatchObject({ status: 400 });
  });
});

describe('the HTTP API answers bad input with problem details', () => {
  test.each([
    ['items/no%20such!item/atp', 400],
    ['items/ITEM-UNKNOWN/atp', 404],
    ['items/ITEM-UNKNOWN/warehouses/WH-001/atp', 404],
    ['quarantine?limit=0', 400],
    ['items/ITEM-UNKNOWN/warehouses/WH-001/history', 404],
    ['items/ITEM-1/warehouses/WH-001/history?limit=1001', 400],
    ['items/ITEM-1/warehouses/WH-001/history?locationId=a%2Fb', 400],
    ['items/ITEM-1/warehouses/WH-001/history?lotNumber=LOT-1', 400],
  ])('GET %s is %i', async (path, status) => {
    const answer = await fabric.get(path);
    expect(answer).toMatchObject({
      status,
      body: { status, title: expect.any(String), detail: expect.any(String) },
    });
  });

  test('a query of more than 500 pairs, of none, or of nonsense is refused by field', async () => {
    const pair = { itemId: 'I', warehouseId: 'WH-001' };
    for (const body of [
      { pairs: Array(501).fill(pair) },
      { pairs: [] },
      { pairs: [{ itemId: 7, warehouseId: 'WH-001' }] },
    ]) {
      expect(await fabric.postTo('atp/query', body)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: expect.stringContaining('/pairs') }] },
      });
    }
  });
});

describe('health', () => {
  test('is ready while every part answers', async () => {
    const parts = { cosmos: 'ready', 'service-bus': 'ready', storage: 'ready' };
    expect(await fabric.get('health')).toMatchObject({
      status: 200,
      body: { status: 'ready', parts, missing: [] },
    });
    expect(await fabric.get('health/live')).toMatchObject({ status: 200 });
  });
});
