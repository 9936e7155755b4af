import { odata } from '@azure/data-tables';
import type { DeletedMessages, DeletedSummary } from '../ports/deleted-messages.ts';
import type { Storage } from './connection.ts';
import { unavailable } from './failure.ts';
import { keptMessages, keptPlace, putMessage, toSummary } from './kept-messages.ts';
import { type Row, rowsOf } from './key-pages.ts';

/** In partition `deleted` of table `parked`, each with a body of its own, so that a message may be parked again meanwhile. */
export function storageDeletedMessages(storage: Storage): DeletedMessages {
  const place = keptPlace(storage, 'deleted');
  const kept = keptMessages(place, toDeletedSummary);
  return {
    ...kept,
    async keep(message, { at, by, why }) {
      try {
        await putMessage(place, message, { deletedAt: at, deletedBy: by, deletedWhy: why });
      } catch (error) {
        throw unavailable(error);
      }
    },
    async removeBefore(at, limit) {
      const query = {
        filter: odata`PartitionKey eq ${place.partition} and deletedAt lt ${at}`,
        select: ['RowKey'],
      };
      let removed = 0;
      for await (const { row } of rowsOf(place.table, query)) {
        if (removed === limit) break;
        await kept.remove(String(row.rowKey));
        removed += 1;
      }
      return removed;
    },
  };
}

function toDeletedSummary(row: Row): DeletedSummary {
  const { deletedAt, deletedBy, deletedWhy } = row;
  const deletion = { at: String(deletedAt), by: String(deletedBy), why: String(deletedWhy) };
  return { ...toSummary(row), deletion };
}
