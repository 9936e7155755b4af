import { chunks } from '../domain/chunks.ts';
import type { Overflow } from '../domain/overflow.ts';
import { failureDelay } from '../domain/retry-delay.ts';
import { onlyKey, type Stock, type StockKey } from '../domain/stock.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { Runtime } from '../ports/runtime.ts';
import { type ReadOutcome, type StockStore, StoreUnavailable } from '../ports/stock-store.ts';

/** A stock as the cloud has it, with the etags that it was read with; without a document there is no stock. */
export type LiveStock = {
  readonly stock: Stock | undefined;
  readonly etag: string | null;
  /** Empty, and not read, when it does not matter. */
  readonly overflow: Overflow;
  /** undefined: it was not read. */
  readonly overflowEtag?: string | null;
};

const READ_AT_ONCE = 100;
const OVERFLOWS_AT_ONCE = 16;
const TRIES = 8;

/**
 * Stocks by their keys, aligned. The overflow document is read where there is no stock document, and where `needsOverflow` says
 * so of the key as it was given.
 *
 * @throws {StoreUnavailable}
 */
export async function readStocks<Key extends StockKey>(
  keys: readonly Key[],
  { stock: store, runtime }: { readonly stock: StockStore; readonly runtime: Runtime },
  needsOverflow: (key: Key, stock: Stock) => boolean,
): Promise<LiveStock[]> {
  const lives: LiveStock[] = [];
  for (const chunk of chunks(keys, READ_AT_ONCE)) {
    const outcomes = await readPatiently(chunk.map(onlyKey), store, runtime);
    const read = await mapAtMost(OVERFLOWS_AT_ONCE, [...chunk.entries()], async ([index, key]) => {
      const outcome = outcomes[index];
      const found = outcome?.status === 'found' ? outcome : undefined;
      const live = { stock: found?.stock, etag: found?.etag ?? null };
      if (found && !needsOverflow(key, found.stock))
        return { ...live, overflow: { ...onlyKey(key), positions: [] } };
      const { overflow, etag } = await store.readOverflow(onlyKey(key));
      return { ...live, overflow, overflowEtag: etag };
    });
    lives.push(...read);
  }
  return lives;
}

async function readPatiently(
  keys: readonly StockKey[],
  store: StockStore,
  runtime: Runtime,
): Promise<ReadOutcome[]> {
  for (let tries = 1; ; tries += 1) {
    const outcomes = await store.read(keys);
    const failures = outcomes.filter((outcome) => 'detail' in outcome);
    const [first] = failures;
    if (!first) return outcomes;
    if (tries === TRIES) throw new StoreUnavailable(first.detail, first.retryAfterMs);
    await runtime.sleep(failureDelay(failures, tries, runtime));
  }
}
