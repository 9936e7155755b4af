import { MAX_PER_CALL } from './adapter-client.ts';
import { bucketOf } from './hash.ts';
import type { WarehouseTransaction } from './transactions.ts';

export type Lanes = {
  /** Takes a transaction; waits while its lane is full. Rejects when an earlier call failed for good. */
  send: (transaction: WarehouseTransaction) => Promise<void>;
  /** Returns when everything was answered. */
  finish: () => Promise<void>;
};

/**
 * Sends transactions in several calls at a time and keeps the order of each item: an item has its lane, and a lane has
 * one call under way. While it is, what comes next collects, up to the 500 of the following call; so a slow stream
 * travels one by one without delay and a fast one in full calls, and memory is bounded.
 */
export function openLanes(
  count: number,
  post: (transactions: WarehouseTransaction[]) => Promise<void>,
): Lanes {
  const lanes = Array.from({ length: count }, () => openLane(post));
  return {
    async send(transaction) {
      await lanes[bucketOf(transaction.itemId, count)]?.send(transaction);
    },
    async finish() {
      await Promise.all(lanes.map((lane) => lane.finish()));
    },
  };
}

function openLane(post: (transactions: WarehouseTransaction[]) => Promise<void>): Lanes {
  let waiting: WarehouseTransaction[] = [];
  let underWay: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;

  function advance(): void {
    if (underWay !== undefined || waiting.length === 0 || failure) return;
    const call = waiting;
    waiting = [];
    underWay = post(call)
      .catch((error: unknown) => {
        failure = { error };
      })
      .then(() => {
        underWay = undefined;
        advance();
      });
  }

  return {
    async send(transaction) {
      while (waiting.length >= MAX_PER_CALL && !failure) await underWay;
      if (failure) throw failure.error;
      waiting.push(transaction);
      advance();
    },
    async finish() {
      while (underWay !== undefined) await underWay;
      if (failure) throw failure.error;
    },
  };
}
