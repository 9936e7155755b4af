import type { ServiceBusMessage, ServiceBusReceivedMessage } from '@azure/service-bus';
import { firstMessageId, type ReceivedMessage } from '../ports/received-message.ts';

/** The subscription's filters let a message with this property through to the one it names (architecture, rule 4). */
const SUBSCRIPTION = 'replayTo';

/** Application properties by which a message that is sent again remembers its first journey. */
const ENQUEUED_AT = 'stockbridge_firstEnqueuedAt';
const SEQUENCE_NUMBER = 'stockbridge_firstSequenceNumber';
const ATTEMPT = 'stockbridge_attempt';

/** The last instant a JavaScript Date can hold, milliseconds UTC (ECMA-262, 21.4.1.1). */
const LAST_INSTANT = 8.64e15;

const MAX_ATTEMPT = 1_000_000;

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

/**
 * Its id is `{id}#{attempt}`, as duplicate detection would swallow the old one; its subject is the CloudEvents one, as
 * an inventory event's is.
 */
function againMessage(message: ReceivedMessage, journey: Record<string, string | number>): ServiceBusMessage {
  const attempt = message.attempt + 1;
  const { cloudEvents_subject: subject } = message.applicationProperties;
  return {
    body: Buffer.from(message.body),
    contentType: 'application/json',
    messageId: `${firstMessageId(message.messageId)}#${attempt}`,
    ...(typeof subject === 'string' ? { subject } : {}),
    applicationProperties: { ...message.applicationProperties, ...journey, [ATTEMPT]: attempt },
  };
}

type Delivery = {
  /** Bytes; of a sender that sent an AMQP value, that value. */
  readonly body: unknown;
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly enqueuedAt: number;
  readonly applicationProperties: ReceivedMessage['applicationProperties'];
};

/**
 * What a subscription delivered, as the product knows it; of a message sent again, its first journey counts. Any sender
 * can set the properties that tell of it, so what cannot be true of a journey is ignored; and as the filters let
 * `replayTo` through to the subscription it names only, the one that delivered is taken.
 */
export function receivedMessage(delivery: Delivery, subscription: string): ReceivedMessage {
  const {
    [SUBSCRIPTION]: _replayTo,
    [ENQUEUED_AT]: enqueuedAt,
    [SEQUENCE_NUMBER]: sequenceNumber,
    [ATTEMPT]: attempt,
    ...applicationProperties
  } = delivery.applicationProperties;
  return {
    body: toBytes(delivery.body),
    messageId: delivery.messageId,
    sequenceNumber: isSequenceNumber(sequenceNumber) ? sequenceNumber : delivery.sequenceNumber,
    enqueuedAt: isWithin(enqueuedAt, 0, LAST_INSTANT) ? enqueuedAt : delivery.enqueuedAt,
    subscription,
    attempt: isWithin(attempt, 0, MAX_ATTEMPT) ? attempt : 0,
    applicationProperties,
  };
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
}

/** A sequence number is a 64-bit integer: up to 19 digits. */
function isSequenceNumber(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,19}$/.test(value);
}

/** The same for a message that the SDK received with `skipParsingBodyAsJson`, so that its body is the raw bytes. */
export function fromSdkMessage(message: ServiceBusReceivedMessage, subscription: string): ReceivedMessage {
  const delivery: Delivery = {
    body: message.body,
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
