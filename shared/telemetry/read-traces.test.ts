import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tracesSchema } from '../contracts/traces.ts';
import { logRecord } from './log.ts';
import { readTraces } from './read-traces.ts';
import { inSpan, recordSpan } from './spans.ts';
import { startTelemetry } from './start.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SCANNER = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-telemetry-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a service records while it does something, in files. */
async function recorded(
  name: 'stockbridge-functions' | 'stockbridge-wms-adapter',
  work: () => Promise<void>,
) {
  const telemetry = await startTelemetry({ STOCKBRIDGE_TELEMETRY_DIR: folder }, { name }, () => undefined);
  await work();
  await telemetry.stop();
}

/** An upload of two scans, and the events of both. */
async function upload() {
  await recorded('stockbridge-wms-adapter', () =>
    inSpan('POST /api/v1/transactions', { kind: 'server', parent: SCANNER }, async () =>
      logRecord('warn', 'scan-exception', { 'transaction.id': 'T-2', expected: 1.5, queued: true }),
    ),
  );
  await recorded('stockbridge-functions', async () => {
    const [begun, ended] = [Date.now(), Date.now() + 250];
    for (const event of ['E-1', 'E-2'])
      recordSpan('project event', { parent: SCANNER, attributes: { 'event.id': event }, begun, ended });
    await inSpan('project batch', {}, async () => undefined);
  });
}

test('The trace that names an event has the spans and records of both services', async () => {
  await upload();
  const traces = await readTraces(folder, 'E-2');
  expect(tracesSchema.parse({ recorded: true, traces }).traces).toEqual(traces);
  const [trace] = traces;
  expect(traces).toHaveLength(1);
  expect(trace).toMatchObject({ traceId: TRACE_ID, more: false });
  expect(trace?.spans.map(({ name, service }) => [name, service])).toEqual([
    ['POST /api/v1/transactions', 'stockbridge-wms-adapter'],
    ['project event', 'stockbridge-functions'],
    ['project event', 'stockbridge-functions'],
  ]);
  expect(trace?.spans[2]).toMatchObject({ durationMs: 250, parentSpanId: 'b7ad6b7169203331' });
  expect(trace?.records).toMatchObject([
    {
      ...{ severity: 'warn', message: 'scan-exception', service: 'stockbridge-wms-adapter' },
      attributes: { 'transaction.id': 'T-2', expected: 1.5, queued: true },
    },
  ]);
});

test.each([['T-2'], [TRACE_ID]])('A trace is found by %s of a record, or its own id', async (id) => {
  await upload();
  expect(await readTraces(folder, id)).toMatchObject([{ traceId: TRACE_ID }]);
});

test('Of very many spans those that name the id are kept', async () => {
  await recorded('stockbridge-functions', async () => {
    for (let number = 0; number < 300; number += 1) {
      const [begun, ended] = [1_732_000_000_000 + number, 1_732_000_001_000];
      const attributes = { 'event.id': `E-${number}` };
      recordSpan('project event', { parent: SCANNER, attributes, begun, ended });
    }
  });
  const [trace] = await readTraces(folder, 'E-299');
  expect(trace).toMatchObject({ more: true, durationMs: 1_000 });
  expect(trace?.spans).toHaveLength(200);
  expect(trace?.spans.at(-1)?.attributes).toEqual({ 'event.id': 'E-299' });
});

test('A failure is told with its reason', async () => {
  await recorded('stockbridge-functions', async () => {
    const failing = inSpan('place line', { attributes: { 'order.id': 'O-1' } }, () =>
      Promise.reject(new Error('away')),
    );
    await expect(failing).rejects.toThrow('away');
  });
  expect(await readTraces(folder, 'O-1')).toMatchObject([{ spans: [{ failure: 'away' }] }]);
});

test('Of several traces the newest comes first', async () => {
  await recorded('stockbridge-functions', async () => {
    const begun = Date.now();
    for (const [index, name] of ['older', 'newer'].entries())
      recordSpan(name, {
        ...{ parent: null, attributes: { 'item.id': 'I-1' } },
        ...{ begun: begun + index, ended: begun + 9 },
      });
  });
  const traces = await readTraces(folder, 'I-1');
  expect(traces.map(({ spans }) => spans[0]?.name)).toEqual(['newer', 'older']);
});

test.each(['E-9', 'E-', 'ffffffffffffffffffffffffffffffff'])('Nothing is found by %s', async (id) => {
  await upload();
  expect(await readTraces(folder, id)).toEqual([]);
});

test('A line that is still being written, other files and a missing folder are left alone', async () => {
  await upload();
  await writeFile(join(folder, 'stockbridge-functions-traces-9.jsonl'), '{"resourceSpans":"E-1');
  await writeFile(join(folder, 'notes.jsonl'), '"E-1"\n');
  expect(await readTraces(folder, 'E-1')).toHaveLength(1);
  expect(await readTraces(join(folder, 'none'), 'E-1')).toEqual([]);
});
