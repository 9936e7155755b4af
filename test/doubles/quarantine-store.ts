import {
  InvalidContinuationToken,
  type ParkedMessage,
  type ParkedSummary,
  type QuarantineStore,
} from '../../shared/ports/quarantine-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { parkedId } from '../../shared/storage/quarantine-store.ts';

export type InMemoryQuarantine = QuarantineStore & {
  /** Set to make every call fail. */
  away: boolean;
  /** What is parked now. */
  parked(): ParkedMessage[];
};

const PREVIEW_BYTES = 4_096;

const AWAY = 'the quarantine does not answer';

/** Parked messages in memory. */
export function inMemoryQuarantine(): InMemoryQuarantine {
  const messages = new Map<string, ParkedMessage>();
  const quarantine: InMemoryQuarantine = {
    away: false,
    parked: () => [...messages.values()],
    park: async (parked) => {
      if (quarantine.away) return parked.map((message) => ({ ...message, failure: AWAY }));
      for (const { message, refusal } of parked) {
        messages.set(parkedId(message), {
          message: { ...message, body: Uint8Array.from(message.body) },
          refusal,
        });
      }
      return [];
    },
    list: async (limit, continuationToken = '') => {
      if (!/^([0-9a-f]{32})?$/.test(continuationToken)) throw new InvalidContinuationToken();
      refuseWhenAway();
      const ids = [...messages.keys()].sort().filter((id) => id > continuationToken);
      const page = ids.slice(0, limit).flatMap((id) => summaryOf(id, messages.get(id)));
      const last = ids[limit - 1];
      return ids.length > limit && last ? { messages: page, continuationToken: last } : { messages: page };
    },
    get: async (id) => {
      refuseWhenAway();
      return messages.get(id);
    },
    remove: async (id) => {
      refuseWhenAway();
      messages.delete(id);
    },
  };
  function refuseWhenAway(): void {
    if (quarantine.away) throw new StoreUnavailable(AWAY);
  }
  return quarantine;
}

function summaryOf(id: string, parked: ParkedMessage | undefined): ParkedSummary[] {
  if (!parked) return [];
  const { subscription, messageId, sequenceNumber, enqueuedAt, body } = parked.message;
  return [
    {
      id,
      subscription,
      messageId,
      sequenceNumber,
      reason: parked.refusal.reason,
      detail: parked.refusal.detail,
      receivedAt: new Date(enqueuedAt).toISOString(),
      bytes: body.byteLength,
      body: new TextDecoder().decode(body.subarray(0, PREVIEW_BYTES)),
    },
  ];
}
