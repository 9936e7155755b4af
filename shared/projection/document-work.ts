import type { Refusal } from '../contracts/json-message.ts';
import { accept } from '../domain/acceptance.ts';
import { type PositionUpdate, positionUpdates } from '../domain/position.ts';
import type { StockKey } from '../domain/stock.ts';
import type { AllocationPick } from '../ports/follow-stock.ts';
import type { ParkedMessage } from '../ports/quarantine-store.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';

/** All that a batch says of one stock document, and how far it has come. `messages[i]` brought `updates[i]`, `pickedBy[i]` `picks[i]`. */
export type DocumentWork = {
  readonly key: StockKey;
  readonly updates: PositionUpdate[];
  readonly messages: ReceivedMessage[];
  /** Picks of allocations among them. */
  readonly picks: AllocationPick[];
  readonly pickedBy: ReceivedMessage[];
  readonly events: ProjectedEvent[];
};

/** When an event was committed by the WMS and, where that is known, scanned. ISO 8601 UTC. */
export type EventTimes = { readonly committedAt: string; readonly scannedAt: string | undefined };

/** An event as far as it is told of, and the message that brought it. */
export type ProjectedEvent = EventTimes & {
  readonly eventId: string;
  readonly itemId: string;
  readonly warehouseId: string;
  readonly allocationId: string | undefined;
  readonly message: ReceivedMessage;
};

/** Splits a batch into what is parked at once and the work for each stock document. Pure. */
export function sortBatch(
  messages: readonly ReceivedMessage[],
  warehouses: ReadonlySet<string>,
): { documents: DocumentWork[]; parked: ParkedMessage[] } {
  const documents = new Map<string, DocumentWork>();
  const parked: ParkedMessage[] = [];
  for (const message of messages) {
    const acceptance = accept(message.body, message.enqueuedAt, warehouses);
    if (!acceptance.accepted) {
      parked.push({ message, refusal: acceptance.refusal });
      continue;
    }
    const { itemId, warehouseId } = acceptance.event;
    const name = `${itemId}|${warehouseId}`;
    const work = documents.get(name) ?? {
      key: { itemId, warehouseId },
      updates: [],
      messages: [],
      picks: [],
      pickedBy: [],
      events: [],
    };
    documents.set(name, work);
    const { eventId, allocationId, allocationPicked: picked, scannedAt } = acceptance.event;
    const committedAt = acceptance.event.timestamp;
    work.events.push({ eventId, itemId, warehouseId, allocationId, committedAt, scannedAt, message });
    if (allocationId !== undefined && picked !== undefined) {
      work.picks.push({ itemId, allocationId, picked });
      work.pickedBy.push(message);
    }
    for (const update of positionUpdates(acceptance.event)) {
      work.updates.push(update);
      work.messages.push(message);
    }
  }
  return { documents: [...documents.values()], parked };
}

/**
 * The work without the picks of messages that are parked: their pieces were not taken from the stock, so the promise of them
 * stands, and ATP stays as it was. Both follow together, by the message or by the reconciliation.
 */
export function withoutParked(work: DocumentWork, parked: readonly ParkedMessage[]): DocumentWork {
  if (parked.length === 0) return work;
  const refused = new Set<ReceivedMessage | undefined>(parked.map(({ message }) => message));
  return { ...work, picks: work.picks.filter((_pick, index) => !refused.has(work.pickedBy[index])) };
}

/** Messages of this work whose updates the fold refused, ready to be parked. */
export function refusedMessages(
  work: DocumentWork,
  refused: readonly { index: number; reason: Refusal['reason'] }[],
): ParkedMessage[] {
  return refused.flatMap(({ index, reason }) => {
    const message = work.messages[index];
    const update = work.updates[index];
    if (!message || !update) return [];
    const { itemId, warehouseId } = work.key;
    const where = `${warehouseId}/${update.locationId}${update.lotNumber === null ? '' : `/${update.lotNumber}`}`;
    const detail = `Position ${where} of ${itemId} is numbered by the WMS since an earlier event, but event ${update.eventId} carries no version.`;
    return [{ message, refusal: { reason, detail } }];
  });
}

/** Every message of works whose document cannot grow any more. */
export function oversizedMessages(works: readonly DocumentWork[]): ParkedMessage[] {
  return works.flatMap(({ key, messages }) =>
    [...new Set(messages)].map((message) => ({
      message,
      refusal: {
        reason: 'document-too-large' as const,
        detail: `The stock document of ${key.itemId} in ${key.warehouseId} has reached the size that Cosmos DB takes (2 MB).`,
      },
    })),
  );
}
