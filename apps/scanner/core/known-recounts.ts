import type { AdapterClient } from './adapter-client.ts';
import { hearList, type KnownStockParts } from './known-stock.ts';
import type { KnownRecount, TaskList } from './scanner-device.ts';
import { keyText } from './waiting-stock.ts';

export type KnownRecountsParts = Omit<KnownStockParts, 'client'> & {
  readonly client: Pick<AdapterClient, 'recountTasks'>;
};

/** What investigations ask to be counted, and what of it is counted on this device already. */
export async function knownRecounts(
  parts: KnownRecountsParts,
  warehouseId: string,
): Promise<TaskList<KnownRecount>> {
  const { store, client, now } = parts;
  const isLive = await hearList(
    parts,
    (after) => client.recountTasks(warehouseId, after),
    (loaded) => store.putRecounts(warehouseId, loaded, now()),
  );
  const { tasks, asOf } = store.recounts(warehouseId);
  const items = new Set(tasks.map(({ itemId }) => itemId));
  const counted = new Set(
    [...items]
      .flatMap((itemId) => store.queuedOfItem(itemId))
      .filter(({ transaction }) => transaction.type === 'count')
      .map(({ transaction }) => keyText(transaction)),
  );
  return {
    tasks: tasks.map((task) => ({ ...task, isCounted: counted.has(keyText(task)) })),
    isLive,
    ...(asOf !== undefined && { asOf }),
  };
}
