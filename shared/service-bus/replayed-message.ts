import type { ServiceBusMessage, ServiceBusReceivedMessage } from '@azure/service-bus';
import type { ReceivedMessage } from '../ports/received-message.ts';

/** Application properties by which a message that is sent again remembers its first journey. */
const SUBSCRIPTION = 'replayTo';
const ENQUEUED_AT = 'firstEnqueuedAt';
const SEQUENCE_NUMBER = 'firstSequenceNumber';
const ATTEMPT = 'attempt';

/** Service Bus takes message ids of up to 128 characters; this leaves room for the attempt's number. */
const MAX_ID_BASE = 110;

/**
 * The message for another try at the subscription it came from: its filter lets `replayTo` through, the others' do not
 * (architecture, rule 4).
 */
export function replayedMessage(message: ReceivedMessage): ServiceBusMessage {
  return againMessage(message, {
    [SUBSCRIPTION]: message.subscription,
    [ENQUEUED_AT]: message.enqueuedAt,
    [SEQUENCE_NUMBER]: message.sequenceNumber,
  });
}

/** The message as if it were new, for every subscription. */
export function republishedMessage(message: ReceivedMessage): ServiceBusMessage {
  return againMessage(message, {});
}

/** Its id is `{id}#{attempt}`, as duplicate detection would swallow the old one. */
function againMessage(message: ReceivedMessage, journey: Record<string, string | number>): ServiceBusMessage {
  const attempt = message.attempt + 1;
  return {
    body: Buffer.from(message.body),
    contentType: 'application/json',
    messageId: `${message.messageId.replace(/#\d+$/, '').slice(0, MAX_ID_BASE)}#${attempt}`,
    applicationProperties: { ...message.applicationProperties, ...journey, [ATTEMPT]: attempt },
  };
}

type Delivery = {
  readonly body: Uint8Array;
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly enqueuedAt: number;
  readonly applicationProperties: ReceivedMessage['applicationProperties'];
};

/** What a subscription delivered, as the product knows it; of a message sent again, its first journey counts. */
export function receivedMessage(delivery: Delivery, subscription: string): ReceivedMessage {
  const { [SUBSCRIPTION]: replayTo, ...properties } = delivery.applicationProperties;
  const {
    [ENQUEUED_AT]: enqueuedAt,
    [SEQUENCE_NUMBER]: sequenceNumber,
    [ATTEMPT]: attempt,
    ...rest
  } = properties;
  return {
    body: delivery.body,
    messageId: delivery.messageId,
    sequenceNumber: typeof sequenceNumber === 'string' ? sequenceNumber : delivery.sequenceNumber,
    enqueuedAt: typeof enqueuedAt === 'number' ? enqueuedAt : delivery.enqueuedAt,
    subscription: typeof replayTo === 'string' ? replayTo : subscription,
    attempt: typeof attempt === 'number' ? attempt : 0,
    applicationProperties: rest,
  };
}

/** The same for a message that the SDK received with `skipParsingBodyAsJson`, so that its body is the raw bytes. */
export function fromSdkMessage(message: ServiceBusReceivedMessage, subscription: string): ReceivedMessage {
  const delivery: Delivery = {
    body: toBytes(message.body),
    messageId: String(message.messageId ?? ''),
    sequenceNumber: message.sequenceNumber?.toString() ?? '0',
    enqueuedAt: message.enqueuedTimeUtc?.getTime() ?? 0,
    applicationProperties: withoutNulls(message.applicationProperties ?? {}),
  };
  return receivedMessage(delivery, subscription);
}

/** A body that is no byte sequence (an AMQP value of another sender) is taken as its JSON text. */
function toBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''), 'utf8');
}

function withoutNulls(properties: Readonly<Record<string, string | number | boolean | Date | null>>) {
  const entries = Object.entries(properties).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
