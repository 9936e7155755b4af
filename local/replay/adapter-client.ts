import { setTimeout as sleep } from 'node:timers/promises';
import type { WarehouseTransaction } from './transactions.ts';

export const MAX_PER_CALL = 500;

/** What the adapter answers to a transaction. */
export type TransactionResult = {
  transactionId: string;
  outcome: 'applied' | 'duplicate' | 'conflict' | 'warning' | 'rejected' | 'exception';
  problem?: { title: string; detail?: string };
};

export type WmsPosition = {
  itemId: string;
  warehouseId: string;
  locationId: string;
  lotNumber: string | null;
  onHand: number;
  version: number;
};

/** The adapter refused a call as a whole; trying again would not help. */
export class RefusedCallError extends Error {
  override readonly name = 'RefusedCallError';
}

export type AdapterClient = {
  putItems: (items: readonly { itemId: string; description?: string }[]) => Promise<void>;
  putLocations: (locations: readonly { warehouseId: string; locationId: string }[]) => Promise<void>;
  /** Results in the order of the transactions. */
  postTransactions: (transactions: readonly WarehouseTransaction[]) => Promise<TransactionResult[]>;
  positions: () => AsyncGenerator<WmsPosition>;
};

/** The first wait after a failed call and the longest one, in milliseconds. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 2_000;
const CALL_TIMEOUT = 30_000;

/**
 * The adapter's REST API, with patience: a call that is not answered, or is answered 429 or 5xx, is sent again, as often
 * as it takes. All calls are idempotent, so that this never counts anything twice.
 *
 * @param url base address, such as `http://127.0.0.1:7080`
 * @param waiting told what is not answered, and undefined when it is again
 */
export function adapterClient(
  url: string,
  waiting: (reason: string | undefined) => void = () => {},
): AdapterClient {
  async function call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const outcome = await attempt(method, `${url}/api/v1${path}`, body);
      if ('body' in outcome) {
        if (wait > FIRST_WAIT) waiting(undefined);
        return outcome.body as Body;
      }
      waiting(`the adapter does not answer (${outcome.failure})`);
      await sleep(wait);
    }
  }
  return {
    putItems: (items) => inChunks(items, (chunk) => call('PUT', '/items', chunk)),
    putLocations: (locations) => inChunks(locations, (chunk) => call('PUT', '/locations', chunk)),
    async postTransactions(transactions) {
      const { results } = await call<{ results: TransactionResult[] }>('POST', '/transactions', transactions);
      return results;
    },
    async *positions() {
      let after = '';
      for (;;) {
        const page = await call<{ positions: WmsPosition[]; next?: string }>(
          'GET',
          `/positions?limit=5000${after}`,
        );
        yield* page.positions;
        if (page.next === undefined) return;
        after = `&after=${encodeURIComponent(page.next)}`;
      }
    },
  };
}

async function attempt(
  method: string,
  url: string,
  body: unknown,
): Promise<{ body: unknown } | { failure: string }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(CALL_TIMEOUT),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (error) {
    return { failure: causeOf(error) };
  }
  if (response.ok) return { body: JSON.parse(text) };
  if (response.status === 429 || response.status >= 500) return { failure: `HTTP ${response.status}` };
  throw new RefusedCallError(`${method} ${url} was refused: HTTP ${response.status} ${text.slice(0, 500)}`);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error.message;
}

async function inChunks<Entry>(
  entries: readonly Entry[],
  put: (chunk: Entry[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < entries.length; start += MAX_PER_CALL)
    await put(entries.slice(start, start + MAX_PER_CALL));
}
