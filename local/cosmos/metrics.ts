import { round } from './request-charge.ts';

/** Counts since the start or the last reset. Not part of Cosmos DB: local only, for benchmarks. */
export type Metrics = {
  record(operation: string, operations: number, charge: number): void;
  reset(): void;
  /** `{requests, operations, requestCharge, byOperation: {name: {requests, operations, requestCharge}}}`; charges in RU. */
  snapshot(): MetricsSnapshot;
};

type Counts = { requests: number; operations: number; requestCharge: number };
/** What `GET /_local/metrics` answers. */
export type MetricsSnapshot = Counts & { byOperation: Record<string, Counts> };

/** Starts counting at zero. */
export function createMetrics(): Metrics {
  const byOperation = new Map<string, Counts>();
  return {
    record(operation, operations, charge) {
      const counts = byOperation.get(operation);
      if (counts === undefined)
        byOperation.set(operation, { requests: 1, operations, requestCharge: charge });
      else {
        counts.requests += 1;
        counts.operations += operations;
        counts.requestCharge += charge;
      }
    },
    reset() {
      byOperation.clear();
    },
    snapshot() {
      const total: Counts = { requests: 0, operations: 0, requestCharge: 0 };
      const entries = [...byOperation].map(([name, counts]) => {
        total.requests += counts.requests;
        total.operations += counts.operations;
        total.requestCharge += counts.requestCharge;
        return [name, { ...counts, requestCharge: round(counts.requestCharge) }] as const;
      });
      return {
        ...total,
        requestCharge: round(total.requestCharge),
        byOperation: Object.fromEntries(entries),
      };
    },
  };
}
