import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { createOutcomeTurns } from '../../outcome-turns.ts';
import { describeError, type HostLog } from '../log.ts';
import { giveBack } from './give-back.ts';

type Messages = readonly ServiceBusReceivedMessage[];

/**
 * Settles messages, each by its own outcome (see `local/outcome-turns.ts`). Nothing here rejects: what could not be settled is logged, and
 * the broker delivers it again.
 */
export interface Settlement {
  complete(messages: Messages): Promise<void>;
  abandon(messages: Messages): Promise<void>;
  /** As if they had not been delivered, see `give-back.ts`. */
  giveBack(messages: Messages): Promise<void>;
  /** Ends the waiting for answers that a broken link will never bring. */
  linkWasLost(): void;
}

/** @param subject the function's name, for the log. */
export function createSettlement(
  receiver: () => ServiceBusReceiver,
  log: HostLog,
  subject: string,
): Settlement {
  const pending = new Set<(reason: Error) => void>();
  const inTurnOf = createOutcomeTurns();

  const unlessLinkIsLost = (work: Promise<void>) =>
    new Promise<void>((resolve, reject) => {
      pending.add(reject);
      work.then(resolve, reject).finally(() => pending.delete(reject));
    });

  const settleAll = async (
    messages: Messages,
    verb: string,
    settle: (message: ServiceBusReceivedMessage) => Promise<void>,
  ) => {
    const failures: unknown[] = [];
    const all = Promise.all(
      messages.map((message) => settle(message).catch((error: unknown) => void failures.push(error))),
    );
    try {
      await unlessLinkIsLost(all.then(() => undefined));
    } catch (error) {
      log.write(
        'warning',
        subject,
        `${messages.length} messages may not have been ${verb}: ${describeError(error)}; the broker delivers such again`,
      );
      return;
    }
    if (failures.length > 0) {
      log.write(
        'warning',
        subject,
        `${failures.length} of ${messages.length} messages were not ${verb}: ${describeError(failures[0])}; the broker delivers them again`,
      );
    }
  };

  return {
    complete: (messages) =>
      settleAll(messages, 'completed', (message) =>
        inTurnOf('complete', () => receiver().completeMessage(message)),
      ),
    abandon: (messages) =>
      settleAll(messages, 'abandoned', (message) =>
        inTurnOf('abandon', () => receiver().abandonMessage(message)),
      ),
    giveBack: (messages) => inTurnOf('give back', () => messages.forEach(giveBack)),
    linkWasLost() {
      for (const reject of [...pending]) reject(new Error('the link to the broker was lost'));
    },
  };
}
