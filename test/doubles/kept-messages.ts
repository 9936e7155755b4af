import {
  InvalidContinuationToken,
  type KeptMessages,
  type ParkedCount,
  type ParkedMessage,
  type ParkedSummary,
} from '../../shared/ports/quarantine-store.ts';
import { parkedId } from '../../shared/storage/kept-messages.ts';

const PREVIEW_BYTES = 4_096;

/** A message by its id, as the stores keep them. */
export function keyed({ message, ...parked }: ParkedMessage): [string, ParkedMessage] {
  return [
    parkedId({ message, ...parked }),
    { message: { ...message, body: Uint8Array.from(message.body) }, ...parked },
  ];
}

/** What the stores of messages have in common, of those in this map. @param ask called before anything is done */
export function keptInMemory<Summary>(
  messages: Map<string, ParkedMessage>,
  ask: () => void,
  summaryOf: (summary: ParkedSummary) => Summary,
): KeptMessages<Summary> {
  return {
    list: async (limit, continuationToken = '', matches = () => true) => {
      if (!/^([0-9a-f]{32}|\S+\.\d+)?$/.test(continuationToken)) throw new InvalidContinuationToken();
      ask();
      const after = [...messages].sort(byId).filter(([id]) => id > continuationToken);
      const found = after.map(([id, parked]) => ({ id, summary: summaryOf(parkedSummary(id, parked)) }));
      const chosen = found.filter(({ summary }) => matches(summary));
      const page = { messages: chosen.slice(0, limit).map(({ summary }) => summary) };
      const last = chosen[limit - 1];
      return last && last !== found.at(-1) ? { ...page, continuationToken: last.id } : page;
    },
    count: async (limit) => {
      ask();
      const counts: ParkedCount[] = [];
      for (const [id, parked] of [...messages].sort(byId).slice(0, limit)) {
        const { state, reason } = parkedSummary(id, parked);
        const index = counts.findIndex((one) => one.state === state && one.reason === reason);
        if (index < 0) counts.push({ state, reason, messages: 1 });
        else counts[index] = { state, reason, messages: (counts[index]?.messages ?? 0) + 1 };
      }
      return { counts, more: messages.size > limit };
    },
    get: async (id) => {
      ask();
      return messages.get(id);
    },
    remove: async (id) => {
      ask();
      messages.delete(id);
    },
  };
}

function byId([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function parkedSummary(id: string, { message, refusal, isDeadLetter }: ParkedMessage): ParkedSummary {
  const { subscription, messageId, sequenceNumber, enqueuedAt, body } = message;
  return {
    ...{ id, state: isDeadLetter ? 'dead-lettered' : 'parked', subscription, messageId, sequenceNumber },
    ...{ reason: refusal.reason, detail: refusal.detail },
    receivedAt: new Date(enqueuedAt).toISOString(),
    bytes: body.byteLength,
    body: new TextDecoder().decode(body.subarray(0, PREVIEW_BYTES)),
  };
}
