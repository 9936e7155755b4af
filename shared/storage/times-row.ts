import { createHash } from 'node:crypto';
import type { TableEntity } from '@azure/data-tables';
import { projectedTimesSchema } from '../contracts/projected-times.ts';
import type { ProjectedTime, StockTimes } from '../domain/projected-times.ts';
import { recordColumns, recordOf } from './record-row.ts';

/**
 * The row of times that a stock handed on. Partition = `projected` and the warehouse, so that no reader of events meets
 * it; row = item, the newest of the times and a digest of all of them, so that those of an item come together, by time. A
 * row is a function of its times, so writing it again changes nothing.
 */
export function timesRow({ itemId, warehouseId, times }: StockTimes): TableEntity {
  const newest = times.reduce((latest, [, at]) => Math.max(latest, at), 0);
  const digest = createHash('sha1').update(JSON.stringify(times)).digest('base64url').slice(0, 8);
  return {
    partitionKey: timesPartition(warehouseId),
    rowKey: `${timesKey(itemId, newest)}${digest}`,
    ...recordColumns(times),
  };
}

/** The partition that holds the times of a warehouse's stocks. `|` cannot occur in a warehouse's id. */
export function timesPartition(warehouseId: string): string {
  return `projected|${warehouseId}`;
}

/** Where the rows of an item begin whose newest time is `newest` or later. Milliseconds since 1970 UTC. */
export function timesKey(itemId: string, newest: number): string {
  return `${itemId}|${new Date(newest).toISOString()}|`;
}

/** The times of a row that `timesRow` made. @throws {Error} when somebody else changed the row */
export function parseTimes(row: Record<string, unknown>): readonly ProjectedTime[] {
  return recordOf(row, projectedTimesSchema);
}
