import type { InvocationContext } from '@azure/functions';
import type { ReceivedMessage } from '../../shared/ports/received-message.ts';
import { receivedMessage } from '../../shared/service-bus/replayed-message.ts';

/** Trigger options that the library's types leave out but the host knows: bytes as they came, not parsed JSON. */
export const RAW_BATCH = { cardinality: 'many', dataType: 'binary' } as const;

/**
 * The library lower-cases the first letter of every metadata key, application properties included. Of the properties
 * that Stockbridge sets this one is spelt with a capital; those of other senders cannot be told from lower-case ones.
 */
const CAPITALIZED: Readonly<Record<string, string>> = { 'diagnostic-Id': 'Diagnostic-Id' };

/**
 * The messages of a batch invocation with their metadata.
 *
 * @throws when the host's arrays are not aligned or hold an enqueued time that is none; the bus then delivers the
 * batch again
 */
export function batchMessages(
  bodies: unknown,
  context: InvocationContext,
  subscription: string,
): ReceivedMessage[] {
  if (!Array.isArray(bodies))
    throw new TypeError('A batch of messages was expected; is cardinality "many" set?');
  const metadata = context.triggerMetadata ?? {};
  const sequenceNumbers = aligned(metadata, 'sequenceNumberArray', bodies.length);
  const enqueuedTimes = aligned(metadata, 'enqueuedTimeUtcArray', bodies.length);
  const properties = aligned(metadata, 'applicationPropertiesArray', bodies.length);
  const messageIds = metadata.messageIdArray;
  // The host leaves out empty ids, and with them the alignment; the sequence number names the message as well.
  const ids = Array.isArray(messageIds) && messageIds.length === bodies.length ? messageIds : sequenceNumbers;
  return bodies.map((body: unknown, index) =>
    receivedMessage(
      {
        body,
        messageId: String(ids[index]),
        sequenceNumber: String(sequenceNumbers[index]),
        enqueuedAt: parseTime(String(enqueuedTimes[index])),
        applicationProperties: propertiesOf(properties[index]),
      },
      subscription,
    ),
  );
}

function aligned(metadata: Record<string, unknown>, name: string, length: number): unknown[] {
  const values = metadata[name];
  if (Array.isArray(values) && values.length === length) return values;
  throw new Error(`Trigger metadata ${name} is not aligned with the ${length} messages of the batch.`);
}

/** The host writes `enqueuedTimeUtc` without its `Z`. */
function parseTime(text: string): number {
  const time = Date.parse(/[Z+]|-\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(time)) throw new Error(`Trigger metadata enqueuedTimeUtcArray holds "${text}", no time.`);
  return time;
}

function propertiesOf(value: unknown): ReceivedMessage['applicationProperties'] {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(
    entries
      .filter(([, property]) => ['string', 'number', 'boolean'].includes(typeof property))
      .map(([name, property]) => [CAPITALIZED[name] ?? name, property]),
  );
}
