import type { Clock } from '../../clock.ts';
import type { GroupCommit } from '../../sqlite/group-commit.ts';
import type { EntityStore } from '../store/entity-store.ts';
import type { MessageStore } from '../store/message-store.ts';

/** What every entity works with. */
export interface Services {
  readonly clock: Clock;
  readonly commit: GroupCommit;
  readonly messages: MessageStore;
  readonly entities: EntityStore;
}
