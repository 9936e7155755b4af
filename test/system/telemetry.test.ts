import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startAdapterProcess } from '../../apps/wms-adapter/adapter-process.ts';
import {
  movement,
  settingsText,
  sqliteWms,
} from '../../apps/wms-adapter/outbox-reader/contract/imaginary-wms.ts';
import { recordsOf } from '../../shared/contracts/otlp-json.ts';
import { quarantinePageSchema } from '../../shared/contracts/quarantine.ts';
import { acceptedRunSchema, runSchema } from '../../shared/contracts/reconciliation.ts';
import { tracesSchema as tracesAnswerSchema } from '../../shared/contracts/traces.ts';
import { WITHOUT_TIMED_RUNS } from '../without-timed-runs.ts';
import { type Fabric, publishedEvent, startFabric, transaction, until } from './fabric.ts';
import { omsOf, stockUp } from './orders.ts';

let fabric: Fabric;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-telemetry-'));
  const environment = {
    ...WITHOUT_TIMED_RUNS,
    STOCKBRIDGE_TELEMETRY_DIR: folder,
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: '1',
  };
  fabric = await startFabric({ environment });
}, 90_000);

afterAll(async () => {
  await fabric?.stop();
  await rm(folder, { recursive: true });
}, 30_000);

const attributesSchema = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]])));
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: attributesSchema,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
});
const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

/** Lines of a signal, of both processes. */
async function linesOf(signal: string): Promise<unknown[]> {
  const files = (await readdir(folder)).filter((file) => file.includes(`-${signal}-`));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  // The last line may be on its way.
  return texts.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => JSON.parse(line));
}

async function spans() {
  const requests = (await linesOf('traces')).map((line) => tracesSchema.parse(line));
  return requests
    .flatMap(({ resourceSpans }) => resourceSpans)
    .flatMap(({ resource, scopeSpans }) =>
      scopeSpans
        .flatMap((scope) => scope.spans)
        .map((span) => ({ ...span, service: resource.attributes['service.name'] })),
    );
}

const traceOf = async (traceId: string) => (await spans()).filter((span) => span.traceId === traceId);

const records = async () => (await linesOf('logs')).flatMap((line) => recordsOf(JSON.stringify(line)));

async function bodiesAbout(itemId: string): Promise<unknown[]> {
  return (await records())
    .filter(({ attributes }) => attributes['item.id'] === itemId)
    .map(({ body }) => body);
}

/** A call in a trace of its caller's, and the id of that. */
async function callInTrace(url: string, body: unknown) {
  const traceId = randomUUID().replaceAll('-', '');
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return { traceId, answer: (await response.json()) as unknown };
}

async function knownItem(): Promise<string> {
  const itemId = `ITEM-${randomUUID().slice(0, 8)}`;
  await fabric.know([itemId], ['A-05-02']);
  return itemId;
}

describe('telemetry into files', () => {
  test('follows a scan to the stock of the cloud in one trace', async () => {
    const itemId = await knownItem();
    const traceId = randomUUID().replaceAll('-', '');
    const response = await fetch(`${fabric.stack.urls.adapter}/api/v1/transactions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
      body: JSON.stringify(transaction({ itemId, quantity: 7 })),
    });
    expect(response.status).toBe(200);
    const trace = await until(
      () => traceOf(traceId),
      (found) => found.some(({ name }) => name === 'project event'),
    );
    const call = trace.find(({ name }) => name === 'POST /api/v1/transactions');
    const event = trace.find(({ name }) => name === 'project event');
    expect(call).toMatchObject({ parentSpanId: 'b7ad6b7169203331', service: 'stockbridge-wms-adapter' });
    expect(event).toMatchObject({ parentSpanId: call?.spanId, service: 'stockbridge-functions' });
    expect(event?.attributes).toMatchObject({ 'item.id': itemId, 'warehouse.id': 'WH-001' });
    const told = await fabric.get(`traces?id=${event?.attributes['event.id']}`);
    const [found] = tracesAnswerSchema.parse(told.body).traces;
    expect(found?.spans.map(({ name }) => name)).toEqual([
      ...['scan', 'POST /api/v1/transactions', 'project event'],
    ]);
    const batches = (await spans()).filter(({ name }) => name === 'project batch');
    expect(batches.map(({ spanId }) => spanId)).toContain(event?.links[0]?.spanId);
  });

  test('follows an order to its confirmation in one trace', async () => {
    const itemId = await knownItem();
    await fabric.transact([transaction({ itemId, quantity: 10 })]);
    const oms = omsOf(fabric);
    await until(
      () => oms.atp(itemId),
      ({ atp }) => atp === 10,
    );
    const orderId = await oms.order(`O-${randomUUID().slice(0, 8)}`, [{ itemId, quantity: 4 }]);
    await oms.until(orderId, ({ status }) => status === 'confirmed');
    const settled = await until(spans, (found) =>
      found.some(({ name, attributes }) => name === 'settle decision' && attributes['order.id'] === orderId),
    );
    const settle = settled.find(
      ({ name, attributes }) => name === 'settle decision' && attributes['order.id'] === orderId,
    );
    const names = [
      'POST /api/orders/{orderId}/allocations',
      ...['place line', 'decide allocation', 'settle decision'],
    ];
    const trace = await until(
      () => traceOf(settle?.traceId ?? ''),
      (found) => names.every((name) => found.some((span) => span.name === name)),
    );
    const chain = names.map((name) => trace.find((span) => span.name === name));
    for (const span of chain) expect(span?.attributes, span?.name).toMatchObject({ 'order.id': orderId });
    for (const [index, span] of chain.entries())
      if (index > 0) expect(span?.parentSpanId, span?.name).toBe(chain[index - 1]?.spanId);
  });

  test('follows a backorder to its confirmation in the trace of its order, with a link to the receipt', async () => {
    const itemId = await knownItem();
    const oms = omsOf(fabric);
    const orderId = `O-${randomUUID().slice(0, 8)}`;
    const { functions, adapter } = fabric.stack.urls;
    const order = await callInTrace(`${functions}/api/orders/${orderId}/allocations`, {
      lines: [{ lineId: 'L1', itemId, quantity: 4 }],
    });
    await oms.until(orderId, ({ status }) => status === 'backordered');
    const receipt = await callInTrace(
      `${adapter}/api/v1/transactions`,
      transaction({ itemId, quantity: 10 }),
    );
    await oms.until(orderId, ({ status }) => status === 'confirmed');
    const names = ['serve backorder', 'place line', 'decide allocation', 'settle decision'];
    const trace = await until(
      () => traceOf(order.traceId),
      (found) => names.every((name) => found.some((span) => span.name === name)),
    );
    const call = trace.find(({ name }) => name.startsWith('POST '));
    const served = trace.find(({ name }) => name === 'serve backorder');
    expect(served?.parentSpanId).toBe(call?.spanId);
    expect(served?.attributes).toMatchObject({ 'order.id': orderId, 'line.id': 'L1', 'item.id': itemId });
    const received = (await traceOf(receipt.traceId)).find(({ name }) => name.startsWith('POST '));
    expect(served?.links).toEqual([{ traceId: receipt.traceId, spanId: received?.spanId }]);
    const placed = trace.filter(({ name }) => name === 'place line');
    expect(placed.map(({ parentSpanId }) => parentSpanId)).toEqual([call?.spanId, served?.spanId]);
  });

  test('follows a run of the reconciliation from who asked to what it corrects in one trace', async () => {
    const itemId = await knownItem();
    await stockUp(fabric, itemId, { 'WH-001': 5 });
    const runs = 'reconciliation/runs';
    const { traceId, answer } = await callInTrace(`${fabric.stack.urls.functions}/api/${runs}`, {
      mode: 'full',
    });
    const { runId } = acceptedRunSchema.parse(answer);
    const run = async () => runSchema.parse((await fabric.get(`${runs}/${runId}`)).body);
    expect(await until(run, ({ endedAt }) => endedAt !== undefined)).toMatchObject({ status: 'completed' });
    const names = [
      `POST /api/${runs}`,
      ...['begin run', 'compare slice', 'settle suspects', 'correct item', 'end run'],
    ];
    const trace = await until(
      () => traceOf(traceId),
      (found) => names.every((name) => found.some((span) => span.name === name)),
    );
    for (const span of trace) expect(span.attributes, span.name).toMatchObject({ 'run.id': runId });
    const corrected = trace.find(
      ({ name, attributes }) => name === 'correct item' && attributes['item.id'] === itemId,
    );
    expect(corrected?.attributes).toMatchObject({ 'warehouse.id': 'WH-001' });
  });

  test('follows an event of an existing WMS from its row to the stock of the cloud in one trace', async () => {
    const wms = await sqliteWms();
    const data = await mkdtemp(join(tmpdir(), 'stockbridge-telemetry-reader-'));
    const file = join(data, 'outbox.jsonc');
    await writeFile(file, settingsText(wms.table, {}, { pollMilliseconds: 100 }));
    const itemId = `ITEM-${randomUUID().slice(0, 8)}`;
    const eventId = `MSG-${itemId}`;
    await wms.insert(movement(1, { MSG_ID: eventId, SKU: itemId }));
    const reader = await startAdapterProcess({
      STOCKBRIDGE_WMS_OUTBOX: file,
      WmsSqlConnection: wms.connection,
      STOCKBRIDGE_DATA: data,
      ServiceBusConnection: fabric.stack.connections.serviceBus,
      STOCKBRIDGE_TELEMETRY_DIR: folder,
    });
    try {
      const found = await until(spans, (all) =>
        ['publish row', 'project event'].every((name) =>
          all.some((span) => span.name === name && span.attributes['event.id'] === eventId),
        ),
      );
      const [row, event] = ['publish row', 'project event'].map((name) =>
        found.find((span) => span.name === name && span.attributes['event.id'] === eventId),
      );
      expect(row).toMatchObject({ service: 'stockbridge-wms-adapter', attributes: { 'item.id': itemId } });
      expect(row?.parentSpanId).toBeUndefined();
      expect(event).toMatchObject({ traceId: row?.traceId, parentSpanId: row?.spanId });
    } finally {
      await reader.end('SIGTERM');
      await wms.dispose();
      await rm(data, { recursive: true });
    }
  });

  test('counts a message that is parked once, also when it is deleted and restored', async () => {
    const itemId = await knownItem();
    const traceId = randomUUID().replaceAll('-', '');
    const [messageId, replayedId] = [`${itemId}-bad`, `${itemId}-bad#1`];
    await fabric.publish({
      messageId,
      body: publishedEvent({ itemId, warehouseId: 'WH-999' }),
      applicationProperties: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    const isParked = (page: { messages: { id: string }[] }) => page.messages.length > 0;
    const parked = async () =>
      quarantinePageSchema.parse((await fabric.get(`quarantine?text=${messageId}`)).body);
    const ids = (await until(parked, isParked)).messages.map(({ id }) => id);
    for (const action of ['delete', 'restore'])
      await fabric.postTo(`quarantine/${action}`, { ids, by: 'ann', why: 'a test' });
    await until(parked, isParked);
    await fabric.postTo('quarantine/replay', { ids, by: 'ann', why: 'a test' });
    const told = async () =>
      (await records())
        .filter((record) => record.traceId === traceId && record.body === 'message-parked')
        .map(({ attributes }) => attributes['message.id']);
    const expected = [messageId, replayedId];
    await until(told, (found) => found.length >= expected.length);
    expect(await told()).toEqual(expected);
  });

  test('names no people', async () => {
    const itemId = await knownItem();
    const person = `ann.${itemId.slice(5)}`;
    const calls: [string, string, object][] = [
      [
        'PUT',
        `users/${person}`,
        { warehouseIds: ['WH-001'], badge: `B-${person}`, pin: '8642', name: person },
      ],
      ['POST', 'sign-in', { badge: `B-${person}`, pin: '9753' }],
      ['POST', 'transactions', [transaction({ itemId, userId: person, locationId: 'NOWHERE' })]],
      ['POST', 'transactions', [transaction({ itemId, userId: `${person} *` })]],
    ];
    for (const [method, path, body] of calls)
      await fetch(`${fabric.stack.urls.adapter}/api/v1/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await fabric.publish({
      body: publishedEvent({ itemId, userId: `${person} *` }),
      applicationProperties: { cloudEvents_subject: itemId },
    });
    const told = async () => [...(await spans()).map(({ name }) => name), ...(await bodiesAbout(itemId))];
    const expected = [
      'PUT /api/v1/users/{userId}',
      'POST /api/v1/sign-in',
      'scan-rejected',
      'message-parked',
    ];
    await until(told, (found) => expected.every((one) => found.includes(one)));
    const all = JSON.stringify([await linesOf('traces'), await linesOf('logs')]);
    expect(all).not.toContain(person);
  });

  test('writes metrics and records of both processes', async () => {
    const itemId = await knownItem();
    await fabric.transact([transaction({ itemId, locationId: 'NOWHERE' })]);
    const names = [
      'stockbridge.latency',
      'stockbridge.scans',
      'stockbridge.outbox.published',
      'stockbridge.cosmos.request_charge',
      'stockbridge.backlog.age',
    ];
    await until(
      () => linesOf('metrics'),
      (lines) => names.every((name) => lines.some((line) => JSON.stringify(line).includes(`"${name}"`))),
    );
    await until(
      () => linesOf('logs'),
      (lines) =>
        lines.some((line) => {
          const text = JSON.stringify(line);
          return (
            text.includes('"scan-rejected"') && text.includes(itemId) && /"traceId":"[0-9a-f]{32}"/.test(text)
          );
        }),
    );
  });
});
