import { describe, expect, test } from 'vitest';
import { problemDetailsSchema } from '../../../shared/contracts/problem-details.ts';
import { PartAwayError } from './availability.ts';
import type { ReplayRequest } from './parked-replay.ts';
import type { ParkedPlace, ParkedRow } from './parked-rows.ts';
import type { ReaderStatus } from './reader.ts';
import { createReaderApi } from './reader-api.ts';

const rows = Array.from(
  { length: 5 },
  (_, index): ParkedRow => ({
    id: `${index}:MSG-${index}`,
    number: BigInt(index),
    eventId: `MSG-${index}`,
    sameAs: null,
    reason: 'column SKU (itemId) is NULL: the event needs it',
    content: '{"SKU":null}',
    parkedAt: '2024-11-18T12:00:00.000Z',
  }),
);
const parked = {
  list: (after: ParkedPlace | undefined, limit: number) =>
    rows.filter(({ number }) => number > (after?.number ?? -1n)).slice(0, limit),
};
const status: ReaderStatus = {
  source: 'connected',
  bus: 'away',
  lastReadAt: new Date('2024-11-18T12:00:00Z'),
  caughtUpAt: new Date('2024-11-18T12:00:00Z'),
  behind: false,
  parked: 5,
  numberingWentBack: false,
  misnumbered: false,
};

function setUp(options: { status?: Partial<ReaderStatus>; key?: string; away?: boolean } = {}) {
  const requests: ReplayRequest[] = [];
  const api = createReaderApi({
    settings: { key: options.key, keyRequired: options.key !== undefined },
    parked,
    reader: {
      status: () => ({ ...status, ...options.status }),
      replay: async (request) => {
        if (options.away) throw new PartAwayError('Service Bus is away: ECONNREFUSED');
        requests.push(request);
        return { replayed: 1, stillParked: 0, gone: 0, unknown: [] };
      },
    },
    log: () => {},
  });
  const call = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('host', 'localhost');
    const response = await api.request(`/api/v1${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
  };
  const post = (body: string, headers = { 'content-type': 'application/json' }) =>
    call('/parked/replay', { method: 'POST', body, headers });
  return { call, post, requests };
}

describe('Health', () => {
  test('is ready while the bus is away, since rows wait in the source', async () => {
    const { call } = setUp();
    expect(await call('/health')).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        source: 'connected',
        bus: 'away',
        outbox: { parked: 5, behind: false, lastReadAt: '2024-11-18T12:00:00.000Z' },
      },
    });
  });

  test.each(['away', 'starting'] as const)(
    'is 503 while the source is %s, and live all the same',
    async (source) => {
      const { call } = setUp({ status: { source } });
      expect(await call('/health')).toMatchObject({
        status: 503,
        body: { status: 'not-ready', missing: ['source'] },
      });
      expect(await call('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
    },
  );

  test('tells when the numbering of the source went back', async () => {
    const { call } = setUp({ status: { numberingWentBack: true } });
    expect((await call('/health')).body).toMatchObject({ outbox: { numberingWentBack: true } });
  });
});

describe('Parked rows', () => {
  test('are listed page by page', async () => {
    const { call } = setUp();
    const first = await call('/parked?limit=3');
    expect(first.body).toEqual({
      parked: [0, 1, 2].map((number) => ({
        id: `${number}:MSG-${number}`,
        number: String(number),
        reason: rows[0]?.reason,
        parkedAt: '2024-11-18T12:00:00.000Z',
        row: { SKU: null },
      })),
      next: '2:MSG-2',
    });
    expect((await call('/parked?limit=3&after=2:MSG-2')).body).toMatchObject({
      parked: [{ id: '3:MSG-3' }, {}],
    });
    expect((await call('/parked?after=2:MSG-2')).body).not.toHaveProperty('next');
  });

  test('are replayed by ids, all, or from one on', async () => {
    const { post, requests } = setUp();
    for (const body of ['{"ids":["1:MSG-1"]}', '{}', '{"after":"7:MSG:7"}']) {
      expect(await post(body)).toMatchObject({ status: 200, body: { replayed: 1 } });
    }
    expect(requests).toEqual([{ ids: ['1:MSG-1'] }, {}, { after: { id: '7:MSG:7', number: 7n } }]);
  });

  test('cannot be replayed now while a part is away', async () => {
    const answer = await setUp({ away: true }).post('{}');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(problemDetailsSchema.parse(answer.body).detail).toBe('Service Bus is away: ECONNREFUSED');
  });
});

describe('Calls that are wrong are answered with problem details', () => {
  const { call, post, requests } = setUp();
  test.each([
    '/parked?limit=0',
    '/parked?limit=1001',
    '/parked?limit=x',
    '/parked?after=x',
    '/parked?after=9223372036854775808:x',
  ])('GET %s: 400', async (path) => {
    const { status, body } = await call(path);
    expect(status).toBe(400);
    expect(problemDetailsSchema.parse(body).detail).toMatch(/^(limit|after): must be/);
  });

  test.each([
    ['{"ids":[]}', 400],
    ['{"ids":[1]}', 400],
    ['{"all":true}', 400],
    ['{"after":"x"}', 400],
    ['{"after":"-9223372036854775809:x"}', 400],
    ['{', 400],
    [JSON.stringify({ ids: Array.from({ length: 1_001 }, (_, index) => `${index}:x`) }), 400],
    [`"${'x'.repeat(1024 * 1024)}"`, 413],
  ])('a replay of %s', async (body, expected) => {
    const { status } = await post(body);
    expect(status).toBe(expected);
  });

  test('a replay that does not say it is JSON: 415', async () => {
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect(requests).toEqual([]);
  });

  test('another method: 405 with those there are', async () => {
    const { status, headers } = await call('/parked', { method: 'DELETE' });
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'GET' });
  });

  test.each(['/transactions', '/positions', '/ledger'])(
    '%s: 404, saying what this adapter is',
    async (path) => {
      const { status, body } = await call(path);
      expect(status).toBe(404);
      expect(problemDetailsSchema.parse(body).detail).toContain(
        'reads an existing WMS and takes no transactions',
      );
    },
  );
});

describe('The key', () => {
  const { call } = setUp({ key: 'right' });
  test.each([
    [{}, 401],
    [{ 'x-api-key': 'wrong' }, 401],
    [{ 'x-api-key': 'wrong', authorization: 'Bearer right' }, 401],
    [{ authorization: 'Basic right' }, 401],
    [{ authorization: 'bearer right' }, 200],
    [{ 'x-api-key': 'right' }, 200],
  ])('%o → %i', async (headers, status) => {
    expect((await call('/parked', { headers: new Headers(headers) })).status).toBe(status);
  });

  test('is not needed for health', async () => {
    expect((await call('/health')).status).toBe(200);
  });
});
