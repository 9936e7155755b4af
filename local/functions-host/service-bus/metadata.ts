import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { netDateTime, netDateTimeOffset } from '../net-date.ts';
import type { RpcTypedData } from '../rpc.ts';

/**
 * Trigger metadata and trigger data of messages, as `ServiceBusTriggerBindingStrategy.cs` (extension v5) and the host's RPC
 * conversion make them: PascalCase names (the library lowers first letters), `…Array` for batches.
 */

/** Objects of .NET that mean nothing in JavaScript but are there. */
const OPAQUE = [
  'MessageReceiver',
  'MessageSession',
  'MessageActions',
  'SessionActions',
  'ReceiveActions',
  'Client',
];

/** Metadata of one message; what the message does not have is absent. */
export function singleMetadata(
  message: ServiceBusReceivedMessage,
  invocationId: string,
): Record<string, RpcTypedData> {
  const properties = { json: JSON.stringify(applicationProperties(message)) };
  const strings: Record<string, string | undefined> = {
    DeadLetterSource: message.deadLetterSource,
    LockToken: message.lockToken,
    MessageId: text(message.messageId),
    ContentType: message.contentType,
    ReplyTo: message.replyTo,
    To: message.to,
    Subject: message.subject,
    Label: message.subject,
    CorrelationId: text(message.correlationId),
    SessionId: message.sessionId,
    ReplyToSessionId: message.replyToSessionId,
    PartitionKey: message.partitionKey,
  };
  const metadata: Record<string, RpcTypedData> = {
    ...opaque(),
    InvocationId: { json: JSON.stringify(invocationId) },
    DeliveryCount: { json: String(deliveryCount(message)) },
    SequenceNumber: { json: String(sequenceNumber(message)) },
    ExpiresAtUtc: { json: JSON.stringify(netDateTime(expiresAt(message))) },
    ExpiresAt: { json: JSON.stringify(netDateTimeOffset(expiresAt(message))) },
    EnqueuedTimeUtc: { json: JSON.stringify(netDateTime(enqueuedAt(message))) },
    EnqueuedTime: { json: JSON.stringify(netDateTimeOffset(enqueuedAt(message))) },
    ApplicationProperties: properties,
    UserProperties: properties,
  };
  for (const [name, value] of Object.entries(strings))
    if (value !== undefined) metadata[name] = { string: value };
  return metadata;
}

/**
 * Metadata of a batch, aligned with its messages; only arrays of strings are shorter where messages lack the value, because the
 * host drops empty strings (`ToRpcStringArray`).
 */
export function batchMetadata(
  messages: readonly ServiceBusReceivedMessage[],
  invocationId: string,
): Record<string, RpcTypedData> {
  const strings = (of: (message: ServiceBusReceivedMessage) => string | undefined): RpcTypedData => ({
    json: JSON.stringify(messages.map(of).filter(Boolean).map(asLibraryReads)),
  });
  const json = (of: (message: ServiceBusReceivedMessage) => unknown): RpcTypedData => ({
    json: JSON.stringify(messages.map(of)),
  });
  const subjects = strings((m) => m.subject);
  const partitionKeys = strings((m) => m.partitionKey);
  const properties = json(applicationProperties);
  return {
    ...opaque(),
    InvocationId: { json: JSON.stringify(invocationId) },
    DeliveryCountArray: json(deliveryCount),
    DeadLetterSourceArray: strings((m) => m.deadLetterSource),
    LockTokenArray: strings((m) => m.lockToken),
    ExpiresAtUtcArray: json((m) => netDateTime(expiresAt(m))),
    ExpiresAtArray: json((m) => netDateTimeOffset(expiresAt(m))),
    EnqueuedTimeUtcArray: json((m) => netDateTime(enqueuedAt(m))),
    EnqueuedTimeArray: json((m) => netDateTimeOffset(enqueuedAt(m))),
    MessageIdArray: strings((m) => text(m.messageId)),
    ContentTypeArray: strings((m) => m.contentType),
    ReplyToArray: strings((m) => m.replyTo),
    SequenceNumberArray: { collectionSint64: { sint64: messages.map(sequenceNumber) } },
    ToArray: strings((m) => m.to),
    SubjectArray: subjects,
    LabelArray: subjects,
    CorrelationIdArray: strings((m) => text(m.correlationId)),
    ApplicationPropertiesArray: properties,
    UserPropertiesArray: properties,
    SessionIdArray: strings((m) => m.sessionId),
    ReplyToSessionIdArray: strings((m) => m.replyToSessionId),
    PartitionKeyArray: partitionKeys,
    // Not a slip: the extension fills this one with the partition keys.
    TransactionPartitionKeyArray: partitionKeys,
  };
}

/** Body of one message: text, or bytes with `dataType: 'binary'`. */
export function singleData(message: ServiceBusReceivedMessage, binary: boolean): RpcTypedData {
  const body = bodyBytes(message);
  return binary ? { bytes: body } : { string: body.toString('utf8') };
}

/** Bodies of a batch. As text, empty ones are dropped by the real host, and so here; as bytes all stay. */
export function batchData(messages: readonly ServiceBusReceivedMessage[], binary: boolean): RpcTypedData {
  const bodies = messages.map(bodyBytes);
  if (binary) return { collectionBytes: { bytes: bodies } };
  return {
    collectionString: { string: bodies.map((body) => body.toString('utf8')).filter((body) => body !== '') },
  };
}

/**
 * The bytes of a body as they were sent, whatever the content type says. A body of an AMQP value section has no bytes of its own:
 * text is taken as UTF-8, the rest as JSON.
 */
function bodyBytes(message: ServiceBusReceivedMessage): Buffer {
  const body: unknown = message.body;
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (Array.isArray(body) && body.length > 0 && body.every((part) => Buffer.isBuffer(part)))
    return Buffer.concat(body);
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (body === null || body === undefined) return Buffer.alloc(0);
  return Buffer.from(JSON.stringify(body), 'utf8');
}

const JSON_NUMBER = /^\s*-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?\s*$/i;
const JSON_WORD = /^\s*(true|false|null)\s*$/;

/**
 * What the library makes of a string in the metadata: it tries `JSON.parse` on each and keeps the text when that throws. A thrown
 * exception for each message id and lock token was the largest cost of a batch, so strings are sent as the JSON they end up as.
 */
export function asLibraryReads(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  if (!JSON_NUMBER.test(value) && !JSON_WORD.test(value) && !/^\s*["[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The AMQP header counts failed deliveries before this one, from 0; .NET and so the metadata counts from 1. */
function deliveryCount(message: ServiceBusReceivedMessage): number {
  return (message.deliveryCount ?? 0) + 1;
}

const sequenceNumber = (message: ServiceBusReceivedMessage) => message.sequenceNumber?.toNumber() ?? 0;
const enqueuedAt = (message: ServiceBusReceivedMessage) => message.enqueuedTimeUtc?.getTime() ?? 0;
const expiresAt = (message: ServiceBusReceivedMessage) =>
  message.expiresAtUtc?.getTime() ?? Number.POSITIVE_INFINITY;

function applicationProperties(message: ServiceBusReceivedMessage): Record<string, unknown> {
  const properties = message.applicationProperties;
  return properties
    ? Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(value)]))
    : {};
}

/** .NET writes byte arrays as base64; everything else is as JSON has it. */
function plain(value: unknown): unknown {
  return Buffer.isBuffer(value) ? value.toString('base64') : value;
}

function text(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined;
  return Buffer.isBuffer(id) ? id.toString('utf8') : String(id);
}

function opaque(): Record<string, RpcTypedData> {
  return Object.fromEntries(OPAQUE.map((name) => [name, { json: '{}' }]));
}
