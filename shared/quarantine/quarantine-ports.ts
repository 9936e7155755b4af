import type { ActionLog } from '../ports/action-log.ts';
import type { DeadLetterQueue, Replayer } from '../ports/dead-letters.ts';
import type { DeletedMessages } from '../ports/deleted-messages.ts';
import type { QuarantineStore } from '../ports/quarantine-store.ts';
import type { Runtime } from '../ports/runtime.ts';

/** What the people who look after messages work with. */
export type QuarantinePorts = {
  readonly parked: QuarantineStore;
  readonly deleted: DeletedMessages;
  readonly deadLetters: DeadLetterQueue;
  readonly replayer: Replayer;
  readonly actions: ActionLog;
  readonly runtime: Pick<Runtime, 'now' | 'sleep' | 'within'>;
};
