import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderState } from '../../local/replay/oms-client.ts';
import type { ScanBook } from './scan-book.ts';

/** Whether the whole way is free: scan → WMS → event → ATP, and order → hold → decision of the WMS → confirmed. */
export type Prober = {
  /** Learns what is normal, from a few probes; to be called before anything fails. @throws when they do not go through at all */
  calibrate: () => Promise<Normal>;
  /**
   * Probes again and again until one goes through in the normal time.
   * @returns milliseconds on the monotonic clock when it did; undefined: none did
   */
  recovered: (signal: AbortSignal) => Promise<number | undefined>;
  /** Why the last probe that failed did. */
  lastFailure: () => string;
};

/** Milliseconds within which a scan is visible, and an order confirmed. */
export type Normal = { readonly visible: number; readonly confirmed: number };

export type ProberOptions = {
  urls: { readonly adapter: string; readonly functions: string };
  book: ScanBook;
  /** Milliseconds that are normal in any case, for either way. */
  atLeast: number;
};

/**
 * Normal is up to twice the longest time of a few probes before the first fault, since machines differ. Milliseconds.
 */
const CALIBRATIONS = 5;
const NORMAL_TIMES = 2;
const AT_MOST = 20_000;
/** A further probe sets out this long after the one before. Milliseconds. */
const PROBE_EVERY = 1_000;
const LOOK_EVERY = 200;
const WAREHOUSE = 'WH-001';
const LOCATION = 'A-01-01';
const PIECES = 2;

export function openProber({ urls, book, atLeast }: ProberOptions): Prober {
  let lastFailure = '';
  let normal: Normal = { visible: AT_MOST, confirmed: AT_MOST };

  /** One probe of its own item; how long it took. @throws when it does not go through in time */
  async function probe(): Promise<Normal> {
    const name = `PROBE-${randomUUID()}`;
    const visibleAfter = await within('a scan is visible', normal.visible, async (signal) => {
      await scan(name, signal);
      await visible(name, signal);
    });
    const confirmedAfter = await within('an order is confirmed', normal.confirmed, async (signal) => {
      await place(name, signal);
      await confirmed(name, signal);
    });
    return { visible: visibleAfter, confirmed: confirmedAfter };
  }

  async function scan(itemId: string, signal: AbortSignal): Promise<void> {
    await send(`${urls.adapter}/api/v1/items`, 'PUT', [{ itemId }], signal);
    const receipt = {
      ...{ transactionId: randomUUID(), type: 'receipt' as const, itemId, warehouseId: WAREHOUSE },
      ...{ locationId: LOCATION, quantity: PIECES, scannedAt: new Date().toISOString() },
      ...{ scannerId: 'SCANNER-PROBE', userId: 'probe' },
    };
    book.noteSent([receipt]);
    const { results } = await send<{ results: Parameters<ScanBook['noteAnswers']>[0] }>(
      `${urls.adapter}/api/v1/transactions`,
      'POST',
      [receipt],
      signal,
    );
    book.noteAnswers(results);
  }

  async function visible(itemId: string, signal: AbortSignal): Promise<void> {
    const url = `${urls.functions}/api/items/${itemId}/warehouses/${WAREHOUSE}/atp`;
    await until(signal, async () => {
      const response = await fetch(url, { signal });
      return response.ok && ((await response.json()) as { onHand: number }).onHand === PIECES;
    });
  }

  async function place(itemId: string, signal: AbortSignal): Promise<void> {
    const body = { lines: [{ lineId: 'L1', itemId, quantity: 1 }] };
    await send(`${urls.functions}/api/orders/${itemId}/allocations`, 'POST', body, signal);
  }

  async function confirmed(orderId: string, signal: AbortSignal): Promise<void> {
    const url = `${urls.functions}/api/orders/${orderId}/allocations`;
    await until(signal, async () => {
      const { lines } = await send<OrderState>(url, 'GET', undefined, signal);
      return lines[0]?.confirmed === 1;
    });
  }

  return {
    async calibrate() {
      normal = { visible: AT_MOST, confirmed: AT_MOST };
      const times: Normal[] = [];
      while (times.length < CALIBRATIONS) times.push(await probe());
      // Whole milliseconds: `AbortSignal.timeout` takes no others.
      const bound = (longest: number) =>
        Math.ceil(Math.min(AT_MOST, Math.max(atLeast, NORMAL_TIMES * longest)));
      normal = {
        visible: bound(Math.max(...times.map((time) => time.visible))),
        confirmed: bound(Math.max(...times.map((time) => time.confirmed))),
      };
      return normal;
    },
    lastFailure: () => lastFailure,
    async recovered(signal) {
      lastFailure = '';
      const done = Promise.withResolvers<number | undefined>();
      signal.addEventListener('abort', () => done.resolve(undefined));
      let found = false;
      void done.promise.then(() => {
        found = true;
      });
      while (!found && !signal.aborted) {
        probe().then(
          () => done.resolve(performance.now()),
          (error: unknown) => {
            lastFailure = error instanceof Error ? error.message : String(error);
          },
        );
        await Promise.race([done.promise, sleep(PROBE_EVERY)]);
      }
      return done.promise;
    },
  };
}

async function within(
  what: string,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const signal = AbortSignal.timeout(milliseconds);
  const begun = performance.now();
  try {
    await work(signal);
    return performance.now() - begun;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error(`it was not true within ${Math.round(milliseconds)} ms that ${what}`);
  }
}

async function until(signal: AbortSignal, holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(LOOK_EVERY, undefined, { signal });
}

async function send<Answer>(
  url: string,
  method: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url, {
    ...{ method, signal },
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname} was answered ${response.status}`);
  return (await response.json()) as Answer;
}
