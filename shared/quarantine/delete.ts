import type { DeleteRequest, DeleteResult, RestoreRequest, RestoreResult } from '../contracts/quarantine.ts';
import { mapAtMost } from '../ports/at-most.ts';
import { recordAction } from '../ports/record-action.ts';
import { isoNow } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import type { QuarantinePorts } from './quarantine-ports.ts';
import { takeSelected } from './select.ts';

/** Messages moved together; each is a blob and a row. */
const AT_ONCE = 16;

/** One call deletes for so long; whoever asked is told what is left. Milliseconds. */
const DELETE_MS = 60_000;

/** Deleted messages are kept for 30 days. Milliseconds. */
const KEPT_MS = 30 * 86_400_000;

/** Removed for good in one turn of the timer. */
const REMOVED_AT_ONCE = 5_000;

/**
 * Takes messages out of quarantine for a minute at most, and keeps them and who did it for 30 days.
 *
 * @throws {StoreUnavailable} when a part does not answer; what was deleted until then is among the deleted
 */
export async function deleteMessages(
  ports: QuarantinePorts,
  { by, why, ...selection }: DeleteRequest,
): Promise<DeleteResult> {
  const at = isoNow(ports.runtime);
  const { ids, continuationToken: _place, ...asked } = selection;
  const intent = { kind: 'delete-messages', by, why, ...(!ids && { asked }) } as const;
  return recordAction(ports, intent, async (did) => {
    const { done, ...progress } = await takeSelected(ports, selection, {
      atOnce: AT_ONCE,
      deadline: ports.runtime.now() + DELETE_MS,
      handle: async (messages) => {
        await Promise.all(messages.map(({ message }) => ports.deleted.keep(message, { at, by, why })));
        did(messages.map(({ id }) => id));
      },
    });
    return { ...progress, unknown: [...progress.unknown], deleted: done, startedAt: at };
  });
}

/**
 * Puts deleted messages back into quarantine, as they were. What was a dead letter waits there for its replay too: a bus
 * takes none back.
 *
 * @throws {StoreUnavailable} when the storage does not answer; what was restored until then is in quarantine
 */
export async function restoreMessages(
  ports: QuarantinePorts,
  { ids, by, why }: RestoreRequest,
): Promise<RestoreResult> {
  return recordAction(ports, { kind: 'restore-messages', by, why }, async (did) => {
    const wanted = [...new Set(ids)];
    const isRestored = await mapAtMost(AT_ONCE, wanted, async (id) => {
      const found = await restore(ports, id);
      if (found) did([id]);
      return found;
    });
    const unknown = wanted.filter((_id, index) => !isRestored[index]);
    return { restored: wanted.length - unknown.length, unknown };
  });
}

async function restore({ parked, deleted }: QuarantinePorts, id: string): Promise<boolean> {
  const message = await deleted.get(id);
  if (!message) return false;
  for (const { failure } of await parked.park([message])) throw new StoreUnavailable(failure);
  await deleted.remove(id);
  return true;
}

/** Removes for good what was deleted more than 30 days ago; answers how many. @throws {StoreUnavailable} */
export function removeDeleted({ deleted, runtime }: QuarantinePorts): Promise<number> {
  return deleted.removeBefore(new Date(runtime.now() - KEPT_MS).toISOString(), REMOVED_AT_ONCE);
}
