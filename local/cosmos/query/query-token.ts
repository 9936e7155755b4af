import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { badRequest } from '../errors.ts';

const position = z.object({
  kind: z.literal('position'),
  /** The path of the sorted index that the items are found by; left out: the primary index. */
  index: z.string().optional(),
  /** The last item all rows of which were given; `key` (base64) and `number` are its place in the sorted index. */
  after: z
    .object({
      effective: z.string(),
      partitionKey: z.string(),
      id: z.string(),
      entry: z.object({ key: z.base64(), number: z.number() }).optional(),
    })
    .optional(),
  /** Rows given of the item that follows. */
  skip: z.number(),
  /** Rows given in all, for OFFSET and LIMIT. */
  given: z.number(),
});
const cursor = z.object({ kind: z.literal('cursor'), cursor: z.string(), offset: z.number() });
const schema = z.discriminatedUnion('kind', [position, cursor]);

/** Where a query goes on: after an item, or at an offset of its sorted rows. */
export type Token = z.infer<typeof schema>;

/** A token as header text. */
export function writeToken(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** Reads a continuation header. Throws 400 for a token of someone else. */
export function readToken(text: string | undefined): Token | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw badRequest(`The continuation token '${text}' is invalid`);
  }
}

/** Sorted results that are being paged through. */
const KEPT = 32;
const kept = new Map<string, string[]>();

/**
 * The rows of the last 32 sorted queries that have pages left, so that a page need not sort everything again. A token whose rows are gone still
 * works: the query is run again.
 */
export const cursors = {
  get: (id: string): string[] | undefined => kept.get(id),
  delete: (id: string): boolean => kept.delete(id),
  add(rows: string[]): string {
    const id = randomUUID();
    kept.set(id, rows);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return id;
  },
};
