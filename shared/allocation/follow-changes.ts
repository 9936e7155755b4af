import { readJsonMessage } from '../contracts/json-message.ts';
import { stockChangeSchema } from '../contracts/stock-change.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import { type WakePorts, wakeBackorders } from './place-lines.ts';
import { drive } from './settle-decisions.ts';

export type FollowPorts = WakePorts & {
  /** Tells of the thresholds that an item's ATP has crossed. @throws {StoreUnavailable} */
  readonly tellAtpChange: (itemId: string) => Promise<unknown>;
};

/**
 * Serves the backorders of items whose stock changed, and tells of thresholds that their ATP crossed. One pass an item,
 * whatever number of messages names it; a message that names none says nothing.
 *
 * @throws {StoreUnavailable} the bus then delivers the batch again
 */
export async function followChanges(
  messages: readonly ReceivedMessage[],
  ports: FollowPorts,
  orchestrations: Orchestrations,
): Promise<{ items: number; woken: number; ignored: number }> {
  const itemIds = new Set<string>();
  let ignored = 0;
  for (const { body } of messages) {
    const read = readJsonMessage(body, stockChangeSchema, 'invalid-stock-change');
    if (!read.accepted) ignored += 1;
    for (const itemId of read.accepted ? read.value.itemIds : []) itemIds.add(itemId);
  }
  const woken = await Promise.all(
    [...itemIds].map(async (itemId) => {
      let count = 0;
      for await (const lines of wakeBackorders(ports, itemId)) {
        await Promise.all(lines.map((line) => drive(line, orchestrations)));
        count += lines.length;
      }
      await ports.tellAtpChange(itemId);
      return count;
    }),
  );
  return { items: itemIds.size, woken: woken.reduce((sum, count) => sum + count, 0), ignored };
}
