import { Intake, type Release } from './intake.ts';
import type { MessageQueue } from './message-queue.ts';
import type { Services } from './services.ts';

/** A queue: what senders meet, and what receivers do. */
export interface Queue {
  readonly intake: Intake;
  readonly queue: MessageQueue;
}

/** Puts the sender's side in front of a queue. @param duplicateWindow milliseconds; undefined: none. */
export function openQueue(
  queue: MessageQueue,
  duplicateWindow: number | undefined,
  services: Services,
): Queue {
  const enqueue = ({ content, timeToLive, stored }: Release): void => {
    queue.put({
      contentId: stored?.contentId ?? services.messages.addContent(content, 1),
      content,
      enqueuedAt: services.clock.now(),
      timeToLive,
      enqueueSequence: stored?.sequence ?? null,
      deadLetterSource: null,
      deliveryCount: 0,
    });
  };
  return {
    queue,
    intake: new Intake(queue.record, duplicateWindow, services, enqueue, (sequence) => queue.skip(sequence)),
  };
}
