import type { ServiceBusMessage } from '@azure/service-bus';
import type { DeadLetter, DeadLetterQueue, Replayer } from '../../shared/ports/dead-letters.ts';
import type { ReceivedMessage } from '../../shared/ports/received-message.ts';
import type { RetryQueue } from '../../shared/ports/retry-queue.ts';
import type { Runtime } from '../../shared/ports/runtime.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import {
  receivedMessage,
  replayedMessage,
  republishedMessage,
} from '../../shared/service-bus/replayed-message.ts';

/** Places of the fabric where messages wait (`infra/service-bus/topology.json`). */
export const PLACES = ['atp-projection', 'journal', 'projection-retry'] as const;
export type Place = (typeof PLACES)[number];

export type InMemoryBus = {
  readonly retryQueue: RetryQueue;
  readonly replayer: Replayer;
  readonly deadLetters: DeadLetterQueue;
  /** Set to make every send fail. */
  away: boolean;
  /** Sends to the topic `inventory-events`. */
  publish(message: ServiceBusMessage): void;
  /**
   * Hands what is due (at most `limit`) to a handler, as one batch. Resolves: completed. Rejects: all come again, and
   * are dead-lettered after `MAX_DELIVERIES`. Answers how many were handed over.
   */
  deliver(
    place: Place,
    handler: (messages: ReceivedMessage[]) => Promise<void>,
    limit?: number,
  ): Promise<number>;
  /** Messages that wait in a place, also those that are not due. */
  waiting(place: Place): number;
  /** When the first message of any place is due, milliseconds UTC; undefined when none waits. */
  nextDue(): number | undefined;
  /** Dead-letters everything that waits in a place. */
  deadLetter(place: Place, reason: string, detail?: string): void;
};

/** `maxDeliveryCount` of these places in `infra/service-bus/topology.json`. */
export const MAX_DELIVERIES = 100;

type Waiting = { readonly message: ReceivedMessage; readonly dueAt: number; readonly deliveries: number };

/** The bus in memory: two subscriptions with the filters of the real ones, the retry queue, their dead letters. */
export function inMemoryBus(runtime: Pick<Runtime, 'now'>): InMemoryBus {
  const queues = new Map<Place, Waiting[]>(PLACES.map((place) => [place, []]));
  const dead: DeadLetter[] = [];
  let sequenceNumber = 0;

  const queue = (place: Place) => queues.get(place) ?? [];
  const enqueue = (place: Place, message: ServiceBusMessage, dueAt: number) => {
    sequenceNumber += 1;
    const subscription = place === 'projection-retry' ? 'atp-projection' : place;
    const received = receivedMessage(
      {
        body: Uint8Array.from(message.body as Uint8Array),
        messageId: String(message.messageId ?? ''),
        sequenceNumber: String(sequenceNumber),
        enqueuedAt: dueAt,
        applicationProperties: propertiesOf(message),
      },
      subscription,
    );
    queue(place).push({ message: received, dueAt, deliveries: 0 });
  };
  const bus: InMemoryBus = {
    away: false,
    publish: (message) => {
      refuseWhenAway();
      const replayTo = message.applicationProperties?.replayTo;
      for (const place of ['atp-projection', 'journal'] as const) {
        if (replayTo === undefined || replayTo === place) enqueue(place, message, runtime.now());
      }
    },
    deliver: async (place, handler, limit = 500) => {
      const due = queue(place)
        .filter(({ dueAt }) => dueAt <= runtime.now())
        .slice(0, limit);
      if (due.length === 0) return 0;
      queues.set(
        place,
        queue(place).filter((waiting) => !due.includes(waiting)),
      );
      try {
        await handler(due.map(({ message }) => message));
      } catch {
        for (const waiting of due) giveBack(place, waiting);
      }
      return due.length;
    },
    waiting: (place) => queue(place).length,
    nextDue: () => {
      const times = PLACES.flatMap((place) => queue(place).map(({ dueAt }) => dueAt));
      return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
    },
    deadLetter: (place, reason, detail = '') => {
      dead.push(...queue(place).map(({ message }) => ({ message, reason, detail })));
      queues.set(place, []);
    },
    retryQueue: {
      schedule: async (messages, delayMs) => {
        refuseWhenAway();
        for (const [index, message] of messages.entries()) {
          enqueue('projection-retry', replayedMessage(message), runtime.now() + (delayMs[index] ?? 0));
        }
      },
    },
    replayer: {
      replay: async (messages) => messages.map(replayedMessage).forEach(bus.publish),
      republish: async (messages) => messages.map(republishedMessage).forEach(bus.publish),
    },
    deadLetters: {
      list: async (limit) => {
        refuseWhenAway();
        return { letters: dead.slice(0, limit), unread: [] };
      },
      take: async (wanted, handle, { limit, deadline, atOnce = 100 }) => {
        refuseWhenAway();
        const found = dead.filter(wanted);
        const sought = found.slice(0, limit);
        let taken = 0;
        while (taken < sought.length && runtime.now() < deadline) {
          const picked = sought.slice(taken, taken + atOnce);
          await handle(picked);
          for (const letter of picked) dead.splice(dead.indexOf(letter), 1);
          taken += picked.length;
        }
        return { taken, remaining: found.length - taken };
      },
    },
  };
  function giveBack(place: Place, { message, dueAt, deliveries }: Waiting): void {
    if (deliveries + 1 < MAX_DELIVERIES) queue(place).unshift({ message, dueAt, deliveries: deliveries + 1 });
    else dead.push({ message, reason: 'MaxDeliveryCountExceeded', detail: `${MAX_DELIVERIES} deliveries` });
  }
  function refuseWhenAway(): void {
    if (bus.away) throw new StoreUnavailable('the bus does not answer');
  }
  return bus;
}

function propertiesOf({ applicationProperties = {} }: ServiceBusMessage) {
  const entries = Object.entries(applicationProperties).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
