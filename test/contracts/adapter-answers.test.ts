import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { createGroupCommit } from '../../apps/wms-adapter/booking/group-commit.ts';
import { request, scan, TRACE } from '../../apps/wms-adapter/contract/fixtures.ts';
import { createApi } from '../../apps/wms-adapter/http/api.ts';
import { ROUTES } from '../../apps/wms-adapter/openapi/routes.ts';
import { SCHEMAS } from '../../apps/wms-adapter/openapi/schemas.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';

/** What the adapter really answers is what its OpenAPI document says: every field of it, and no other. */

const KEY = 'the key of the adapter';
const WAREHOUSES = ['WH-001'];
const DEVICE = { scannerId: 'SCANNER-08' };
const A = { warehouseId: 'WH-001', locationId: 'A-05-02' };
const folder = mkdtempSync(join(tmpdir(), 'adapter-answers-'));
const now = () => new Date();
const database = openSqliteDatabase(join(folder, 'wms.db'));
const groupCommit = createGroupCommit({ database, now });
const api = createApi({
  settings: { key: KEY, keyRequired: true, warehouseIds: WAREHOUSES },
  database,
  groupCommit,
  relay: { bus: () => ({ state: 'connected', since: now() }) },
  responder: { reception: () => ({ starting: 0, connected: 1, away: 0 }) },
  recountReceiver: { reception: () => ({ starting: 0, connected: 1, away: 0 }) },
  scannerFolder: folder,
  now,
  log: () => {},
});

/** Which answers were held to their schemas: operation and status. */
const held = new Set<string>();

beforeAll(() => database.addWarehouses(WAREHOUSES));
afterAll(() => rmSync(folder, { recursive: true }));

interface Asked {
  /** What stands in the path for its parameters. */
  readonly at?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls an operation and answers its body, which has to be of the schema that the route table tells for its status. */
async function ask<Schema extends z.ZodType>(
  operationId: string,
  schema: Schema,
  { at = {}, query = '', body, headers = { 'x-api-key': KEY } }: Asked = {},
): Promise<z.output<Schema>> {
  const route = ROUTES.find((one) => one.operationId === operationId);
  if (route === undefined) throw new Error(`there is no operation ${operationId}`);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(at[name] ?? ''),
  );
  const response = await api.request(`/api/v1/${path}${query}`, {
    method: route.method.toUpperCase(),
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  const content = route.answers[response.status]?.content;
  if (typeof content !== 'object') throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  expect(SCHEMAS[content.schema]).toBe(schema);
  held.add(`${operationId} ${response.status}`);
  const parsed = schema.parse(answer);
  // A field that the schema does not have is missing from what it parsed.
  expect(parsed).toEqual(answer);
  return parsed;
}

/** Each begins with what those before have put. */
describe('What the document says of the answers holds', () => {
  let key = '';

  test('of items and locations', async () => {
    await ask('items-put', SCHEMAS.Stored, { body: [{ itemId: 'ITEM-1' }] });
    const details = { description: 'Mug', barcodes: ['4006381333931'], maxQuantity: 500, unitPrice: 12.5 };
    await ask('item-put', SCHEMAS.Item, { at: { itemId: 'ITEM-2' }, body: details });
    await ask('item-read', SCHEMAS.Item, { at: { itemId: 'ITEM-2' } });
    await ask('locations-put', SCHEMAS.Stored, { body: [{ ...A, locationId: 'B-01' }] });
    await ask('location-put', SCHEMAS.Location, { at: A, body: { description: 'Aisle A' } });
    await ask('location-read', SCHEMAS.Location, { at: A });
    const changes = await ask('master-data-changes', SCHEMAS.MasterDataChanges);
    expect(changes).toMatchObject({ items: [{}, {}], locations: [{}, {}] });
    const unknown = await ask('master-data-changes', SCHEMAS.MasterDataChanges, { query: '?version=999999' });
    expect(unknown.reset).toBe(true);
  });

  test('of devices and users', async () => {
    const device = { at: DEVICE, body: { name: 'Dock 2', warehouseIds: WAREHOUSES } };
    await ask('device-register', SCHEMAS.RegisteredDevice, device);
    key = (await ask('device-register', SCHEMAS.RegisteredDevice, device)).key;
    const at = { userId: 'ann' };
    await ask('user-put', SCHEMAS.User, {
      at,
      body: { name: 'Ann', role: 'supervisor', warehouseIds: WAREHOUSES, badge: 'B-1', pin: '4711' },
    });
    await ask('user-read', SCHEMAS.User, { at });
    expect(await ask('users-list', SCHEMAS.Users)).toMatchObject({ users: [{}] });
    await ask('sign-in', SCHEMAS.SignedIn, { body: { badge: 'B-1', pin: '4711' } });
  });

  test('of transactions, whatever becomes of them', async () => {
    const clocked = scan({ userId: 'ann', quantity: 5, scanClock: { run: 'RUN-1', milliseconds: 4_000 } });
    const outcomes = await post(
      clocked,
      clocked,
      { type: 'transfer', toLocationId: 'B-01', lotNumber: 'LOT-1' },
      { expectedVersion: 7 },
      { itemId: 'ITEM-9' },
    );
    expect(outcomes).toEqual(['applied', 'duplicate', 'exception', 'conflict', 'rejected']);
  });

  test('of locks, and of transactions under them', async () => {
    const lock = await ask('lock-take', SCHEMAS.Lock, {
      body: { ...A, scannerId: 'SCANNER-09', userId: 'bob' },
    });
    expect(await post({}, { queued: true })).toEqual(['warning', 'applied']);
    const at = { lockId: lock.lockId };
    await ask('lock-extend', SCHEMAS.Lock, { at, body: { scannerId: 'SCANNER-09' } });
    const takeOver = { ...DEVICE, userId: 'ann', reason: 'the scanner is broken' };
    const { takenOver } = await ask('lock-take-over', SCHEMAS.Lock, { at, body: takeOver });
    expect(takenOver).toMatchObject(at);
    expect(await ask('locks-list', SCHEMAS.Locks)).toMatchObject({ locks: [{}] });
  });

  test('of positions, and of what explains them', async () => {
    expect((await ask('positions-list', SCHEMAS.Positions, { query: '?limit=1' })).next).toBeDefined();
    const at = { positionId: 'WH-001|ITEM-1|A-05-02|' };
    const { entries } = await ask('position-history', SCHEMAS.PositionHistory, { at });
    expect(entries.map(({ flags }) => flags)).toContainEqual(['recount']);
    expect(await ask('shortfalls', SCHEMAS.Shortfalls)).toMatchObject({ shortfalls: [{}] });
    expect(await ask('recounts', SCHEMAS.Recounts)).toMatchObject({ recounts: [{}] });
    const position = { ...A, itemId: 'ITEM-1', lotNumber: null };
    await database.takeRecountOrder({
      investigationId: 'WH-001:ITEM-1:1',
      stepNumber: 4,
      asked: {
        ...{ askedAt: now().toISOString(), askedBy: 'ann', reason: 'Count it' },
        positions: [{ position, sinceVersion: 9 }],
      },
    });
    expect(await ask('recount-tasks', SCHEMAS.RecountTasks)).toMatchObject({ recountTasks: [{}] });
  });

  test('of a device that has called, and of one that is revoked', async () => {
    const { devices } = await ask('devices-list', SCHEMAS.Devices);
    expect(devices).toMatchObject([{ ...DEVICE, clockOffsetMs: expect.any(Number) }]);
    const revocation = { method: 'DELETE', headers: { 'x-api-key': KEY } };
    await api.request(`/api/v1/devices/${DEVICE.scannerId}`, revocation);
    expect(await ask('device-read', SCHEMAS.Device, { at: DEVICE })).toHaveProperty('revokedAt');
  });

  test('of allocations and events', async () => {
    await groupCommit.decide([{ allocation: request(), trace: TRACE }]);
    expect(await ask('allocations', SCHEMAS.Allocations)).toMatchObject({ allocations: [{}] });
    expect(await ask('pick-list', SCHEMAS.PickList)).toMatchObject({ picks: [{}] });
    expect((await ask('ledger', SCHEMAS.Events, { query: '?limit=1' })).next).toBeDefined();
  });

  test('of health, also without the database, and of the documents', async () => {
    await ask('openapi', SCHEMAS.OpenApi);
    await ask('asyncapi', SCHEMAS.AsyncApi);
    await ask('health-live', SCHEMAS.Live);
    expect((await ask('health', SCHEMAS.Health)).outbox).toBeDefined();
    await database.close();
    expect((await ask('health', SCHEMAS.Health)).missing).toEqual(['database']);
  });

  test('of every operation that has an answer', () => {
    const told = ROUTES.flatMap(({ operationId, answers }) =>
      Object.entries(answers).flatMap(([status, { content }]) =>
        typeof content === 'object' ? [`${operationId} ${status}`] : [],
      ),
    );
    expect([...held].sort()).toEqual(told.sort());
  });

  /** Posts scans of the device, with its clocks; answers what became of each. */
  async function post(...scans: Parameters<typeof scan>[0][]): Promise<string[]> {
    const sentAt = now().toISOString();
    const headers = {
      'x-api-key': key,
      ...{ 'x-device-time': sentAt, 'x-device-run': 'RUN-1', 'x-device-monotonic': '5000' },
    };
    const body = scans.map((fields) => scan({ userId: 'ann', scannedAt: sentAt, ...fields }));
    const { results } = await ask('transactions-post', SCHEMAS.TransactionResults, { body, headers });
    return results.map(({ outcome }) => outcome);
  }
});
