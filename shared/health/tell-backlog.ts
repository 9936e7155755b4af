import { STATUS_EVERY_MS } from '../contracts/adapter-status.ts';
import type { BacklogAnswer, WarehouseAdapter } from '../contracts/backlog.ts';
import type { BacklogLook } from '../ports/backlog.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import { standingAnswer } from '../ports/standing-answer.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';

/** An answer stands for so long. Milliseconds. */
const STANDS_MS = 4_000;

/** An adapter that has told nothing for so long is not heard of. Milliseconds. */
const SILENT_MS = 3 * STATUS_EVERY_MS;

/** Nobody waits longer for the bus. Milliseconds. */
const PATIENCE_MS = 8_000;

/**
 * What waits on the bus, and for how long: one look for all who ask within a few seconds. The answer rejects with
 * `StoreUnavailable` when the bus does not answer.
 */
export function backlogTeller(
  look: () => Promise<BacklogLook>,
  runtime: Pick<Runtime, 'now' | 'within'>,
): () => Promise<BacklogAnswer> {
  const ask = async () => {
    const found = await runtime.within(look(), PATIENCE_MS);
    if (!found) throw new StoreUnavailable(`Service Bus did not answer within ${PATIENCE_MS / 1_000} s`);
    return told(found, runtime);
  };
  return standingAnswer(ask, () => STANDS_MS, runtime.now);
}

function told({ places, adapters, unread }: BacklogLook, runtime: Pick<Runtime, 'now'>): BacklogAnswer {
  const now = runtime.now();
  return {
    at: isoNow(runtime),
    places: places.map(({ place, waiting, more, oldestAt }) => ({
      ...{ place, waiting, atLeast: more },
      oldestSeconds: oldestAt === undefined ? null : Math.max(0, now - oldestAt) / 1_000,
    })),
    adapters: adapters.map((adapter) => adapterTold(adapter, now)),
    unreadPlaces: [...unread],
  };
}

function adapterTold({ warehouseId, heard }: BacklogLook['adapters'][number], now: number): WarehouseAdapter {
  if (heard === undefined) return { warehouseId, state: 'not-heard-of', heardAt: null };
  const { database, outbox } = heard.status;
  const state = database === 'ready' ? 'ready' : 'database-does-not-answer';
  return {
    warehouseId,
    state: now - heard.heardAt > SILENT_MS ? 'not-heard-of' : state,
    heardAt: new Date(heard.heardAt).toISOString(),
    ...(outbox && { outbox }),
  };
}
