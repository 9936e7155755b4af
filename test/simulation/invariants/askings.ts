import type { AllocationDecision, AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import { type Allocation, lineKey } from '../../../shared/domain/order-line.ts';
import type { ItemDocuments } from '../../doubles/item-documents.ts';
import type { Tally } from '../tally.ts';

/** Watches what is asked of warehouses and in which order their answers come, and counts what crosses. */
export type WatchedAskings = {
  asked(requests: readonly AllocationRequest[], attempt: number, now: number): void;
  /** A decision is about to be settled. */
  heard(decision: AllocationDecision, items: ItemDocuments, now: number): void;
};

type Asking = { readonly at: number; attempts: number; highest: number; readonly heard: Set<number> };

const HOUR_MS = 3_600_000;

export function watchAskings(tally: Tally): WatchedAskings {
  const askings = new Map<string, Asking>();
  return {
    asked(requests, attempt, now) {
      for (const { allocationId, kind } of requests) {
        if (kind !== 'request') continue;
        const asking = askings.get(allocationId) ?? { at: now, attempts: 0, highest: 0, heard: new Set() };
        askings.set(allocationId, asking);
        asking.attempts = Math.max(asking.attempts, attempt);
      }
    },
    heard(decision, items, now) {
      const { allocationId, orderId, lineId, itemId, sequence, status } = decision;
      const asking = askings.get(allocationId);
      if (!asking) return;
      if (asking.heard.has(sequence)) return tally.add('decisions that came again');
      asking.heard.add(sequence);
      if (sequence < asking.highest) tally.add('decisions overtaken by a later one');
      asking.highest = Math.max(asking.highest, sequence);
      if (sequence === 1 && asking.attempts > 0) tally.add('decisions after the time-out');
      if (sequence === 1 && now - asking.at > HOUR_MS) tally.add('decisions after more than an hour');
      const key = { kind: 'order-line', orderId, lineId, itemId } as const;
      const line = items.partition(itemId)?.lines.get(lineKey(key))?.value;
      const own = line?.allocations.find((one) => one.allocationId === allocationId);
      if (!line || !own) return;
      if (status === 'confirmed' && line.ended) tally.add('confirmations of what was taken back');
      const others = line.allocations.filter((one) => one !== own);
      const opposite = oppositeOf(status);
      if (opposite && others.some((other) => wasOut(own, other) && other.decided?.status === opposite))
        tally.add(`lines ${opposite}, then ${status}`);
    },
  };
}

function oppositeOf(status: AllocationDecision['status']): 'confirmed' | 'rejected' | undefined {
  if (status === 'confirmed') return 'rejected';
  return status === 'rejected' ? 'confirmed' : undefined;
}

/** Whether an allocation had been asked for when the other was answered. */
function wasOut({ heldAt }: Allocation, { decided }: Allocation): boolean {
  return decided !== undefined && heldAt <= decided.settledAt;
}
