import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';

/** Where messages wait: a queue, or a subscription of a topic. */
export type Place = { readonly name: string; readonly topic?: string };

/** What waits at a place, scheduled and locked messages included. */
export type Waiting = {
  readonly place: string;
  /** How many; more than a look reads are told by the numbers of the first and the last, and may be fewer. */
  readonly messages: number;
  /** The number of the first: it grows while a backlog shrinks. */
  readonly first: string;
  /** Ids of the first of them, with the reason where they are dead letters. */
  readonly ids: readonly string[];
};

/** A look reads so many. */
const LOOK_AT = 250;
const IDS = 3;
const ANSWERS_WITHIN = 2_000;

export function placeName({ name, topic }: Place): string {
  return topic === undefined ? name : `${topic}/${name}`;
}

/** What waits at each place, and what is dead-lettered there; places without either are left out. */
export async function lookAtPlaces(
  connectionString: string,
  places: readonly Place[],
): Promise<{ waiting: Waiting[]; dead: Waiting[] }> {
  // A client peeks on from where it peeked last: each look is a client of its own.
  const client = new ServiceBusClient(connectionString);
  try {
    const waiting: Waiting[] = [];
    const dead: Waiting[] = [];
    for (const place of places) {
      const [here, given] = await Promise.all([
        waitingAt(receiverOf(client, place), placeName(place)),
        waitingAt(receiverOf(client, place, 'deadLetter'), `${placeName(place)} (dead letters)`),
      ]);
      if (here !== undefined) waiting.push(here);
      if (given !== undefined) dead.push(given);
    }
    return { waiting, dead };
  } finally {
    await client.close();
  }
}

/** When the bus took the oldest message that waits at a place, in milliseconds UTC; undefined: none waits; null: it does not say. */
export async function oldestAt(connectionString: string, place: Place): Promise<number | undefined | null> {
  const retryOptions = { maxRetries: 0, timeoutInMs: ANSWERS_WITHIN };
  const client = new ServiceBusClient(connectionString, { retryOptions });
  try {
    const abortSignal = AbortSignal.timeout(ANSWERS_WITHIN);
    const [oldest] = await receiverOf(client, place).peekMessages(1, { abortSignal });
    return oldest?.enqueuedTimeUtc?.getTime();
  } catch {
    return null;
  } finally {
    // A client whose bus is gone takes its time to close.
    void client.close().catch(() => undefined);
  }
}

function receiverOf(client: ServiceBusClient, { name, topic }: Place, subQueueType?: 'deadLetter') {
  const options = subQueueType === undefined ? {} : { subQueueType };
  return topic === undefined
    ? client.createReceiver(name, options)
    : client.createReceiver(topic, name, options);
}

async function waitingAt(receiver: ServiceBusReceiver, place: string): Promise<Waiting | undefined> {
  const peeked = await receiver.peekMessages(LOOK_AT);
  const [first] = peeked;
  if (first === undefined) return undefined;
  const messages = peeked.length < LOOK_AT ? peeked.length : await countFrom(receiver, first);
  return { place, messages, first: String(first.sequenceNumber ?? ''), ids: peeked.slice(0, IDS).map(idOf) };
}

/** By ever longer steps to beyond the last message, and by ever shorter ones back to it: a backlog need not be read to be told. */
async function countFrom(receiver: ServiceBusReceiver, first: ServiceBusReceivedMessage): Promise<number> {
  let last = first.sequenceNumber;
  let isGrowing = true;
  for (let step = LOOK_AT; step >= 1 && last !== undefined; ) {
    const [found] = await receiver.peekMessages(1, { fromSequenceNumber: last.add(step) });
    isGrowing &&= found !== undefined;
    last = found?.sequenceNumber ?? last;
    step = isGrowing ? 2 * step : Math.floor(step / 2);
  }
  return last === undefined || first.sequenceNumber === undefined
    ? LOOK_AT
    : last.subtract(first.sequenceNumber).toNumber() + 1;
}

function idOf({ messageId, deadLetterReason }: ServiceBusReceivedMessage): string {
  return deadLetterReason === undefined ? String(messageId) : `${messageId}: ${deadLetterReason}`;
}
