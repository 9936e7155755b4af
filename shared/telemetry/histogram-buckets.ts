import {
  type DataPoint,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
  type PushMetricExporter,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics';

/** What the buckets of a histogram are exported under, after its own name. */
export const BUCKET_SUFFIX = '.bucket';

/**
 * The exporter, told the buckets of each histogram as a counter beside it, for a store that keeps only sum, count, least and
 * greatest of one, as Application Insights does: with them its queries find percentiles. An attribute `le`, named as
 * Prometheus does, says what the values of a bucket are at most, in the histogram's unit; each is counted in one bucket.
 */
export function withBuckets(exporter: PushMetricExporter): PushMetricExporter {
  const send = exporter.export.bind(exporter);
  exporter.export = ({ resource, scopeMetrics }, done) =>
    send(
      {
        resource,
        scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
          scope,
          metrics: metrics.flatMap(besideItsBuckets),
        })),
      },
      done,
    );
  return exporter;
}

function besideItsBuckets(metric: MetricData): MetricData[] {
  return metric.dataPointType === DataPointType.HISTOGRAM ? [metric, bucketsOf(metric)] : [metric];
}

function bucketsOf({ descriptor, aggregationTemporality, dataPoints }: HistogramMetricData): SumMetricData {
  return {
    descriptor: { ...descriptor, name: `${descriptor.name}${BUCKET_SUFFIX}`, unit: '1' },
    aggregationTemporality,
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    dataPoints: dataPoints.flatMap(filledBuckets),
  };
}

function filledBuckets({ value, attributes, ...times }: DataPoint<Histogram>): DataPoint<number>[] {
  const { boundaries, counts } = value.buckets;
  return counts.flatMap((count, index) =>
    // What is beyond the last bound is at most the greatest there was.
    count > 0
      ? [{ ...times, attributes: { ...attributes, le: boundaries[index] ?? value.max }, value: count }]
      : [],
  );
}
