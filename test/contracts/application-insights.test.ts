import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { selfSignedCertificate } from '../../apps/wms-adapter/http/self-signed-certificate.ts';
import { recordLatency } from '../../shared/telemetry/metrics.ts';
import { inSpan, recordSpan } from '../../shared/telemetry/spans.ts';
import { startTelemetry } from '../../shared/telemetry/start.ts';

const properties = z.record(z.string(), z.string());
/** What is sent for each point of a metric, and for each request ("Application Insights telemetry data model"). */
const metricSchema = z.object({
  metrics: z.tuple([z.object({ name: z.string(), value: z.number() })]),
  properties,
});
const requestSchema = z.object({ id: z.string(), name: z.string().optional(), success: z.boolean() });
const envelopesSchema = z.array(
  z.object({ data: z.object({ baseData: z.union([metricSchema, requestSchema]) }) }),
);

/** An ingestion endpoint that accepts everything; the exporter speaks to none without TLS. */
async function startIngestion() {
  const { key, certificate } = selfSignedCertificate();
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, certificate]);
  onTestFinished(() => setDefaultCACertificates(trusted));
  const points: { name: string; value: number; properties: Record<string, string> }[] = [];
  const requests: z.infer<typeof requestSchema>[] = [];
  const server = createServer({ key, cert: certificate }, async (request, response) => {
    for (const { data } of envelopesSchema.parse(await json(request)))
      if ('metrics' in data.baseData)
        points.push({ ...data.baseData.metrics[0], properties: data.baseData.properties });
      else requests.push(data.baseData);
    response.end(JSON.stringify({ itemsReceived: 1, itemsAccepted: 1, errors: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `https://localhost:${(server.address() as AddressInfo).port}/`, points, requests };
}

/** Telemetry of this process to it; the lines are what it tells. */
async function startSending() {
  // The exporter's own figures about itself go to Microsoft.
  vi.stubEnv('APPLICATION_INSIGHTS_NO_STATSBEAT', 'true');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { url, points, requests } = await startIngestion();
  const connection = `InstrumentationKey=${crypto.randomUUID()};IngestionEndpoint=${url}`;
  const lines: string[] = [];
  const telemetry = await startTelemetry(
    { APPLICATIONINSIGHTS_CONNECTION_STRING: connection },
    { name: 'stockbridge-functions' },
    (line) => lines.push(line),
  );
  return { telemetry, points, requests, lines };
}

test('Application Insights is sent the buckets of latencies, by which the workbook finds percentiles', async () => {
  const { telemetry, points, lines } = await startSending();
  for (const seconds of [0.011, 0.014, 0.2]) recordLatency('scan_to_projected', seconds);
  await telemetry.stop();
  const properties = { stage: 'scan_to_projected', offline: 'false' };
  expect(points).toMatchObject([
    { name: 'stockbridge.latency', value: expect.closeTo(0.225), properties },
    { name: 'stockbridge.latency.bucket', value: 2, properties: { ...properties, le: '0.015' } },
    { name: 'stockbridge.latency.bucket', value: 1, properties: { ...properties, le: '0.2' } },
  ]);
  expect(lines).toEqual([]);
});

test('Application Insights is sent the names of calls and of what handles messages', async () => {
  const { telemetry, requests, lines } = await startSending();
  const attributes = { 'http.request.method': 'GET', 'http.route': '/api/items/{itemId}/atp' };
  await inSpan('GET /api/items/{itemId}/atp', { kind: 'server', attributes }, async () => undefined);
  await inSpan('settle decision', { kind: 'consumer' }, async () => undefined);
  const now = Date.now();
  recordSpan('project event', { kind: 'consumer', begun: now, ended: now });
  await telemetry.stop();
  expect(requests).toMatchObject([
    { name: 'GET /api/items/{itemId}/atp', success: true },
    { name: 'settle decision', success: true },
    { name: 'project event', success: true },
  ]);
  expect(lines).toEqual([]);
});
