import type { ItemPartition, PartitionView } from '../../doubles/item-documents.ts';
import type { Faults } from '../faults.ts';
import type { World } from '../world.ts';

/**
 * What one client of a session-consistent account reads: now and then what stood there before somebody else wrote, never what is
 * older than it has seen of that partition. Each process of the product has one such client (`functions/composition/services.ts`).
 * https://learn.microsoft.com/azure/cosmos-db/consistency-levels#session-consistency
 */
export type Session = {
  reading<Answer>(read: () => Promise<Answer>): Promise<Answer>;
  /** An answer moves the session on, a refusal by etag too: both bring a session token. One that is lost does not. */
  writing<Answer>(itemIds: readonly string[], write: () => Promise<Answer>): Promise<Answer>;
};

export type Sessions = PartitionView & { open(): Session };

/** How a partition stood until somebody wrote. */
type Past = { readonly until: number; readonly nth: number; readonly partition: ItemPartition };

/** A replica that answers is behind by so much at most: milliseconds, and writes of the partition. */
const LONGEST_LAG_MS = 2_000;
const MOST_WRITES = 4;

export function sessionsOf(world: World, faults: Faults): Sessions {
  const pasts = new Map<string, Past[]>();
  const chance = world.chance.stream('sessions');
  let writes = 0;
  /** What the session that reads at this moment has seen: by item, writes that were done then. */
  let reader: Map<string, number> | undefined;

  return {
    beforeWrite(partition) {
      const known = pasts.get(partition.itemId) ?? [];
      pasts.set(partition.itemId, known);
      if (known.length === MOST_WRITES) known.shift();
      known.push({ until: world.now(), nth: writes, partition: copyOf(partition) });
      writes += 1;
    },
    seen(partition) {
      if (!reader) return partition;
      const { itemId } = partition;
      const least = reader.get(itemId) ?? 0;
      const oldest = world.now() - LONGEST_LAG_MS;
      const possible = (pasts.get(itemId) ?? []).filter(({ nth, until }) => nth >= least && until >= oldest);
      if (possible.length === 0 || !faults.happens('stale-read')) {
        reader.set(itemId, writes);
        return partition;
      }
      const past = chance.oneOf(possible);
      reader.set(itemId, past.nth);
      return past.partition;
    },
    open() {
      const session = new Map<string, number>();
      return {
        reading(read) {
          reader = session;
          try {
            return read();
          } finally {
            reader = undefined;
          }
        },
        async writing(itemIds, write) {
          const answer = await write();
          if (!isLost(answer)) for (const itemId of itemIds) session.set(itemId, writes);
          return answer;
        },
      };
    },
  };
}

function isLost(answer: unknown): boolean {
  const answers = Array.isArray(answer) ? answer : [answer];
  return answers.some((one) => /^(unavailable|throttled)$/.test(one?.status));
}

function copyOf(partition: ItemPartition): ItemPartition {
  const { stocks, overflows, lines, unsettled, waiting } = partition;
  return {
    ...partition,
    stocks: new Map(stocks),
    overflows: new Map(overflows),
    lines: new Map(lines),
    unsettled: new Map(unsettled),
    waiting: new Map(waiting),
    byRank: undefined,
  };
}
