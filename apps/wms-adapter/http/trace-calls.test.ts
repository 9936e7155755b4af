import { SpanStatusCode } from '@opentelemetry/api';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { transactionSchema } from '../../../shared/contracts/transaction.ts';
import { recordTelemetry } from '../../../test/doubles/recorded-telemetry.ts';
import { type ApiEnvironment, traceOfCall } from './call.ts';
import { tellScans } from './tell-scans.ts';
import { traceCalls } from './trace-calls.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const headers = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };

let telemetry: ReturnType<typeof recordTelemetry>;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

const api = new Hono<ApiEnvironment>()
  .use(traceCalls)
  .all('/transactions', (context) => context.json(traceOfCall(context)))
  .put('/users/:userId', (context) => context.json({}, 503));
const app = new Hono<ApiEnvironment>().route('/api/v1', api);

test('A call that may change something is a span of its caller, and what it books goes on from there', async () => {
  const answer = await app.request('/api/v1/transactions', { method: 'POST', headers });
  const [span] = telemetry.spans();
  expect(span).toMatchObject({
    name: 'POST /api/v1/transactions',
    attributes: { 'http.response.status_code': 200 },
  });
  expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(await answer.json()).toEqual({
    traceparent: `00-${TRACE_ID}-${span?.spanContext().spanId}-01`,
  });
});

test('A call that only reads is none', async () => {
  await app.request('/api/v1/transactions', { headers });
  expect(telemetry.spans()).toEqual([]);
});

test('A call is named by its route, never by what a caller or a person is called', async () => {
  await app.request('/api/v1/users/ann.smith', { method: 'PUT' });
  await app.request('/api/v1/whatever/comes', { method: 'POST' });
  const [user, unknown] = telemetry.spans();
  expect(user).toMatchObject({
    name: 'PUT /api/v1/users/{userId}',
    attributes: { 'http.route': '/api/v1/users/{userId}' },
  });
  expect(unknown).toMatchObject({ name: 'POST', attributes: { 'http.response.status_code': 404 } });
  expect(JSON.stringify(telemetry.spans().map(({ attributes }) => attributes))).not.toMatch(/ann|whatever/);
});

test('A call that is answered 5xx has failed; one that is the fault of its caller has not', async () => {
  await app.request('/api/v1/users/ann.smith', { method: 'PUT' });
  await app.request('/api/v1/whatever/comes', { method: 'POST' });
  expect(telemetry.spans().map(({ status }) => status)).toEqual([
    { code: SpanStatusCode.ERROR, message: 'answered 503' },
    { code: SpanStatusCode.UNSET },
  ]);
});

describe('The answers of a call', () => {
  test('are told beside the time that the first of its scans waited for it', () => {
    const scannedAt = '2024-11-18T10:00:00.000Z';
    const transaction = transactionSchema.parse({
      ...{ transactionId: crypto.randomUUID(), type: 'receipt', itemId: 'I-1', warehouseId: 'WH-001' },
      ...{ locationId: 'A-1', quantity: 1, scannerId: 'SCANNER-08', userId: 'ann' },
      scannedAt: '2024-11-18T10:00:04.000Z',
    });
    const upload = { receivedAt: new Date('2024-11-18T10:00:05.000Z'), caller: headers };
    tellScans([{ transaction }, { transaction: { ...transaction, scannedAt } }], [], upload);
    tellScans([{ transaction }], [], upload);
    const [both, one] = telemetry.spans('scan');
    expect(both).toMatchObject({
      ...{ startTime: [1_731_924_000, 0], endTime: [1_731_924_005, 0] },
      ...{ parentSpanContext: { traceId: TRACE_ID }, attributes: { transactions: 2 } },
    });
    expect(both?.attributes).not.toHaveProperty('transaction.id');
    expect(one?.attributes).toMatchObject({ 'transaction.id': transaction.transactionId, 'item.id': 'I-1' });
  });

  test('are counted by their outcome, and what was not booked is told of with its ids', async () => {
    const transactionId = '5a1b8c5e-0000-4000-8000-000000000001';
    const position = { onHand: 1, version: 1 };
    const detail = 'there is no user ann.smith';
    tellScans(
      [{ transactionId, outcome: 'rejected' }],
      [
        {
          transactionId,
          outcome: 'rejected',
          problem: {
            ...{ type: 'about:blank', title: 'Not valid', status: 422, detail },
            errors: [{ pointer: '/userId', detail }],
          },
        },
        { transactionId, outcome: 'applied', position },
        { transactionId, outcome: 'applied', position },
      ],
      { receivedAt: new Date(), caller: undefined },
    );
    const points = (await telemetry.metrics()).get('stockbridge.scans')?.points;
    expect(points).toEqual([
      { attributes: { outcome: 'rejected' }, value: 1 },
      { attributes: { outcome: 'applied' }, value: 2 },
    ]);
    expect(telemetry.records()).toMatchObject([
      {
        body: 'scan-rejected',
        attributes: { 'transaction.id': transactionId, problem: 'Not valid', fields: '/userId' },
      },
    ]);
    const [record] = telemetry.records();
    // People are not named.
    expect(JSON.stringify(record?.attributes)).not.toContain('ann.smith');
  });
});
