import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemDetailsSchema } from '../../shared/contracts/problem-details.ts';
import { transactionResultsSchema } from '../../shared/contracts/transaction.ts';
import { type AdapterProcess, startAdapterProcess } from './adapter-process.ts';

/** Nothing listens on port 1: a bus that is away. */
const DEAD_BUS =
  'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;';

let folder: string;
let adapter: AdapterProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
  adapter = await startAdapterProcess({ STOCKBRIDGE_DATA: folder, ServiceBusConnection: DEAD_BUS });
  await call('PUT', '/items', [{ itemId: 'ITEM-1' }, { itemId: 'ITEM-2', description: 'Mug' }]);
  await call('PUT', '/locations', [
    { warehouseId: 'WH-001', locationId: 'A-05-02' },
    { warehouseId: 'WH-008', locationId: 'A-05-02' },
  ]);
});

afterAll(async () => {
  await adapter?.end('SIGTERM');
  await rm(folder, { recursive: true });
});

async function send(method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(`${adapter.url}/api/v1${path}`, { method, ...init });
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, type: response.headers.get('content-type') ?? '', body };
}

function call(method: string, path: string, body?: unknown) {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return send(method, path, body === undefined ? {} : json);
}

async function post(body: unknown) {
  const answer = await call('POST', '/transactions', body);
  expect(answer.status).toBe(200);
  return transactionResultsSchema.parse(answer.body).results;
}

function scan(fields: Record<string, unknown> = {}) {
  return {
    transactionId: randomUUID(),
    type: 'receipt',
    itemId: 'ITEM-1',
    warehouseId: 'WH-001',
    locationId: 'A-05-02',
    quantity: 1,
    scannedAt: '2024-11-18T10:00:00Z',
    scannerId: 'SCANNER-08',
    userId: 'warehouse_user_23',
    ...fields,
  };
}

describe('POST /api/v1/transactions', () => {
  test('books one transaction and answers with one result, while the bus is away', async () => {
    const receipt = scan({ quantity: 10, lotNumber: 'LOT-ONE', acknowledgeLock: 'LOCK-1' });
    expect(await post(receipt)).toEqual([
      { transactionId: receipt.transactionId, outcome: 'applied', position: { onHand: 10, version: 1 } },
    ]);
  });

  test('answers each transaction of a call by itself, in their order', async () => {
    const lotNumber = 'LOT-MIX';
    const first = scan({ lotNumber, quantity: 4 });
    const results = await post([
      first,
      first,
      { ...first, quantity: 5 },
      scan({ lotNumber, expectedVersion: 7 }),
      scan({ itemId: 'ITEM-9' }),
      scan({ lotNumber, type: 'pick', quantity: 6 }),
      'no transaction',
      scan({ lotNumber, quantity: 3 }),
    ]);
    expect(results.map((result) => result.outcome)).toEqual([
      'applied',
      'duplicate',
      'rejected',
      'conflict',
      'rejected',
      'exception',
      'rejected',
      'applied',
    ]);
    expect(results.at(-1)?.position).toEqual({ onHand: 1, version: 3 });
    expect(results[3]?.problem?.detail).toBe(
      'Position WH-001/A-05-02/LOT-MIX is at version 1, the update expected 7',
    );
  });

  test.each([
    ['a quantity as text', { quantity: '5' }, '/quantity', '"5"'],
    ['a pick of nothing', { type: 'pick', quantity: 0 }, '/quantity', 'positive'],
    ['half a piece', { quantity: 0.5 }, '/quantity', '0.5'],
    ['no item', { itemId: undefined }, '/itemId', '(given: nothing)'],
    ['an unknown type', { type: 'theft' }, '/type', '"theft"'],
    ['an id that is no UUID', { transactionId: 'TRX-1' }, '/transactionId', '"TRX-1"'],
    ['a local time', { scannedAt: '2024-11-18T10:00:00' }, '/scannedAt', 'UTC'],
    ['a scan from the future', { scannedAt: '2999-01-01T00:00:00Z' }, '/scannedAt', 'ahead of the server'],
    ['a transfer to nowhere', { type: 'transfer' }, '/toLocationId', 'another location'],
  ])('rejects %s, naming the field and its value', async (_what, fields, pointer, text) => {
    const [result] = await post(scan(fields));
    expect(result).toMatchObject({ outcome: 'rejected', problem: { errors: [{ pointer }] } });
    expect(result?.problem?.errors?.[0]?.detail).toContain(text);
  });

  test('books calls that arrive together once each', async () => {
    const lotNumber = 'LOT-CROWD';
    const scans = Array.from({ length: 40 }, () => scan({ lotNumber }));
    const answers = await Promise.all([...scans, ...scans].map((one) => post(one)));
    const versions = answers.flat().filter(({ outcome }) => outcome === 'applied');
    expect(versions.map(({ position }) => position?.version).sort((a = 0, b = 0) => a - b)).toEqual(
      scans.map((_, index) => index + 1),
    );
    expect(answers.flat().filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(40);
  });

  test('takes 500 transactions in a call and no more', async () => {
    const scans = Array.from({ length: 501 }, () => scan({ lotNumber: 'LOT-500' }));
    expect(await post(scans.slice(1))).toHaveLength(500);
    expect(await post([])).toEqual([]);
    const answer = await call('POST', '/transactions', scans);
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' });
    expect(problemDetailsSchema.parse(answer.body).detail).toBe('501 were sent, at most 500 are taken');
  });

  const json = 'application/json';
  test.each([
    ['what is not JSON', 400, { body: '{"quantity":', type: json }],
    ['what is neither object nor array', 400, { body: '42', type: json }],
    ['broken UTF-8', 400, { body: Buffer.from([0x22, 0xff, 0x22]), type: json }],
    ['an empty body', 400, { body: '', type: json }],
    ['more than 1 MB', 413, { body: `[${' '.repeat(1024 * 1024)}]`, type: json }],
    ['another content type', 415, { body: '{}', type: 'text/plain' }],
    ['no content type', 415, { body: Buffer.from('{}'), type: undefined }],
  ])('answers %s with problem details of status %i', async (_what, status, { body, type }) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const answer = await send('POST', '/transactions', { headers, body });
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(problemDetailsSchema.parse(answer.body).status).toBe(status);
  });

  test('cuts off a body without a length that grows beyond 1 MB', async () => {
    const megabyte = new Uint8Array(1024 * 1024).fill(0x20);
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(megabyte),
    });
    const answer = await send('POST', '/transactions', {
      headers: { 'content-type': json },
      body,
      duplex: 'half',
    }).catch(() => ({ status: 413 }));
    expect(answer.status).toBe(413);
  });
});

describe('Reading the WMS', () => {
  test('GET /positions pages and filters', async () => {
    const itemId = 'ITEM-2';
    await post([
      scan({ itemId, lotNumber: 'L-1' }),
      scan({ itemId, lotNumber: 'L-2' }),
      scan({ itemId, warehouseId: 'WH-008' }),
    ]);
    const first = (await call('GET', `/positions?itemId=${itemId}&limit=2`)).body;
    const at = { itemId, locationId: 'A-05-02', onHand: 1, reserved: 0, version: 1 };
    expect(first).toEqual({
      positions: [
        { ...at, warehouseId: 'WH-001', lotNumber: 'L-1' },
        { ...at, warehouseId: 'WH-001', lotNumber: 'L-2' },
      ],
      next: expect.any(String),
    });
    const { next } = first as { next: string };
    expect((await call('GET', `/positions?itemId=${itemId}&limit=2&after=${next}`)).body).toEqual({
      positions: [{ ...at, warehouseId: 'WH-008', lotNumber: null }],
    });
    expect(
      (await call('GET', `/positions?itemId=${itemId}&warehouseId=WH-008&locationId=A-05-02`)).body,
    ).toMatchObject({
      positions: [{ warehouseId: 'WH-008' }],
    });
  });

  test('GET /ledger pages every event in commit order', async () => {
    const first = (await call('GET', '/ledger?limit=1')).body as { events: object[]; next: string };
    expect(first.events).toMatchObject([{ eventType: 'InventoryReceipt', version: 1, schemaVersion: 1 }]);
    const second = (await call('GET', `/ledger?limit=1&after=${first.next}`)).body as { events: object[] };
    expect(second.events[0]).not.toEqual(first.events[0]);
  });

  test.each([
    '/positions?limit=5001',
    '/positions?limit=x',
    '/positions?after=x',
    '/positions?itemId=%00',
    '/ledger?after=x',
    '/allocations?after=x',
    '/allocations?orderId=%00',
    '/locks?limit=0',
  ])('GET %s is answered with 400 problem details', async (path) => {
    expect(await call('GET', path)).toMatchObject({ status: 400, type: 'application/problem+json' });
  });

  test('GET /health is ready while the bus is away, and tells what waits', async () => {
    await expect.poll(async () => (await call('GET', '/health')).body).toMatchObject({ bus: 'away' });
    const { status, body } = await call('GET', '/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ready', outbox: { parked: 0 } });
    await expect
      .poll(async () => (await call('GET', '/health')).body, { timeout: 20_000 })
      .toMatchObject({ allocationRequests: { starting: 0, connected: 0, away: 8 } });
    const { outbox } = body as { outbox: { unsent: number; oldestAgeMs: number } };
    expect(outbox.unsent).toBeGreaterThan(0);
    expect(outbox.oldestAgeMs).toBeGreaterThan(0);
    expect(await call('GET', '/health/live')).toMatchObject({ status: 200 });
  });

  test('an unknown route is answered with 404 problem details', async () => {
    expect(await call('GET', '/nothing')).toMatchObject({ status: 404, type: 'application/problem+json' });
  });
});

describe('Locks of locations', () => {
  const location = { warehouseId: 'WH-001', locationId: 'A-05-02' };
  const counting = { ...location, scannerId: 'SCANNER-08', userId: 'user' };
  const taken = async (fields = {}) => {
    const before = Date.now();
    const { status, body } = await call('POST', '/locks', { ...counting, ...fields });
    expect(status).toBe(201);
    const { lockId, until } = body as { lockId: string; until: string };
    expect(Date.parse(until) - before).toBeGreaterThanOrEqual(30 * 60_000);
    return { lockId, until };
  };

  test('are taken for 30 minutes, listed, renewed by their scanner and given back', async () => {
    const first = await taken();
    const other = await taken({ scannerId: 'SCANNER-09' });
    const renewed = await taken();
    expect(renewed.lockId).toBe(first.lockId);
    const locks = [
      { ...counting, ...renewed },
      { ...counting, scannerId: 'SCANNER-09', ...other },
    ].sort((a, b) => (a.lockId < b.lockId ? -1 : 1));
    expect((await call('GET', '/locks')).body).toEqual({ locks });
    expect((await call('GET', '/locks?limit=1')).body).toEqual({ locks: [locks[0]], next: locks[0]?.lockId });
    for (const { lockId } of [first, other, first]) {
      expect(await call('DELETE', `/locks/${lockId}`)).toMatchObject({ status: 204, body: undefined });
    }
    expect((await call('GET', '/locks')).body).toEqual({ locks: [] });
  });

  test('end when their count is posted', async () => {
    const { lockId } = await taken();
    await post(scan({ type: 'count', quantity: 3, lotNumber: 'LOT-COUNTED', acknowledgeLock: lockId }));
    expect((await call('GET', '/locks')).body).toEqual({ locks: [] });
  });

  test.each([
    ['an unknown location', 404, { ...counting, locationId: 'Z-99' }, 'Z-99'],
    ['no scanner', 400, { ...location, userId: 'user' }, '/scannerId'],
  ])('of %s are refused with %i', async (_what, status, body, text) => {
    const answer = await call('POST', '/locks', body);
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(JSON.stringify(answer.body)).toContain(text);
  });
});

describe('Master data', () => {
  test('items and locations are put and read back, with or without a body', async () => {
    const item = { description: 'Teapot', barcodes: ['4006381333931'], maxQuantity: 50 };
    expect(await call('PUT', '/items/ITEM-3', item)).toMatchObject({ status: 200 });
    expect((await call('GET', '/items/ITEM-3')).body).toEqual({ itemId: 'ITEM-3', ...item });
    expect(await call('PUT', '/items/ITEM-3')).toMatchObject({ status: 200 });
    expect((await call('GET', '/items/ITEM-3')).body).toEqual({ itemId: 'ITEM-3' });
    const path = '/warehouses/WH-002/locations/B-01';
    expect(await call('GET', path)).toMatchObject({ status: 404 });
    expect(await call('PUT', path)).toMatchObject({ status: 200 });
    expect((await call('GET', path)).body).toEqual({ warehouseId: 'WH-002', locationId: 'B-01' });
  });

  test.each([
    ['/items/ITEM-3', { maxQuantity: 'many' }, 400],
    ['/items/%7Cbad%7C', {}, 400],
    ['/items', [{}], 400],
    ['/items', Array.from({ length: 501 }, (_, i) => ({ itemId: `I-${i}` })), 400],
    ['/warehouses/WH-999/locations/B-01', {}, 404],
  ])('PUT %s refuses what is wrong with it', async (path, body, status) => {
    expect(await call('PUT', path, body)).toMatchObject({ status, type: 'application/problem+json' });
  });
});

describe('The key', () => {
  test('is checked when one is sent, is not needed in development, and is needed for nothing at health', async () => {
    const own = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
    const keyed = await startAdapterProcess({
      STOCKBRIDGE_DATA: own,
      ServiceBusConnection: DEAD_BUS,
      STOCKBRIDGE_ADAPTER_KEY: 'right',
    });
    const statuses = await Promise.all(
      [
        {},
        { 'x-api-key': 'right' },
        { authorization: 'Bearer right' },
        { 'x-api-key': 'wrong' },
        { authorization: 'Bearer wrong' },
      ].map(
        async (headers: Record<string, string>) =>
          (await fetch(`${keyed.url}/api/v1/positions`, { headers })).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 200, 401, 401]);
    expect((await fetch(`${keyed.url}/api/v1/health`, { headers: { 'x-api-key': 'wrong' } })).status).toBe(
      200,
    );
    expect(await keyed.end('SIGTERM')).toBe(0);
    await rm(own, { recursive: true });
  });
});

describe('The start', () => {
  const MAIN = new URL('main.ts', import.meta.url).pathname;
  const run = (args: string[], env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      env: { PATH: process.env.PATH, STOCKBRIDGE_DATA: folder, ...env },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  const development = { STOCKBRIDGE_ENV: 'development', ServiceBusConnection: DEAD_BUS };

  test.each([
    ['no bus setting', { STOCKBRIDGE_ENV: 'development' }, 'ServiceBusConnection is missing'],
    [
      'no key and TLS outside development',
      { ServiceBusConnection: DEAD_BUS },
      'set STOCKBRIDGE_ADAPTER_KEY, STOCKBRIDGE_TLS_CERT, STOCKBRIDGE_TLS_KEY',
    ],
    [
      'no key and TLS on every address',
      { ...development, STOCKBRIDGE_ADAPTER_HOST: '0.0.0.0' },
      'set STOCKBRIDGE_ADAPTER_KEY',
    ],
    ['half of TLS', { ...development, STOCKBRIDGE_TLS_CERT: 'cert.pem' }, 'go together'],
    [
      'a certificate that is not there',
      { ...development, STOCKBRIDGE_TLS_CERT: 'no.pem', STOCKBRIDGE_TLS_KEY: 'no.pem' },
      'STOCKBRIDGE_TLS_CERT is "no.pem"',
    ],
    [
      'a port that is none',
      { ...development, STOCKBRIDGE_ADAPTER_PORT: '99999' },
      'STOCKBRIDGE_ADAPTER_PORT is "99999"',
    ],
    ['a folder that cannot be made', { ...development, STOCKBRIDGE_DATA: '/dev/null' }, 'STOCKBRIDGE_DATA'],
  ])('with %s stops with one line that says what to do', async (_what, env, text) => {
    const { code, stderr, stdout } = await run([], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^WMS adapter cannot start: [^\n]+\n$/);
    expect(stderr).toContain(text);
  });

  test('on a port in use stops with one line that names it', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve(Number(Object(other.address()).port)));
    });
    const own = join(folder, 'other');
    const { code, stderr } = await run([], {
      ...development,
      STOCKBRIDGE_DATA: own,
      STOCKBRIDGE_ADAPTER_PORT: String(port),
    });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(
      `WMS adapter cannot start: port ${port} on 127.0.0.1 is in use: stop the other process`,
    );
  });

  test('with --help tells the settings', async () => {
    const { code, stdout } = await run(['--help'], {});
    expect(code).toBe(0);
    expect(stdout).toContain('STOCKBRIDGE_ADAPTER_PORT');
  });
});
