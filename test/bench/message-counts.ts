import type { ServiceBusClient } from '@azure/service-bus';

/** Messages sent so far to each of these queues and topics; only differences mean anything. */
export type MessageCounts = ReadonlyMap<string, number>;

const AN_HOUR = 3_600_000;

/**
 * Asks each entity for its next sequence number, by a message that is scheduled and cancelled: the bus numbers what is
 * sent to an entity without holes, and no subscriber ever sees the question.
 */
export async function countMessages(
  client: ServiceBusClient,
  entities: readonly string[],
): Promise<MessageCounts> {
  const counts = new Map<string, number>();
  for (const entity of entities) {
    const sender = client.createSender(entity);
    const [sequence] = await sender.scheduleMessages({ body: 'count' }, new Date(Date.now() + AN_HOUR));
    if (sequence === undefined) throw new Error(`${entity} gave no sequence number`);
    await sender.cancelScheduledMessages(sequence);
    await sender.close();
    counts.set(entity, sequence.toNumber());
  }
  return counts;
}

/** Messages sent to the entities between two counts, the second question itself left out. */
export function messagesBetween(before: MessageCounts, after: MessageCounts): Map<string, number> {
  return new Map([...after].map(([entity, count]) => [entity, count - (before.get(entity) ?? 0) - 1]));
}
