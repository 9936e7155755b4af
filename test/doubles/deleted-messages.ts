import type { DeletedMessages, Deletion } from '../../shared/ports/deleted-messages.ts';
import type { ParkedMessage } from '../../shared/ports/quarantine-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { keptInMemory, keyed } from './kept-messages.ts';

export type InMemoryDeletedMessages = DeletedMessages & { away: boolean };

/** Deleted messages in memory. */
export function inMemoryDeletedMessages(): InMemoryDeletedMessages {
  const messages = new Map<string, ParkedMessage>();
  const deletions = new Map<string, Deletion>();
  const ask = () => {
    if (deleted.away) throw new StoreUnavailable('the deleted messages are away');
  };
  const deleted: InMemoryDeletedMessages = {
    ...keptInMemory(messages, ask, (summary) => ({
      ...summary,
      deletion: deletions.get(summary.id) ?? { at: '', by: '', why: '' },
    })),
    away: false,
    keep: async (message, deletion) => {
      ask();
      const [id, kept] = keyed(message);
      messages.set(id, kept);
      deletions.set(id, deletion);
    },
    removeBefore: async (at, limit) => {
      ask();
      const ids = [...messages.keys()].filter((id) => (deletions.get(id)?.at ?? '') < at).slice(0, limit);
      for (const id of ids) messages.delete(id);
      return ids.length;
    },
  };
  return deleted;
}
