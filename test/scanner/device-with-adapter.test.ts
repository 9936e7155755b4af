import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AdapterUnderTest, startAdapterUnderTest } from '../../apps/wms-adapter/adapter-under-test.ts';
import {
  addMasterData,
  decideOn,
  request,
  scan as scanOf,
} from '../../apps/wms-adapter/contract/fixtures.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import { type NodeDevice, nodeDevice, submit, type Trouble } from './device-with-adapter.ts';

const folder = mkdtempSync(join(tmpdir(), 'scanner-'));
let adapter: AdapterUnderTest;
const open: NodeDevice[] = [];
let devices = 0;

beforeAll(async () => {
  adapter = await startAdapterUnderTest({ STOCKBRIDGE_DATA: folder });
  // An order, as the cloud asks for it.
  const database = openSqliteDatabase(join(folder, 'wms-adapter', 'wms.db'));
  await addMasterData(database);
  await decideOn(database, [scanOf({ quantity: 9 }), request({ orderId: 'ORDER-1', quantity: 4 })]);
  await database.close();
  const people = { ann: 'worker', sue: 'supervisor' };
  for (const [userId, role] of Object.entries(people)) {
    const badge = { badge: `B-${userId}`, pin: '271828' };
    await adapter.call('PUT', `/users/${userId}`, { role, warehouseIds: ['WH-001'], ...badge });
  }
}, 60_000);
afterAll(async () => {
  await adapter?.end();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A device that is enrolled, where Ann has signed in, with all it needs to know. */
async function enrolled(
  change?: Parameters<typeof nodeDevice>[1],
): Promise<NodeDevice & { scannerId: string }> {
  devices += 1;
  const scannerId = `SCANNER-${devices}`;
  const { authorization = '' } = await adapter.register(scannerId, ['WH-001']);
  const under = nodeDevice(adapter.url, change);
  open.push(under);
  const card = { scannerId, key: authorization.replace('Bearer ', '') };
  expect(await under.device.enrol(card)).toEqual({ kind: 'enrolled', warehouseIds: ['WH-001'] });
  expect(await under.device.signIn('B-ann', '271828')).toMatchObject({ kind: 'signed-in' });
  await under.device.syncNow();
  expect(await under.status()).toMatchObject({ connection: 'online', isSyncing: false });
  return { ...under, scannerId };
}

const answerLost: Trouble = async (call) => {
  await call();
  throw new TypeError('fetch failed', { cause: new Error('ECONNRESET') });
};
const answering =
  (status: number, text: string, type: string): Trouble =>
  async () =>
    new Response(text, { status, headers: { 'content-type': type } });

/** On hand as the WMS has it. */
async function onHand(query: string): Promise<unknown> {
  const { body } = await adapter.call('GET', `/positions?${query}`);
  return Object(body).positions.map((one: { onHand: number }) => one.onHand);
}

describe('A device that is enrolled', () => {
  test('knows the items and locations of its warehouses', async () => {
    const under = await enrolled();
    const { masterData, device, clockOffsetMs } = await under.status();
    expect(device).toEqual({ scannerId: under.scannerId, warehouseIds: ['WH-001'] });
    expect(masterData).toMatchObject({ items: 2 });
    expect(Math.abs(clockOffsetMs ?? Number.NaN)).toBeLessThan(60_000);
    expect(await under.device.read('ITEM-2')).toMatchObject({ items: [{ description: 'Mug' }] });
    expect((await under.device.read('A-05-02')).locations).toEqual([
      { warehouseId: 'WH-001', locationId: 'A-05-02' },
    ]);
  });

  test('with a key that is not valid is told so, and with another name while scans wait', async () => {
    const under = await enrolled();
    const wrong = { scannerId: under.scannerId, key: 'sbk_wrong' };
    const problem = { type: 'urn:stockbridge:problem:key-not-valid' };
    expect(await under.device.enrol(wrong)).toMatchObject({ kind: 'refused', problem });
    under.device.networkChanged(false);
    await submit(under);
    const other = { scannerId: 'SCANNER-X', key: 'sbk_wrong' };
    expect(await under.device.enrol(other)).toEqual({
      ...{ kind: 'unsettled', scannerId: under.scannerId, scans: 1 },
    });
  });

  test('does not let anybody in with a wrong PIN, and tells a server that is not there', async () => {
    const under = await enrolled();
    expect(await under.device.signIn('B-sue', '0000')).toEqual({ kind: 'wrong' });
    const nowhere = nodeDevice('http://127.0.0.1:1');
    open.push(nowhere);
    expect(await nowhere.device.enrol({ scannerId: 'SCANNER-1' })).toMatchObject({ kind: 'no-answer' });
    expect(await nowhere.device.signIn('B-ann', '271828')).toEqual({ kind: 'unknown-offline' });
  });
});

describe('A scan', () => {
  test('is applied, and shows what is there now', async () => {
    const under = await enrolled();
    const id = await submit(under, { lotNumber: 'LOT-APPLIED' });
    await under.reaches(id, 'synced');
    expect(under.store.scan(id)?.booked).toEqual({ flags: [], isShort: false });
    expect(await onHand('warehouseId=WH-001&itemId=ITEM-1&locationId=A-05-02')).toContain(5);
    const { positions } = await under.device.stock({ itemId: 'ITEM-1' });
    expect(positions.find(({ lotNumber }) => lotNumber === 'LOT-APPLIED')).toMatchObject({
      onHand: 5,
      waiting: 0,
    });
  });

  test('whose answer was lost is a duplicate, and booked once', async () => {
    const under = await enrolled();
    under.spoil(answerLost);
    const id = await submit(under, { lotNumber: 'LOT-TWICE' });
    await expect.poll(async () => (await under.status()).connection).toBe('offline');
    expect(under.store.scan(id)?.state).toBe('queued');
    await under.device.syncNow();
    expect(under.store.scan(id)).toMatchObject({ state: 'synced', attempts: 2 });
    expect(under.sent).toMatchObject([[{ transactionId: id }], [{ transactionId: id, queued: true }]]);
    const stock = await under.device.stock({ itemId: 'ITEM-1' });
    expect(stock.positions.find(({ lotNumber }) => lotNumber === 'LOT-TWICE')?.onHand).toBe(5);
    expect(stock.isLive).toBe(true);
  });

  test('of more than the WMS knew of is booked, and says so', async () => {
    const under = await enrolled();
    const id = await submit(under, { type: 'pick', lotNumber: 'LOT-SHORT' });
    await under.reaches(id, 'synced');
    expect(under.store.scan(id)?.booked?.isShort).toBe(true);
  });

  test('that expects another version is red, and goes again with the version of now', async () => {
    const under = await enrolled();
    const adjustment = { type: 'adjustment', reason: 'damaged', quantity: 1, lotNumber: 'LOT-V' } as const;
    await under.reaches(await submit(under, { lotNumber: 'LOT-V' }), 'synced');
    const id = await submit(under, { ...adjustment, expectedVersion: 0 });
    await under.reaches(id, 'refused');
    expect(under.store.scan(id)?.refusal).toMatchObject({
      outcome: 'conflict',
      position: { onHand: 5, version: 1 },
    });
    expect(await under.device.decide(id, { kind: 'send-again' })).toMatchObject({ kind: 'decided' });
    await under.reaches(id, 'synced');
    expect(under.sent.at(-1)).toMatchObject([{ transactionId: id, expectedVersion: 1 }]);
  });

  test('where another counts is red with who and until when, and goes on beside the count', async () => {
    const under = await enrolled();
    const sue = await enrolled();
    await sue.device.signIn('B-sue', '271828');
    const begun = await sue.device.beginCount('WH-001', 'B-01');
    expect(begun.kind).toBe('running');
    const id = await submit(under, { locationId: 'B-01' });
    await under.reaches(id, 'refused');
    expect(under.store.scan(id)?.refusal?.problem.locks).toMatchObject([
      { userId: 'sue', scannerId: sue.scannerId },
    ]);
    await under.device.decide(id, { kind: 'send-again' });
    await under.reaches(id, 'synced');
    expect(under.store.scan(id)?.booked?.flags).toEqual(['recount']);
    if (begun.kind === 'running') await sue.device.abandonCount(begun.lockId);
  });

  test('that is rejected is corrected, and asks for what the WMS knows by now', async () => {
    const under = await enrolled();
    const limits = under.store.masterData().limits;
    if (limits === undefined) throw new Error('no limits were told');
    const { version } = under.store.masterData();
    const items = [{ itemId: 'GHOST' }];
    const gone = { version, warehouseIds: ['WH-001'], items, locations: [], limits, hasMore: false };
    under.store.putMasterData(gone, new Date().toISOString());
    const id = await submit(under, { itemId: 'GHOST' });
    await under.reaches(id, 'refused');
    expect(under.store.scan(id)?.refusal).toMatchObject({
      outcome: 'rejected',
      problem: { errors: [{ pointer: '/itemId' }] },
    });
    expect(await under.device.decide(id, { kind: 'correct', changes: { itemId: 'NOTHING' } })).toMatchObject({
      kind: 'not-decided',
      errors: [{ field: 'itemId', code: 'unknown-item' }],
    });
    await under.device.decide(id, { kind: 'correct', changes: { itemId: 'ITEM-2' } });
    await under.reaches(id, 'synced');
    expect(await under.device.decide(id, { kind: 'drop', reason: 'late' })).toEqual({ kind: 'not-refused' });
  });

  test('of somebody who has left is corrected in the name of whoever does it', async () => {
    const under = await enrolled();
    const bob = { warehouseIds: ['WH-001'], badge: 'B-bob', pin: '271828' };
    await adapter.call('PUT', '/users/bob', bob);
    await under.device.signIn('B-bob', '271828');
    await under.device.syncNow();
    under.device.networkChanged(false);
    const id = await submit(under);
    await adapter.call('PUT', '/users/bob', { ...bob, isActive: false });
    await under.device.syncNow();
    await under.reaches(id, 'refused');
    expect(under.store.scan(id)?.transaction.userId).toBe('bob');
    await under.device.signIn('B-ann', '271828');
    await under.device.decide(id, { kind: 'correct', changes: {} });
    await under.reaches(id, 'synced');
    expect(under.store.scan(id)?.transaction.userId).toBe('ann');
  });

  test('that a person drops stays on the device, and is booked nowhere', async () => {
    const under = await enrolled();
    const id = await submit(under, { type: 'adjustment', reason: 'lost', quantity: -1, expectedVersion: 77 });
    await under.reaches(id, 'refused');
    expect(await under.device.decide(id, { kind: 'drop', reason: ' ' })).toMatchObject({
      errors: [{ field: 'reason', code: 'required' }],
    });
    await under.device.decide(id, { kind: 'drop', reason: 'scanned by mistake' });
    expect(under.store.scan(id)).toMatchObject({
      state: 'dropped',
      dropped: { userId: 'ann', reason: 'scanned by mistake' },
    });
  });
});

describe('A call', () => {
  test('with a key that was revoked leaves every scan where it is, until the device is enrolled anew', async () => {
    const under = await enrolled();
    await adapter.call('DELETE', `/devices/${under.scannerId}`);
    const id = await submit(under);
    await expect.poll(async () => (await under.status()).connection).toBe('key-refused');
    expect(under.store.scan(id)?.state).toBe('queued');
    const { authorization = '' } = await adapter.register(under.scannerId, ['WH-001']);
    const card = { scannerId: under.scannerId, key: authorization.replace('Bearer ', '') };
    expect(await under.device.enrol(card)).toMatchObject({ kind: 'enrolled' });
    await under.reaches(id, 'synced');
  });

  const page = '<html>Please accept the terms</html>';
  test.each<[string, Trouble, string]>([
    [
      '500',
      answering(
        500,
        '{"type":"about:blank","title":"The adapter failed","status":500}',
        'application/problem+json',
      ),
      'The adapter failed',
    ],
    ['the page of a guest network', answering(200, page, 'text/html'), 'Please accept the terms'],
    ['a redirect to one', answering(302, '', 'text/html'), '302'],
    [
      'JSON of something else',
      answering(200, '{"hello":"world"}', 'application/json'),
      'Not an answer of the WMS adapter',
    ],
    [
      'JSON that breaks off',
      answering(200, '{"results":[', 'application/json'),
      'Not an answer of the WMS adapter',
    ],
    ['403 of a proxy', answering(403, 'Forbidden', 'text/plain'), 'Forbidden'],
  ])('that is answered with %s changes nothing', async (_, trouble, detail) => {
    const under = await enrolled();
    under.spoil(trouble);
    const id = await submit(under);
    await expect.poll(async () => (await under.status()).connection).toBe('server-failing');
    expect((await under.status()).lastError).toMatchObject({ detail: expect.stringContaining(detail) });
    expect(under.store.scan(id)?.state).toBe('queued');
    await under.device.syncNow();
    expect(under.store.scan(id)?.state).toBe('synced');
  });

  test('with more scans than the server takes is halved until it takes them', async () => {
    const wrongLimits = { transactionsPerCall: 900, bytesPerCall: 100_000_000 };
    const under = await enrolled((client) => ({
      ...client,
      async masterData(version) {
        const answer = await client.masterData(version);
        if (answer.kind !== 'answered') return answer;
        return { ...answer, body: { ...answer.body, limits: { ...answer.body.limits, ...wrongLimits } } };
      },
    }));
    under.device.networkChanged(false);
    for (let scans = 0; scans < 900; scans += 1) await submit(under, { lotNumber: 'LOT-MANY', quantity: 1 });
    await under.device.syncNow();
    expect((await under.status()).counts).toEqual({ queued: 0, synced: 900, refused: 0, dropped: 0 });
    expect(under.sent.map((call) => call.length).slice(0, 3)).toEqual([900, 450, 450]);
    const stock = await under.device.stock({ itemId: 'ITEM-1' });
    expect(stock.positions.find(({ lotNumber }) => lotNumber === 'LOT-MANY')?.onHand).toBe(900);
  });

  test('that a proxy finds too large is halved, and nothing is taken for refused', async () => {
    const under = await enrolled();
    under.device.networkChanged(false);
    for (let scans = 0; scans < 4; scans += 1) await submit(under);
    under.spoil(
      answering(413, '<html>413</html>', 'text/html'),
      answering(413, '<html>413</html>', 'text/html'),
    );
    await under.device.syncNow();
    expect(under.sent.map((call) => call.length)).toEqual([4, 2, 1, 2, 1]);
    expect((await under.status()).counts.synced).toBe(4);
  });
});

describe('What is asked of the server', () => {
  test('the pick list, without what waits here', async () => {
    const under = await enrolled();
    const task = { allocationId: 'ORDER-1:1:1', orderId: 'ORDER-1', itemId: 'ITEM-1', open: 4 };
    expect(await under.device.pickList('WH-001')).toMatchObject({ tasks: [task], isLive: true });
    under.device.networkChanged(false);
    const pick = { type: 'pick', quantity: 1, allocationId: 'ORDER-1:1:1', orderId: 'ORDER-1' } as const;
    await submit(under, pick);
    expect(await under.device.pickList('WH-001')).toMatchObject({
      tasks: [{ ...task, open: 3 }],
      isLive: false,
    });
    await under.device.syncNow();
    under.device.networkChanged(false);
    expect((await under.device.pickList('WH-001')).tasks).toMatchObject([{ open: 3 }]);
    under.device.networkChanged(true);
    await under.device.syncNow();
    expect(await under.device.pickList('WH-001')).toMatchObject({ tasks: [{ open: 3 }], isLive: true });
  });

  test('stock offline: what was told last, and what waits', async () => {
    const under = await enrolled();
    await under.reaches(await submit(under, { lotNumber: 'LOT-OFF', quantity: 12 }), 'synced');
    under.device.networkChanged(false);
    await submit(under, { type: 'pick', lotNumber: 'LOT-OFF', quantity: 2 });
    await submit(under, { lotNumber: 'LOT-NEW', quantity: 3 });
    const stock = await under.device.stock({ itemId: 'ITEM-1', locationId: 'A-05-02' });
    const of = (lot: string) => stock.positions.find(({ lotNumber }) => lotNumber === lot);
    expect(of('LOT-OFF')).toMatchObject({ onHand: 12, waiting: -2 });
    expect(of('LOT-NEW')).toMatchObject({ onHand: 0, waiting: 3 });
    expect(stock).toMatchObject({ isLive: false, asOf: expect.any(String) });
    const tooMany = { type: 'pick', itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02' } as const;
    const pick = { ...tooMany, lotNumber: 'LOT-OFF', quantity: 11 };
    expect(await under.device.submit(crypto.randomUUID(), pick)).toEqual({
      kind: 'not-stored',
      errors: [],
      doubts: [{ kind: 'more-than-known', onHand: 10 }],
    });
  });

  test('the lock of a location: taken, extended, held by another, taken over by a supervisor, let go', async () => {
    const [under, other] = [await enrolled(), await enrolled()];
    const begun = await under.device.beginCount('WH-001', 'A-05-02');
    if (begun.kind !== 'running') throw new Error(begun.kind);
    expect(await under.device.extendCount(begun.lockId)).toMatchObject({
      kind: 'running',
      lockId: begun.lockId,
    });
    expect(await other.device.beginCount('WH-001', 'A-05-02')).toMatchObject({
      kind: 'taken',
      lockId: begun.lockId,
      userId: 'ann',
      scannerId: under.scannerId,
    });
    expect(await other.device.takeOverCount(begun.lockId, 'urgent')).toMatchObject({
      kind: 'refused',
      problem: { errors: [{ pointer: '/userId', code: 'not-a-supervisor' }] },
    });
    await other.device.signIn('B-sue', '271828');
    const over = await other.device.takeOverCount(begun.lockId, 'urgent');
    expect(over.kind).toBe('running');
    expect(await under.device.extendCount(begun.lockId)).toMatchObject({
      kind: 'refused',
      problem: { type: 'urn:stockbridge:problem:lock-not-running' },
    });
    const id = await submit(other, { type: 'count', quantity: 0, lotNumber: 'LOT-C', ...lockOf(over) });
    await other.reaches(id, 'synced');
    const again = await under.device.beginCount('WH-001', 'A-05-02');
    if (again.kind !== 'running') throw new Error(again.kind);
    await under.device.abandonCount(again.lockId);
    under.device.networkChanged(false);
    expect(await under.device.beginCount('WH-001', 'A-05-02')).toEqual({ kind: 'offline' });
  });
});

function lockOf(begun: { readonly kind: string; readonly lockId?: string }) {
  return begun.lockId === undefined ? {} : { acknowledgeLock: begun.lockId };
}
