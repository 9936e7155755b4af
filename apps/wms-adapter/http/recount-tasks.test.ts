import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registeredDeviceSchema } from '../../../shared/contracts/device.ts';
import { recountTasksSchema } from '../../../shared/contracts/recount-task.ts';
import { scan } from '../adapter-under-test.ts';
import { createGroupCommit } from '../booking/group-commit.ts';
import { addMasterData } from '../contract/fixtures.ts';
import type { PositionKey } from '../database.ts';
import { openSqliteDatabase } from '../sqlite/database.ts';
import { createApi } from './api.ts';

const KEY = 'the key of the adapter';
const WAREHOUSES = ['WH-001', 'WH-002'];
const folder = mkdtempSync(join(tmpdir(), 'recount-tasks-'));
const now = () => new Date();
const database = openSqliteDatabase(join(folder, 'wms.db'));
const reception = () => ({ starting: 0, connected: 2, away: 0 });
const api = createApi({
  settings: { key: KEY, keyRequired: true, warehouseIds: WAREHOUSES },
  database,
  groupCommit: createGroupCommit({ database, now }),
  relay: { bus: () => ({ state: 'connected', since: now() }) },
  responder: { reception },
  recountReceiver: { reception },
  scannerFolder: folder,
  now,
  log: () => {},
});

beforeAll(() => addMasterData(database));
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const A: PositionKey = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null };
const B: PositionKey = { ...A, locationId: 'B-01', lotNumber: 'LOT-1' };
const FAR: PositionKey = { ...A, warehouseId: 'WH-002' };
const ASKED = { askedAt: '2024-11-18T12:00:00.000Z', askedBy: 'ann', reason: 'Count it' };

const investigationOf = ({ warehouseId }: PositionKey) => `${warehouseId}:ITEM-1:1`;

function ask(...positions: readonly [PositionKey, ...PositionKey[]]): Promise<void> {
  return database.takeRecountOrder({
    investigationId: investigationOf(positions[0]),
    stepNumber: 4,
    asked: { ...ASKED, positions: positions.map((position) => ({ position, sinceVersion: 0 })) },
  });
}

function taskOf(position: PositionKey) {
  const { warehouseId, itemId, locationId, lotNumber } = position;
  const positionId = [warehouseId, itemId, locationId, lotNumber ?? ''].join('|');
  return { positionId, ...position, investigationId: investigationOf(position), ...ASKED };
}

async function call(query: string, key = KEY) {
  const response = await api.request(`/api/v1/recount-tasks${query}`, { headers: { 'x-api-key': key } });
  return { status: response.status, body: await response.json() };
}

async function list(query = '', key = KEY) {
  const { status, body } = await call(query, key);
  expect(status).toBe(200);
  return recountTasksSchema.parse(body);
}

async function register(scannerId: string, warehouseIds: string[]): Promise<string> {
  const response = await put(`devices/${scannerId}`, { warehouseIds });
  return registeredDeviceSchema.parse(await response.json()).key;
}

function put(path: string, body: unknown) {
  const headers = { 'x-api-key': KEY, 'content-type': 'application/json' };
  return api.request(`/api/v1/${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
}

describe('The list of recount tasks', () => {
  test('tells what to count, why, and for which investigation, but not what the books expect', async () => {
    await ask(A, B);
    await ask(FAR);
    // Every field there is: who counts is not to know the figure.
    expect((await call('')).body).toEqual({ recountTasks: [A, B, FAR].map(taskOf) });
  });

  test('is told page by page, and of one warehouse or item', async () => {
    const first = await list('?limit=2');
    expect(first.recountTasks).toEqual([A, B].map(taskOf));
    expect(await list(`?limit=2&after=${first.next}`)).toEqual({ recountTasks: [taskOf(FAR)] });
    expect((await list('?warehouseId=WH-002')).recountTasks).toEqual([taskOf(FAR)]);
    expect((await list('?itemId=ITEM-9')).recountTasks).toEqual([]);
  });

  test('shows a device its own warehouses', async () => {
    const one = await register('SCANNER-08', ['WH-001']);
    expect((await list('', one)).recountTasks).toEqual([A, B].map(taskOf));
    const refused = await call('?warehouseId=WH-002', one);
    expect(refused).toMatchObject({ status: 403, body: { title: 'Another warehouse' } });
    const two = await register('SCANNER-09', WAREHOUSES);
    expect(await call('', two)).toMatchObject({ status: 400, body: { detail: /warehouseId: name one of/ } });
    expect((await list('?warehouseId=WH-002', two)).recountTasks).toEqual([taskOf(FAR)]);
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=1001', 'limit'],
    ['?after=x', 'after'],
    ['?warehouseId=%7C', 'warehouseId'],
  ])('refuses %s, naming the field', async (query, field) => {
    expect(await call(query)).toMatchObject({ status: 400, body: { detail: new RegExp(`^${field}: `) } });
  });

  test('loses a task when its position is counted by a scan, of 0 pieces as well', async () => {
    const key = await register('SCANNER-08', ['WH-001']);
    await put('users/ann', { warehouseIds: ['WH-001'] });
    const count = scan({ ...B, type: 'count', quantity: 0, userId: 'ann', scannedAt: now().toISOString() });
    const response = await api.request('/api/v1/transactions', {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(count),
    });
    expect(await response.json()).toMatchObject({
      results: [{ outcome: 'applied', position: { onHand: 0, version: 1 } }],
    });
    expect((await list('', key)).recountTasks).toEqual([taskOf(A)]);
  });
});
