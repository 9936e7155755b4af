import type { QuarantinedMessage } from '../contracts/quarantine.ts';
import { type DeadLetter, deadLetterId } from '../ports/dead-letters.ts';
import type { DeletedSummary } from '../ports/deleted-messages.ts';
import type { ParkedSummary } from '../ports/quarantine-store.ts';
import { bodyPreview } from '../ports/received-message.ts';

/** A parked message as the API tells it. */
export function fromParked(summary: ParkedSummary): QuarantinedMessage {
  return withItem(summary);
}

/** A deleted one, with who deleted it. */
export function fromDeleted({ state, deletion, ...summary }: DeletedSummary): QuarantinedMessage {
  return withItem({ ...summary, state: 'deleted', deletion: { ...deletion, stateBefore: state } });
}

/** A dead letter that is still on the bus. */
export function fromDeadLetter({ message, reason, detail }: DeadLetter): QuarantinedMessage {
  return withItem({
    id: deadLetterId(message),
    state: 'dead-lettered',
    reason,
    detail,
    subscription: message.subscription,
    messageId: message.messageId,
    sequenceNumber: message.sequenceNumber,
    receivedAt: new Date(message.enqueuedAt).toISOString(),
    bytes: message.body.byteLength,
    body: bodyPreview(message),
  });
}

function withItem(message: QuarantinedMessage): QuarantinedMessage {
  const [itemId] = itemsOf(message.body);
  return itemId === undefined ? message : { ...message, itemId };
}

/** `"itemId":"…"` of events and decisions, `"itemIds":["…","…"]` of stock changes. */
const ITEM_ID = /"itemId"\s*:\s*"([^"\\]{1,64})"/g;
const ITEM_IDS = /"itemIds"\s*:\s*\[([^\]]*)/g;

/** The items that the beginning of a body names; it may be cut, and no JSON at all. */
export function itemsOf(body: string): string[] {
  const lists = [...body.matchAll(ITEM_IDS)].flatMap(([, list = '']) => [
    ...list.matchAll(/"([^"\\]{1,64})"/g),
  ]);
  return [...body.matchAll(ITEM_ID), ...lists].map(([, itemId = '']) => itemId);
}
