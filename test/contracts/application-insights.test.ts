import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { selfSignedCertificate } from '../../apps/wms-adapter/http/self-signed-certificate.ts';
import { recordLatency } from '../../shared/telemetry/metrics.ts';
import { startTelemetry } from '../../shared/telemetry/start.ts';

/** What is sent for each point of a metric ("Application Insights telemetry data model", metric). */
const envelopesSchema = z.array(
  z.object({
    data: z.object({
      baseData: z.object({
        metrics: z.tuple([z.object({ name: z.string(), value: z.number() })]),
        properties: z.record(z.string(), z.string()),
      }),
    }),
  }),
);

/** An ingestion endpoint that accepts everything; the exporter speaks to none without TLS. */
async function startIngestion() {
  const { key, certificate } = selfSignedCertificate();
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, certificate]);
  onTestFinished(() => setDefaultCACertificates(trusted));
  const points: { name: string; value: number; properties: Record<string, string> }[] = [];
  const server = createServer({ key, cert: certificate }, async (request, response) => {
    for (const { data } of envelopesSchema.parse(await json(request)))
      points.push({ ...data.baseData.metrics[0], properties: data.baseData.properties });
    response.end(JSON.stringify({ itemsReceived: 1, itemsAccepted: 1, errors: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `https://localhost:${(server.address() as AddressInfo).port}/`, points };
}

test('Application Insights is sent the buckets of latencies, by which the workbook finds percentiles', async () => {
  // The exporter's own figures about itself go to Microsoft.
  vi.stubEnv('APPLICATION_INSIGHTS_NO_STATSBEAT', 'true');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { url, points } = await startIngestion();
  const connection = `InstrumentationKey=${crypto.randomUUID()};IngestionEndpoint=${url}`;
  const told: string[] = [];
  const telemetry = await startTelemetry(
    { APPLICATIONINSIGHTS_CONNECTION_STRING: connection },
    { name: 'stockbridge-functions' },
    (line) => told.push(line),
  );
  for (const seconds of [0.011, 0.014, 0.2]) recordLatency('scan_to_projected', seconds);
  await telemetry.stop();
  const properties = { stage: 'scan_to_projected', offline: 'false' };
  expect(points).toMatchObject([
    { name: 'stockbridge.latency', value: expect.closeTo(0.225), properties },
    { name: 'stockbridge.latency.bucket', value: 2, properties: { ...properties, le: '0.015' } },
    { name: 'stockbridge.latency.bucket', value: 1, properties: { ...properties, le: '0.2' } },
  ]);
  expect(told).toEqual([]);
});
