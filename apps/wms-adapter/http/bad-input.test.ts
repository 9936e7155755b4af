import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FieldFault } from '../../../shared/contracts/field-fault.ts';
import { problemDetailsSchema } from '../../../shared/contracts/problem-details.ts';
import { type AdapterUnderTest, scan, startAdapterUnderTest } from '../adapter-under-test.ts';

/** The table of `docs/bad-input.md`, section "The adapter's API": each row has its test here or beside its subject. */

let adapter: AdapterUnderTest;

beforeAll(async () => {
  adapter = await startAdapterUnderTest();
});
afterAll(() => adapter?.end());

const json = 'application/json';

describe('A call that cannot be read as a whole', () => {
  test.each([
    ['what is not JSON', 400, { body: '{"quantity":', type: json }],
    ['what is neither object nor array', 400, { body: '42', type: json }],
    ['broken UTF-8', 400, { body: Buffer.from([0x22, 0xff, 0x22]), type: json }],
    ['an empty body', 400, { body: '', type: json }],
    ['more than 1 MB', 413, { body: `[${' '.repeat(1024 * 1024)}]`, type: json }],
    ['another content type', 415, { body: '{}', type: 'text/plain' }],
    ['no content type', 415, { body: Buffer.from('{}'), type: undefined }],
  ])('for %s is answered with problem details of status %i', async (_what, status, { body, type }) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const answer = await adapter.send('POST', '/transactions', { headers, body });
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(problemDetailsSchema.parse(answer.body).status).toBe(status);
  });

  test('for a batch of 501 is answered with 400, and nothing of it is booked', async () => {
    const scans = Array.from({ length: 501 }, () => scan({ lotNumber: 'LOT-501' }));
    const answer = await adapter.call('POST', '/transactions', scans);
    expect(answer).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { detail: '501 were sent, at most 500 are taken' },
    });
    const id = encodeURIComponent('WH-001|ITEM-1|A-05-02|LOT-501');
    expect(await adapter.call('GET', `/positions/${id}/history`)).toMatchObject({ status: 404 });
  });

  test('for an unknown path is answered with 404', async () => {
    expect(await adapter.call('GET', '/nothing')).toMatchObject({
      status: 404,
      type: 'application/problem+json',
    });
  });

  test.each([
    ['PATCH', '/positions', 'GET'],
    ['DELETE', '/transactions', 'POST'],
    ['POST', '/items/ITEM-1', 'GET, PUT'],
    ['POST', '/health', 'GET'],
    ['OPTIONS', '/transactions', 'POST'],
  ])('for %s %s is answered with 405 and what the path takes', async (method, path, allow) => {
    const answer = await adapter.call(method, path);
    expect(answer).toMatchObject({ status: 405, type: 'application/problem+json' });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test.each(['/items/%', '/items/%zz', '/items/%e2%28', '/positions/%c3/history'])(
    'for the broken escape in %s is answered with 400',
    async (path) => {
      const answer = await raw(`GET /api/v1${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toContain('HTTP/1.1 400 ');
      expect(answer).toContain('no escape of UTF-8');
    },
  );
});

describe('What is said back of a call', () => {
  const long = 'x'.repeat(5_000);

  test.each([
    ['an unknown path', 'GET', `/${long}`, {}, 404],
    ['a method that a path does not take', 'PATCH', `/items/${long}`, {}, 405],
    ['a path that cannot be read', 'GET', `/items/%zz${long}`, {}, 400],
    ['another content type', 'POST', '/transactions', { 'content-type': `text/${long}` }, 415],
  ])('is cut: %s', async (_what, method, path, headers, status) => {
    const answer = await adapter.send(method, path, { headers, ...(method === 'POST' && { body: '{}' }) });
    const { detail = '' } = problemDetailsSchema.parse(answer.body);
    expect(answer.status).toBe(status);
    expect(detail).toContain('x…');
    expect(detail.length).toBeLessThan(200);
  });

  test('is cut: what is not for devices', async () => {
    const key = await adapter.register('SCANNER-01', ['WH-001']);
    const answer = await adapter.call('GET', `/users/${long}`, undefined, key);
    expect(answer.status).toBe(403);
    expect(problemDetailsSchema.parse(answer.body).detail?.length).toBeLessThan(200);
  });
});

test.each([
  ['Host: evil.example', 403],
  ['Host: localhost\r\nOrigin: http://evil.example', 403],
  ['Host: localhost\r\nOrigin: http://localhost:3000', 200],
])('A call without a key that brings %j is answered with %i', async (headers, status) => {
  const answer = await raw(`GET /api/v1/positions HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`);
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  expect(answer.includes('application/problem+json')).toBe(status === 403);
});

test.each([
  'limit=0x10',
  'limit=1e3',
  'limit=',
  'limit=-1',
  'limit=5001',
  'version=',
  'version=1.0',
  'version=0x1',
])('A query with %s is answered with 400, naming it', async (query) => {
  const answer = await adapter.call('GET', `/master-data?${query}`);
  expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' });
  expect(problemDetailsSchema.parse(answer.body).errors).toMatchObject([
    { pointer: `/${query.split('=')[0]}` },
  ]);
});

test.each([
  ['a host that is none', 'GET /api/v1/positions HTTP/1.1\r\nHost: a/b?c\r\nConnection: close'],
  ['no host, in HTTP/1.0', 'GET /api/v1/positions HTTP/1.0'],
  ['no host', 'GET /api/v1/positions HTTP/1.1\r\nConnection: close'],
  ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close'],
])('A call with %s is answered with 400 without a body', async (_what, head) => {
  const answer = await raw(`${head}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).not.toContain('application/problem+json');
  expect(answer).toMatch(/\r\n\r\n(0\r\n\r\n)?$/);
});

describe('What is no HTTP', () => {
  test.each([
    ['an unknown method', 'STEAL /api/v1/positions HTTP/1.1\r\nHost: localhost\r\n\r\n', '400 '],
    [
      'a header with a broken name',
      'GET /api/v1/positions HTTP/1.1\r\nHost: localhost\r\nbad header: x\r\n\r\n',
      '400 ',
    ],
    [
      'a header with a control character',
      'GET /api/v1/positions HTTP/1.1\r\nHost: localhost\r\nx-a: \u0001\r\n\r\n',
      '400 ',
    ],
    [
      'two lengths',
      'POST /api/v1/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      '400 ',
    ],
    [
      'headers of 20 KB',
      `GET /api/v1/positions HTTP/1.1\r\nHost: localhost\r\nx-a: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431 ',
    ],
  ])('%s is answered with %s and the connection is closed', async (_what, bytes, status) => {
    expect(await raw(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    expect(await adapter.call('GET', '/health/live')).toMatchObject({ status: 200 });
  });
});

describe('A scan', () => {
  const lot = "LOT'; DROP TABLE ledger; --";

  test.each([
    ['a quantity of 1e15', { quantity: 1e15 }, '/quantity', '1000000000000000'],
    ['SQL in a lot number', { lotNumber: lot }, '/lotNumber', lot],
    ['a line break in an id', { userId: 'ann\nadmin' }, '/userId', '"ann\\nadmin"'],
    ['an unknown warehouse', { warehouseId: 'WH-999' }, '/warehouseId', 'unknown warehouse WH-999'],
    ['an unknown item', { itemId: 'ITEM-9' }, '/itemId', 'unknown item ITEM-9'],
    ['an unknown location', { locationId: 'Z-1' }, '/locationId', 'unknown location Z-1'],
  ])('with %s is rejected and the field named', async (_what, fields, pointer, text) => {
    const [result] = await adapter.post(scan(fields));
    expect(result).toMatchObject({ outcome: 'rejected', problem: { errors: [{ pointer }] } });
    expect(result?.problem?.errors?.[0]?.detail).toContain(text);
  });

  test.each<[Parameters<typeof scan>[0], string, Partial<FieldFault>]>([
    [{ quantity: 1e15 }, '/quantity', { code: 'too-many', limit: 1_000_000_000 }],
    [{ quantity: 1.5 }, '/quantity', { code: 'not-whole' }],
    [{ quantity: 0 }, '/quantity', { code: 'not-positive' }],
    [{ type: 'adjustment', quantity: 0 }, '/quantity', { code: 'zero' }],
    [{ type: 'count', quantity: -1 }, '/quantity', { code: 'negative' }],
    [{ type: 'transfer' }, '/toLocationId', { code: 'required' }],
    [{ type: 'transfer', toLocationId: 'A-05-02' }, '/toLocationId', { code: 'same-location' }],
    [{ lotNumber: lot }, '/lotNumber', { code: 'malformed' }],
    [{ reason: 'x'.repeat(257) }, '/reason', { code: 'malformed' }],
    [{ warehouseId: 'WH-999' }, '/warehouseId', { code: 'unknown-warehouse' }],
    [{ itemId: 'ITEM-9' }, '/itemId', { code: 'unknown-item' }],
    [{ locationId: 'Z-1' }, '/locationId', { code: 'unknown-location' }],
    [{ scannedAt: '1970-01-01T00:00:00Z' }, '/scannedAt', { code: 'clock-never-set' }],
  ])('with %j says what is wrong as a code, with the figures', async (fields, pointer, fault) => {
    const [result] = await adapter.post(scan(fields));
    expect(result?.problem?.errors).toEqual([{ pointer, detail: expect.any(String), ...fault }]);
  });

  test('that would take a position beyond all limits tells the limit, and what it would be', async () => {
    const most = scan({ lotNumber: 'LOT-MOST', quantity: 1_000_000_000 });
    const [, result] = await adapter.post([most, scan({ lotNumber: 'LOT-MOST', quantity: 5 })]);
    expect(result?.problem?.errors).toMatchObject([
      { pointer: '/quantity', code: 'beyond-limit', pieces: 1_000_000_005, limit: 1_000_000_000 },
    ]);
  });

  test('nested 5,000 deep is rejected, and its neighbour is booked', async () => {
    const deep = `{"transactionId": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    const answer = await adapter.send('POST', '/transactions', {
      headers: { 'content-type': json },
      body: `[${JSON.stringify(scan({ lotNumber: 'LOT-DEEP' }))}, ${deep}]`,
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { results: [{ outcome: 'applied' }, { outcome: 'rejected', transactionId: '' }] },
    });
  });

  test('under the UUID of another is rejected, and the first stands', async () => {
    const first = scan({ lotNumber: 'LOT-UUID', quantity: 3 });
    const results = await adapter.post([first, { ...first, quantity: 4 }, first]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'rejected', 'duplicate']);
    expect(results[1]?.problem).toMatchObject({
      type: 'urn:stockbridge:problem:transaction-id-reused',
      errors: [{ pointer: '/transactionId', code: 'id-reused' }],
    });
    expect(results[2]?.position).toEqual({ onHand: 3, version: 1 });
  });

  test('that is replayed, by whoever, with or without its device, changes nothing', async () => {
    await adapter.call('PUT', '/users/ann', { warehouseIds: ['WH-001'] });
    const key = await adapter.register('SCANNER-08', ['WH-001']);
    const one = scan({ lotNumber: 'LOT-REPLAY', userId: 'ann' });
    expect(await adapter.post(one, key)).toMatchObject([{ outcome: 'applied' }]);
    for (const headers of [key, {}, { ...key, 'x-device-time': '2024-01-01T00:00:00Z' }]) {
      expect(await adapter.post(one, headers)).toMatchObject([
        { outcome: 'duplicate', position: { onHand: 1, version: 1 } },
      ]);
    }
  });
});

describe('A body of 10 MB', () => {
  const body = Buffer.alloc(10 * 1024 * 1024, 0x20);
  const head = 'POST /api/v1/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const lengths: [string, string, Buffer][] = [
    ['that tells its length', `${head}Content-Length: ${body.length}\r\n\r\n`, body],
    [
      'that does not',
      `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
      Buffer.concat([body, Buffer.from('\r\n0\r\n\r\n')]),
    ],
  ];

  test.each(lengths)('%s is answered with 413 and the connection is closed', async (_what, start, rest) => {
    const answer = await raw(start, rest);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('at most 1048576 bytes are taken');
  });

  test('is cut off where it never ends', async () => {
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    });
    // The answer is lost where the connection is closed before this side has stopped sending.
    const status = await adapter
      .send('POST', '/transactions', { headers: { 'content-type': json }, body: stream, duplex: 'half' })
      .then((answer) => answer.status, codeOfCause);
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(status);
    expect(await adapter.call('GET', '/health/live')).toMatchObject({ status: 200 });
  });

  test.runIf(process.platform === 'linux')('takes no memory, however many come', async () => {
    const peakMegabytes = () => {
      const status = readFileSync(`/proc/${adapter.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    };
    const before = peakMegabytes();
    await Promise.all(
      Array.from({ length: 10 }, () => lengths).flatMap((both) =>
        both.map(([_what, start, rest]) => raw(start, rest)),
      ),
    );
    // 200 MB were sent; of each body at most one of its ten was read.
    expect(peakMegabytes() - before).toBeLessThan(100);
  });
});

/** Why a call of `fetch` found no answer: the code of its cause. */
function codeOfCause(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? cause.code : error;
}

/** Sends bytes as they are and answers everything that comes back until the connection is closed. */
function raw(start: string, rest: Buffer = Buffer.alloc(0)): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(adapter.url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(start);
      socket.write(rest);
    });
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    // Bytes that are still on their way when the other side closes end in a reset.
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
