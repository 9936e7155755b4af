import { z } from 'zod';

const countsSchema = z.object({ requests: z.number(), operations: z.number(), requestCharge: z.number() });
const metricsSchema = countsSchema.extend({ byOperation: z.record(z.string(), countsSchema) });

/** What Cosmos DB was asked for since the last reset. Charges in RU; a batch request has many operations. */
export type CosmosMetrics = z.infer<typeof metricsSchema>;

/** Counters of the local Cosmos DB at `url`. */
export async function readMetrics(url: string): Promise<CosmosMetrics> {
  const response = await fetch(`${url}/_local/metrics`);
  return metricsSchema.parse(await response.json());
}

export async function resetMetrics(url: string): Promise<void> {
  await fetch(`${url}/_local/metrics/reset`, { method: 'POST' });
}

/** Requests that look an account, database or container up; every SDK client makes a few when it starts. */
const METADATA = /^(ReadAccount|ReadDatabase|ReadContainer|ReadPartitionKeyRanges|ReadOffers|List)/;

/** Requests that read or write items. */
export function itemRequests({ byOperation }: CosmosMetrics): number {
  return Object.entries(byOperation)
    .filter(([name]) => !METADATA.test(name))
    .reduce((sum, [, { requests }]) => sum + requests, 0);
}
