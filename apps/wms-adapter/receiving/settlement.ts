import { setImmediate } from 'node:timers/promises';
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

/** What becomes of a message that was handled. */
export type Settlement =
  | { readonly kind: 'complete' }
  /** Nothing that can ever be acted on here. */
  | { readonly kind: 'dead-letter'; readonly reason: string; readonly description: string }
  /** To be delivered again, and dead-lettered by the bus after as many deliveries as the subscription allows. */
  | { readonly kind: 'abandon' }
  /** To be delivered again when its lock ends. */
  | { readonly kind: 'leave' };

/** Settles a message on the link it came by. Never rejects: what could not be settled comes again. */
export type Settle = (message: ServiceBusReceivedMessage, settlement: Settlement) => Promise<void>;

/**
 * Settles the messages of a receiver, each by its own outcome. The AMQP library (rhea 3.0.5, `write_dispositions` of
 * `session.js`) gives two deliveries that are settled in one turn of the event loop and follow each other the outcome
 * of the first, and would so complete what is to be dead-lettered, or the other way round. So every outcome but
 * `complete` has a turn of its own.
 */
export function settlerOf(
  receiver: Pick<ServiceBusReceiver, 'completeMessage' | 'deadLetterMessage' | 'abandonMessage'>,
): Settle {
  let turn: Promise<void> = Promise.resolve();

  async function alone(send: () => Promise<void>): Promise<void> {
    const before = turn;
    const { promise: sent, resolve } = Promise.withResolvers<void>();
    turn = sent;
    await before;
    await setImmediate();
    const settled = send();
    // Told to the caller below; until then a failure is not unhandled.
    settled.catch(() => undefined);
    await setImmediate();
    resolve();
    await settled;
  }

  async function settle(message: ServiceBusReceivedMessage, settlement: Settlement): Promise<void> {
    switch (settlement.kind) {
      case 'complete':
        await turn;
        return receiver.completeMessage(message);
      case 'dead-letter': {
        const { reason: deadLetterReason, description } = settlement;
        const deadLetterErrorDescription = description.slice(0, LONGEST_DESCRIPTION);
        return alone(() =>
          receiver.deadLetterMessage(message, { deadLetterReason, deadLetterErrorDescription }),
        );
      }
      case 'abandon':
        return alone(() => receiver.abandonMessage(message));
      case 'leave':
        return;
    }
  }

  return (message, settlement) => settle(message, settlement).catch(() => undefined);
}

/** Characters the bus takes. */
const LONGEST_DESCRIPTION = 4_096;
