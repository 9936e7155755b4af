import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AdapterClient } from '../core/adapter-client.ts';
import { adapterClient } from './adapter-client.ts';
import { readUpTo } from './read-up-to.ts';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let answering: Answering;
let client: AdapterClient;
const abort = new AbortController();

beforeAll(async () => {
  server = createServer((request, response) => answering(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  const { port } = server.address() as AddressInfo;
  const clock = { read: () => ({ wall: Date.UTC(2026, 10, 22), run: 'run-1', milliseconds: 1.23456 }) };
  const origin = `http://127.0.0.1:${port}`;
  client = adapterClient({ origin, key: () => 'sbk_1', clock, timeoutMs: 300, signal: abort.signal });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

test('every call brings the key of the device and both its clocks, one with scans its number', async () => {
  let seen: IncomingMessage | undefined;
  answering = (request, response) => {
    seen = request;
    json(200, { results: [] }, { 'x-clock-offset': '-1500' })(request, response);
  };
  expect(await client.post([], 17)).toEqual({ kind: 'answered', body: [], clockOffsetMs: -1_500 });
  expect(seen?.url).toBe('/api/v1/transactions');
  expect(seen?.headers).toMatchObject({
    authorization: 'Bearer sbk_1',
    'content-type': 'application/json',
    'x-device-time': '2026-11-22T00:00:00.000Z',
    'x-device-run': 'run-1',
    'x-device-monotonic': '1.235',
    'x-device-call': '17',
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
  });
});

test('what a newer adapter says of one scan hides no other, and what it says besides is left out', async () => {
  const position = { onHand: 3, version: 4, shelf: 'upper' };
  answering = json(200, {
    tookMs: 3,
    results: [
      { transactionId: 'a', outcome: 'applied', position, flags: ['recount', 'too-heavy'], batch: 7 },
      { transactionId: 'b', outcome: 'parked', until: '2026-12-01' },
      { outcome: 'applied' },
      { transactionId: 'c', outcome: 'duplicate' },
    ],
  });
  expect(await client.post([])).toEqual({
    kind: 'answered',
    body: [
      { transactionId: 'a', outcome: 'applied', position: { onHand: 3, version: 4 }, flags: ['recount'] },
      {
        transactionId: 'b',
        outcome: 'not-understood',
        detail: '{"transactionId":"b","outcome":"parked","until":"2026-12-01"}',
      },
      { transactionId: 'c', outcome: 'duplicate' },
    ],
  });
});

test('a card is tried with its own key, and one without a key with none', async () => {
  const keys: unknown[] = [];
  answering = (request, response) => {
    keys.push(request.headers.authorization);
    json(401, { type: 'about:blank', title: 'The key is not valid', status: 401 })(request, response);
  };
  expect(await client.enrol({ scannerId: 'S', key: 'sbk_2' })).toMatchObject({ kind: 'refused' });
  await client.enrol({ scannerId: 'S' });
  expect(keys).toEqual(['Bearer sbk_2', undefined]);
});

test('a server that does not answer in time, or breaks off, has not answered', async () => {
  answering = () => undefined;
  expect(await client.masterData(0)).toEqual({ kind: 'no-answer', detail: 'No answer within 0.3 seconds' });
  answering = (_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      .write('{"results"');
    response.destroy();
  };
  expect(await client.post([])).toMatchObject({ kind: 'no-answer' });
});

test.each([
  [503, { 'retry-after': '7' }, 7_000],
  [429, { 'retry-after': 'Sun, 22 Nov 2026 10:00:10 GMT', date: 'Sun, 22 Nov 2026 10:00:00 GMT' }, 10_000],
  [500, { 'retry-after': 'soon' }, undefined],
])('a %s with %j asks to be left alone for %s ms', async (status, headers, retryAfterMs) => {
  const problem = { type: 'about:blank', title: 'Not now', status };
  answering = json(status, problem, headers);
  expect(await client.post([])).toEqual({
    kind: 'failing',
    status,
    detail: 'Not now',
    problem,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
});

test('a lock that was let go of has no body, and a page in its place is no answer', async () => {
  answering = (_, response) => response.writeHead(204).end();
  expect(await client.releaseLock('lock/1')).toEqual({ kind: 'answered', body: undefined });
  answering = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  expect(await client.releaseLock('lock/1')).toMatchObject({ kind: 'failing', status: 200 });
});

test('a page of positions tells where the next begins', async () => {
  let url: string | undefined;
  answering = (request, response) => {
    url = request.url;
    json(200, { positions: [], next: 'c2' })(request, response);
  };
  const answer = await client.positions({ warehouseId: 'WH-001', itemId: 'A B', after: 'c1' });
  expect(answer).toEqual({ kind: 'answered', body: { rows: [], next: 'c2' } });
  expect(url).toBe('/api/v1/positions?warehouseId=WH-001&itemId=A+B&after=c1&limit=1000');
});

test('a pick list comes in as few pages as the server makes of it', async () => {
  let url: string | undefined;
  answering = (request, response) => {
    url = request.url;
    json(200, { picks: [] })(request, response);
  };
  expect(await client.pickList('WH-001', 'c1')).toEqual({ kind: 'answered', body: { rows: [] } });
  expect(url).toBe('/api/v1/pick-list?warehouseId=WH-001&after=c1&limit=1000');
});

test('what is to be counted for investigations comes with who asks, and why', async () => {
  let url: string | undefined;
  const task = {
    ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null },
    ...{
      investigationId: 'WH-001:ITEM-1:1',
      askedAt: '2026-11-22T10:00:00.000Z',
      askedBy: 'sue',
      reason: 'Why',
    },
  };
  answering = (request, response) => {
    url = request.url;
    json(200, { recountTasks: [{ positionId: 'WH-001|ITEM-1|A-05-02|', ...task }], next: '7' })(
      request,
      response,
    );
  };
  const answer = await client.recountTasks('WH-001');
  expect(answer).toMatchObject({ kind: 'answered', body: { rows: [task], next: '7' } });
  expect(url).toBe('/api/v1/recount-tasks?warehouseId=WH-001&limit=1000');
});

test('an answer is read up to a limit, and characters are not torn apart', async () => {
  expect(await readUpTo(new Response('grün'), 5)).toBe('grün');
  expect(await readUpTo(new Response('grün'), 4)).toBeUndefined();
  expect(await readUpTo(new Response(null), 4)).toBe('');
});
