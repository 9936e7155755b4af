import { createGroupCommit, type GroupCommit } from './booking/group-commit.ts';
import type { Database } from './database.ts';
import type { Publisher } from './relay/publisher.ts';
import { createRelay, type Relay, type RelayOptions } from './relay/relay.ts';

/** The outside of the adapter, as far as booking and sending need it. */
export interface AdapterSystems extends Pick<RelayOptions, 'relayId' | 'after'> {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly now: () => Date;
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** See `GroupCommitOptions`. */
  readonly gather?: () => Promise<void>;
}

/** What books, and what sends that on, on any systems: one and the same in the adapter and in the simulation. */
export function composeAdapter(systems: AdapterSystems): { relay: Relay; groupCommit: GroupCommit } {
  const relay = createRelay(systems);
  return { relay, groupCommit: createGroupCommit({ ...systems, onCommit: relay.wake }) };
}
