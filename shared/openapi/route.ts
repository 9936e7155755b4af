import type { ApiContent, ApiRoute } from './api.ts';
import type { SchemaName } from './schemas.ts';

/** A body of the cloud's API and an instance of it. */
export type Content = ApiContent<SchemaName>;

/** An HTTP function as a caller sees it: `operationId` is its name, `path` stands below `/api`. */
export type Route = ApiRoute<SchemaName, Tag>;

export const TAGS = {
  Orders: 'Promise stock to orders: tentative until a warehouse confirms.',
  Holds: 'Keep stock for a cart until it becomes an order, is released or expires.',
  ATP: 'What is available to promise, now and by date.',
  Planning: 'Safety stock, expected receipts, ATP thresholds, and who waits for stock.',
  Reconciliation: 'Compare the WMS with the cloud, and what that found.',
  Investigations: 'What people do about what did not agree: assign, recount, explain, close.',
  Operations: 'Health, findings, and messages that could not be handled.',
} as const;

export type Tag = keyof typeof TAGS;
