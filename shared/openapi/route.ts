import type { z } from 'zod';
import type { SchemaName } from './schemas.ts';

/** A body and an instance of it. */
export type Content = { readonly schema: SchemaName; readonly example: unknown };

export type Answer = {
  readonly description: string;
  /** JSON unless the answer is bytes; absent: no body. */
  readonly content?: Content | 'bytes';
  /** True when header `Location` names where to look. */
  readonly hasLocation?: boolean;
};

/** Errors that are an operation's own, each with the sentence that says when. The edge's own join by themselves. */
export type OwnProblems = { readonly [status in 400 | 404 | 409]?: string };

/** An HTTP function as a caller sees it. */
export type Route = {
  /** The function's name. */
  readonly operationId: string;
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** Below `/api`, parameters in braces. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** True when no function key is asked for. */
  readonly isAnonymous?: boolean;
  readonly query?: z.ZodObject;
  readonly body?: Content;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems?: OwnProblems;
  /** True when no store is needed, so that it never answers 503 for want of one. */
  readonly needsNothing?: boolean;
};

export const TAGS = {
  Orders: 'Promise stock to orders: tentative until a warehouse confirms.',
  Holds: 'Keep stock for a cart until it becomes an order, is released or expires.',
  ATP: 'What is available to promise, now and by date.',
  Planning: 'Safety stock, expected receipts, ATP thresholds, and who waits for stock.',
  Operations: 'Health, findings, and messages that could not be handled.',
} as const;

export type Tag = keyof typeof TAGS;
