import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, onTestFinished, test } from 'vitest';
import { withBuckets } from './histogram-buckets.ts';

/** What the exporter is given of what is recorded until it asks. */
function setUp() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const provider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({ exporter: withBuckets(exporter), exportIntervalMillis: 3_600_000 }),
    ],
  });
  onTestFinished(() => provider.shutdown());
  return {
    meter: provider.getMeter('test'),
    exported: async () => {
      exporter.reset();
      await provider.forceFlush();
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics)
        .map(({ descriptor: { name, unit }, dataPoints }) => ({
          ...{ name, unit },
          points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
        }));
    },
  };
}

test('each value of a histogram is counted in the one bucket that it is in', async () => {
  const { meter, exported } = setUp();
  const latency = meter.createHistogram('latency', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 1] },
  });
  for (const seconds of [0, 0.1, 0.2, 7, 30]) latency.record(seconds, { stage: 'a' });
  latency.record(1, { stage: 'b' });
  expect(await exported()).toEqual([
    { name: 'latency', unit: 's', points: [expect.anything(), expect.anything()] },
    {
      ...{ name: 'latency.bucket', unit: '1' },
      points: [
        { attributes: { stage: 'a', le: 0.1 }, value: 2 },
        { attributes: { stage: 'a', le: 1 }, value: 1 },
        { attributes: { stage: 'a', le: 30 }, value: 2 },
        { attributes: { stage: 'b', le: 1 }, value: 1 },
      ],
    },
  ]);
});

test('other metrics are exported as they are', async () => {
  const { meter, exported } = setUp();
  meter.createCounter('events', { unit: '{event}' }).add(3);
  expect(await exported()).toEqual([
    { name: 'events', unit: '{event}', points: [{ attributes: {}, value: 3 }] },
  ]);
});
