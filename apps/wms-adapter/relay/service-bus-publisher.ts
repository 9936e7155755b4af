import {
  isServiceBusError,
  type ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusMessage,
  type ServiceBusMessageBatch,
  type ServiceBusSender,
} from '@azure/service-bus';
import {
  ALLOCATION_DECISIONS_TOPIC,
  allocationDecisionMessage,
} from '../../../shared/service-bus/allocation-message.ts';
import { INVENTORY_EVENTS_TOPIC, inventoryMessage } from '../../../shared/service-bus/inventory-message.ts';
import type { OutboxEntry, OutboxMessage } from './outbox.ts';
import type { Publisher, PublishReport } from './publisher.ts';

/**
 * A send or the opening of a link that the bus has not answered for this long has failed. The SDK (7.9.5) does not end
 * what is under way when the connection breaks, so this is also how long the relay stands still then.
 */
const OPERATION_TIMEOUT_MS = 5_000;
/** The whole of a page, opening the connection included. */
const PUBLISH_TIMEOUT_MS = 15_000;
const CLOSE_TIMEOUT_MS = 1_000;

/** The relay waits and tries again by itself; the SDK's own retries (3 with a fixed 30 s) would only hide the state. */
export const PUBLISHER_CLIENT_OPTIONS: ServiceBusClientOptions = {
  retryOptions: { maxRetries: 0, timeoutInMs: OPERATION_TIMEOUT_MS },
};

interface Connection {
  readonly client: ServiceBusClient;
  readonly senders: Readonly<Record<OutboxMessage['kind'], ServiceBusSender>>;
}

/**
 * Publishes events to the topic `inventory-events` and decisions to `allocation-decisions`, each in commit order, in
 * batches as large as the bus takes, several under way at once. A topic that does not take its messages does not keep
 * the other's back. After a failure the client is thrown away and a new one opened, so that no half-dead connection is kept.
 *
 * @param openClient makes a client, with `PUBLISHER_CLIENT_OPTIONS`; called anew after every failure.
 */
export function createServiceBusPublisher(openClient: () => Promise<ServiceBusClient>): Publisher {
  let connection: Connection | undefined;

  async function connect(): Promise<Connection> {
    if (connection === undefined) {
      const client = await openClient();
      const event = client.createSender(INVENTORY_EVENTS_TOPIC);
      connection = { client, senders: { event, decision: client.createSender(ALLOCATION_DECISIONS_TOPIC) } };
    }
    return connection;
  }

  async function disconnect(): Promise<void> {
    const { client } = connection ?? {};
    connection = undefined;
    if (client) {
      await withDeadline(client.close(), CLOSE_TIMEOUT_MS).catch(() => undefined);
    }
  }

  return {
    async publish(entries) {
      const report: PublishReport = { sent: [], refused: [] };
      try {
        const { senders } = await connect();
        await withDeadline(sendBoth(senders, entries, report), PUBLISH_TIMEOUT_MS);
        return report;
      } catch (error) {
        await disconnect();
        return { ...report, failure: reasonOf(error) };
      }
    },
    close: disconnect,
  };
}

/** Fills `report`; throws when something could not be sent now, after everything under way has ended. */
async function sendBoth(
  senders: Connection['senders'],
  entries: readonly OutboxEntry[],
  report: PublishReport,
): Promise<void> {
  const decisions = entries.filter(({ kind }) => kind === 'decision');
  const sent = await Promise.allSettled([
    sendAll(
      senders.event,
      entries.filter(({ kind }) => kind === 'event'),
      report,
    ),
    // Opened ahead of the first decision, so that its answer does not wait for the link; only then it has to be there.
    decisions.length > 0
      ? sendAll(senders.decision, decisions, report)
      : openBatch(senders.decision).catch(() => undefined),
  ]);
  const failed = sent.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Fills `report`; throws when something could not be sent now, after everything under way has ended. */
async function sendAll(
  sender: ServiceBusSender,
  entries: readonly OutboxEntry[],
  report: PublishReport,
): Promise<void> {
  const sends: Promise<unknown>[] = [];
  try {
    for await (const { batch, sequences } of batchesOf(sender, entries, report)) {
      const send = sender.sendMessages(batch).then(() => report.sent.push(...sequences));
      // Looked at below; until then a failure is not unhandled.
      send.catch(() => undefined);
      sends.push(send);
    }
  } finally {
    await Promise.allSettled(sends);
  }
  await Promise.all(sends);
}

interface Batch {
  readonly batch: ServiceBusMessageBatch;
  readonly sequences: number[];
}

async function* batchesOf(
  sender: ServiceBusSender,
  entries: readonly OutboxEntry[],
  report: PublishReport,
): AsyncGenerator<Batch> {
  // Made even without entries: it opens the link, which shows that the bus answers.
  let current: Batch = { batch: await openBatch(sender), sequences: [] };
  for (const entry of entries) {
    const { sequence } = entry;
    const message = messageOf(entry);
    let fits = current.batch.tryAddMessage(message);
    if (!fits && current.sequences.length > 0) {
      yield current;
      current = { batch: await openBatch(sender), sequences: [] };
      fits = current.batch.tryAddMessage(message);
    }
    if (fits) {
      current.sequences.push(sequence);
    } else {
      report.refused.push({ sequence, reason: tooLarge(message, current.batch) });
    }
  }
  if (current.sequences.length > 0) {
    yield current;
  }
}

function messageOf(entry: OutboxEntry): ServiceBusMessage {
  return entry.kind === 'event'
    ? inventoryMessage(entry.event, entry.trace)
    : allocationDecisionMessage(entry.decision, entry.trace);
}

/** Opens the link where it is not open, which the SDK alone would wait for much longer. */
function openBatch(sender: ServiceBusSender): Promise<ServiceBusMessageBatch> {
  return withDeadline(sender.createMessageBatch(), OPERATION_TIMEOUT_MS);
}

function tooLarge(message: ServiceBusMessage, batch: ServiceBusMessageBatch): string {
  return `the message of ${message.body.length} bytes and its properties are more than the ${batch.maxSizeInBytes} bytes that the bus takes`;
}

async function withDeadline<Value>(work: Promise<Value>, milliseconds: number): Promise<Value> {
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (isServiceBusError(error)) {
    return `${error.code}: ${error.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}
