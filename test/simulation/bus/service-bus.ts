import type { ServiceBusMessage } from '@azure/service-bus';
import type { Faults } from '../faults.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { type Place, readFabric } from './fabric.ts';

/** A message as a place delivers it. */
export type Delivery = {
  readonly message: ServiceBusMessage;
  /** Decimal digits. */
  readonly sequenceNumber: string;
  /** Milliseconds UTC. */
  readonly enqueuedAt: number;
};

/** What the bus gave up on. */
export type DeadDelivery = Delivery & { readonly place: string; readonly reason: string };

/** Settles a batch by what it answers: completed when it resolves, delivered again when it rejects. */
export type Handler = (deliveries: readonly Delivery[]) => Promise<void>;

export type SimulatedBus = {
  /**
   * Sends to a queue or topic, now or after `delayMs` each. By faults messages come twice, late, in another order.
   *
   * @throws {BusAway}
   */
  send(entity: string, messages: readonly ServiceBusMessage[], delayMs?: readonly number[]): void;
  /** A process receives from a place as long as it lives, one batch of at most `limit` at a time. */
  receive(place: string, process: Process, limit: number, handler: Handler): void;
  readonly dead: DeadDelivery[];
  /** Messages on their way, waiting or being handled, in all places, without the dead ones. */
  waiting(): number;
  /** Bodies of what a place has not completed, what is on its way there included. */
  bodies(place: string): unknown[];
  /** The one that has waited longest. */
  oldest(): { readonly place: string; readonly messageId: string; readonly since: number } | undefined;
  /** Messages that came to a place, each once; what became of those that are gone from it. */
  figures(place: string): Readonly<Figures>;
};

export type Figures = { arrived: number; completed: number; expired: number; dead: number };

/** Thrown when the bus does not take a message, or seems not to. */
export class BusAway extends Error {
  override readonly name = 'BusAway';
  /** Whether it did take it, and only the answer was lost. Nobody of the product may look. */
  readonly isTaken: boolean;

  constructor(message: string, isTaken: boolean) {
    super(message);
    this.isTaken = isTaken;
  }
}

type Held = {
  readonly message: ServiceBusMessage;
  readonly sequenceNumber: string;
  readonly enqueuedAt: number;
  deliveries: number;
  /** Number of the delivery that holds the lock; 0 when nobody does. */
  lock: number;
};

type Receiver = {
  readonly process: Process;
  readonly limit: number;
  readonly handler: Handler;
  busy: boolean;
};

type Queue = {
  readonly place: Place;
  ready: Held[];
  readonly held: Set<Held>;
  /** On their way, as they travel together. */
  readonly coming: Set<readonly ServiceBusMessage[]>;
  receivers: Receiver[];
  isDispatching: boolean;
  readonly figures: Figures;
};

/** Topics, subscriptions and queues of the fabric: at least once, in no stated order. */
export function simulatedBus(world: World, faults: Faults): SimulatedBus {
  const chance = world.chance.stream('bus');
  const fabric = readFabric();
  const queues = new Map<string, Queue>();
  for (const places of fabric.values()) for (const place of places) queues.set(place.name, emptyQueue(place));
  const dead: DeadDelivery[] = [];
  let onTheirWay = 0;
  let sequenceNumbers = 0;
  let locks = 0;

  function arrive(queue: Queue, messages: readonly ServiceBusMessage[]): void {
    for (const message of messages) {
      sequenceNumbers += 1;
      queue.figures.arrived += 1;
      const held: Held = {
        message,
        sequenceNumber: String(sequenceNumbers),
        enqueuedAt: world.now(),
        deliveries: 0,
        lock: 0,
      };
      queue.held.add(held);
      queue.ready.push(held);
    }
    dispatchSoon(queue);
  }

  function arriveLater(queue: Queue, messages: readonly ServiceBusMessage[], delayMs: number): void {
    if (messages.length === 0) return;
    onTheirWay += messages.length;
    queue.coming.add(messages);
    world.schedule(delayMs, `${messages.length} arrive at ${queue.place.name}`, () => {
      onTheirWay -= messages.length;
      queue.coming.delete(messages);
      arrive(queue, messages);
    });
  }

  function dispatchSoon(queue: Queue): void {
    if (queue.isDispatching || queue.ready.length === 0) return;
    queue.receivers = queue.receivers.filter(({ process }) => process.isAlive());
    if (queue.receivers.every(({ busy }) => busy)) return;
    queue.isDispatching = true;
    world.schedule(chance.between(1, 30), `${queue.place.name} delivers`, () => {
      queue.isDispatching = false;
      dispatch(queue);
    });
  }

  function dispatch(queue: Queue): void {
    const idle = queue.receivers.filter(({ process, busy }) => process.isAlive() && !busy);
    if (idle.length === 0) return;
    const receiver = chance.oneOf(idle);
    const batch = queue.ready.splice(0, receiver.limit).filter((held) => isFresh(queue, held));
    if (batch.length > 0) deliver(queue, receiver, batch);
    dispatchSoon(queue);
  }

  /** What has waited longer than it may live is dead, or gone. */
  function isFresh(queue: Queue, held: Held): boolean {
    if (!queue.held.has(held)) return false;
    if (world.now() - held.enqueuedAt <= queue.place.timeToLiveMs) return true;
    remove(queue, held);
    queue.figures.expired += 1;
    if (queue.place.keepsExpired) bury(queue, held, 'TTLExpiredException');
    return false;
  }

  function deliver(queue: Queue, receiver: Receiver, batch: readonly Held[]): void {
    locks += 1;
    const lock = locks;
    for (const held of batch) held.lock = lock;
    const giveBack = (why: string) => returnUnsettled(queue, batch, lock, why);
    const cancel = world.schedule(queue.place.lockMs, `locks end at ${queue.place.name}`, () =>
      giveBack('its lock ended'),
    );
    for (const held of batch) note(queue, held, `is delivered to ${receiver.process.name}`);
    if (faults.happens('delivery-lost')) return;
    if (faults.happens('lock-lost'))
      world.schedule(chance.between(1, 2_000), `locks are lost at ${queue.place.name}`, () =>
        giveBack('its lock was lost'),
      );
    receiver.busy = true;
    const free = () => {
      receiver.busy = false;
      cancel();
    };
    receiver.handler(batch).then(
      () => {
        free();
        for (const held of batch.filter((one) => one.lock === lock)) complete(queue, held);
        dispatchSoon(queue);
      },
      (error) => {
        free();
        giveBack(`the handler failed: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
  }

  function complete(queue: Queue, held: Held): void {
    remove(queue, held);
    queue.figures.completed += 1;
    note(queue, held, 'is completed');
  }

  function returnUnsettled(queue: Queue, batch: readonly Held[], lock: number, why: string): void {
    for (const held of batch) {
      if (held.lock !== lock) continue;
      held.lock = 0;
      held.deliveries += 1;
      note(queue, held, `comes again: ${why}`);
      if (held.deliveries < queue.place.maxDeliveries) {
        queue.ready.push(held);
      } else {
        remove(queue, held);
        bury(queue, held, 'MaxDeliveryCountExceeded');
      }
    }
    dispatchSoon(queue);
  }

  function remove(queue: Queue, held: Held): void {
    held.lock = 0;
    queue.held.delete(held);
  }

  function bury(queue: Queue, held: Held, reason: string): void {
    queue.figures.dead += 1;
    note(queue, held, `is dead-lettered: ${reason}`);
    const { message, sequenceNumber, enqueuedAt } = held;
    dead.push({ message, sequenceNumber, enqueuedAt, place: queue.place.name, reason });
  }

  function note(queue: Queue, { message }: Held, text: string): void {
    world.note(() => ({
      entities: [String(message.messageId ?? ''), String(message.subject ?? '')],
      text: `${queue.place.name}: ${String(message.messageId ?? 'a message')} ${text}`,
    }));
  }

  return {
    dead,
    send(entity, messages, delayMs) {
      const places = fabric.get(entity);
      if (!places) throw new Error(`The fabric has no ${entity}.`);
      if (faults.happens('bus-away')) throw new BusAway('the bus does not answer', false);
      for (const place of places) {
        const queue = queueOf(place.name);
        const together: ServiceBusMessage[] = [];
        for (const [index, message] of messages.entries()) {
          if (!place.takes(message.applicationProperties ?? {})) continue;
          const delay = (delayMs?.[index] ?? 0) + lateBy();
          if (delay > 0) arriveLater(queue, [message], delay);
          else together.push(message);
          if (faults.happens('duplicate')) arriveLater(queue, [message], chance.between(1, 5_000));
        }
        arriveLater(queue, together, chance.between(1, 10));
      }
      if (faults.happens('send-answer-lost')) throw new BusAway('the answer of the bus was lost', true);
    },
    receive(name, process, limit, handler) {
      const queue = queueOf(name);
      queue.receivers.push({ process, limit, handler, busy: false });
      dispatchSoon(queue);
    },
    waiting: () => [...queues.values()].reduce((sum, { held }) => sum + held.size, onTheirWay),
    oldest() {
      let oldest: ReturnType<SimulatedBus['oldest']>;
      for (const queue of queues.values()) {
        const { place, held } = queue;
        for (const one of held) {
          const { message, enqueuedAt } = one;
          // Where nobody receives, nobody has noticed yet that it is gone.
          if (one.lock === 0 && !isFresh(queue, one)) continue;
          if (oldest && oldest.since <= enqueuedAt) continue;
          oldest = { place: place.name, messageId: String(message.messageId ?? ''), since: enqueuedAt };
        }
      }
      return oldest;
    },
    bodies(name) {
      const { held, coming } = queueOf(name);
      const waiting = [...held].map(({ message }) => message);
      return [...waiting, ...[...coming].flat()].map(({ body }) => body);
    },
    figures: (name) => queueOf(name).figures,
  };

  /** Milliseconds that a message stays behind the others. */
  function lateBy(): number {
    if (faults.happens('delay')) return chance.between(10_000, 20 * 60_000);
    return faults.happens('reorder') ? chance.between(1, 10_000) : 0;
  }

  function queueOf(name: string): Queue {
    const queue = queues.get(name);
    if (!queue) throw new Error(`The fabric has no ${name}.`);
    return queue;
  }
}

function emptyQueue(place: Place): Queue {
  return {
    place,
    ready: [],
    held: new Set(),
    coming: new Set(),
    receivers: [],
    isDispatching: false,
    figures: { arrived: 0, completed: 0, expired: 0, dead: 0 },
  };
}
