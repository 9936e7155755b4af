import type { ParkedMessage, QuarantineStore } from '../../shared/ports/quarantine-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { keptInMemory, keyed } from './kept-messages.ts';

export type InMemoryQuarantine = QuarantineStore & {
  /** Set to make every call fail. */
  away: boolean;
  /** What is parked now. */
  parked(): ParkedMessage[];
};

const AWAY = 'the quarantine does not answer';

/** Parked messages in memory. */
export function inMemoryQuarantine(): InMemoryQuarantine {
  const messages = new Map<string, ParkedMessage>();
  const ask = () => {
    if (quarantine.away) throw new StoreUnavailable(AWAY);
  };
  const quarantine: InMemoryQuarantine = {
    ...keptInMemory(messages, ask, (summary) => summary),
    away: false,
    parked: () => [...messages.values()],
    park: async (parked) => {
      if (quarantine.away) return parked.map((message) => ({ ...message, failure: AWAY }));
      for (const one of parked) messages.set(...keyed(one));
      return [];
    },
  };
  return quarantine;
}
