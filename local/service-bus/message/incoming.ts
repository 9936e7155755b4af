import { randomUUID } from 'node:crypto';
import { encodeSection, encodeString } from './amqp-encode.ts';
import { compoundAt, endOfValue, mapEntries, type Scalar, scalarAt } from './amqp-value.ts';
import type { MessageContent } from './message-content.ts';
import { listOf, type Section, section, splitSections } from './sections.ts';

/** A message as a client sent it, taken apart as far as the broker needs. */
export interface IncomingMessage {
  readonly content: MessageContent;
  readonly messageId: string;
  /** Time to live the sender asked for, in milliseconds. */
  readonly timeToLive: number | undefined;
  /** When the sender wants it enqueued, milliseconds since 1970 UTC. */
  readonly scheduledAt: number | undefined;
}

/** Annotations the broker writes itself; whatever a client sends under these names is dropped. */
const ownAnnotations = new Set([
  'x-opt-sequence-number',
  'x-opt-enqueued-time',
  'x-opt-locked-until',
  'x-opt-enqueue-sequence-number',
  'x-opt-message-state',
  'x-opt-deadletter-source',
]);

/**
 * Takes an encoded AMQP message apart. Properties, application properties and body are kept as the bytes they came in, so
 * that no AMQP type is lost. A message without an id is given one, as the service does.
 * @throws RangeError when the bytes are not an AMQP message.
 */
export function readIncoming(bytes: Buffer): IncomingMessage {
  let header: Scalar[] = [];
  let annotations: Annotations = { count: 0, bytes: Buffer.alloc(0), scheduledAt: undefined };
  let properties: Section | undefined;
  let bareFrom = -1;
  for (const part of splitSections(bytes)) {
    if (part.descriptor === section.header) header = listOf(bytes, part);
    else if (part.descriptor === section.messageAnnotations) annotations = readAnnotations(bytes, part);
    else if (part.descriptor > section.messageAnnotations && bareFrom < 0) bareFrom = part.start;
    if (part.descriptor === section.properties) properties = part;
  }
  const bare = bareFrom < 0 ? Buffer.alloc(0) : bytes.subarray(bareFrom);
  const identified = withMessageId(bytes, bare, properties);
  const timeToLive = typeof header[2] === 'number' ? header[2] : undefined;
  return {
    content: {
      durable: header[0] === true,
      priority: typeof header[1] === 'number' ? header[1] : 4,
      timeToLive: timeToLive ?? null,
      annotationCount: annotations.count,
      annotations: annotations.bytes,
      bare: identified.bare,
    },
    messageId: identified.messageId,
    timeToLive,
    scheduledAt: annotations.scheduledAt,
  };
}

interface Annotations {
  readonly count: number;
  readonly bytes: Buffer;
  readonly scheduledAt: number | undefined;
}

function readAnnotations(bytes: Buffer, part: Section): Annotations {
  const kept: Buffer[] = [];
  let scheduledAt: number | undefined;
  for (const entry of mapEntries(bytes, part.value)) {
    if (ownAnnotations.has(entry.key)) continue;
    if (entry.key === 'x-opt-scheduled-enqueue-time') {
      const value = scalarAt(bytes, entry.value);
      if (value instanceof Date) scheduledAt = value.getTime();
    }
    kept.push(bytes.subarray(entry.start, entry.end));
  }
  return { count: kept.length, bytes: Buffer.concat(kept), scheduledAt };
}

function withMessageId(
  bytes: Buffer,
  bare: Buffer,
  properties: Section | undefined,
): { bare: Buffer; messageId: string } {
  if (!properties) {
    const messageId = newMessageId();
    return {
      messageId,
      bare: Buffer.concat([encodeSection(section.properties, 'list', [encodeString(messageId)]), bare]),
    };
  }
  const { count, start } = compoundAt(bytes, properties.value);
  const given = count > 0 ? scalarAt(bytes, start) : null;
  if (given !== null && given !== undefined) {
    return {
      messageId: Buffer.isBuffer(given) ? given.toString('hex') : String(given),
      bare: Buffer.from(bare),
    };
  }
  const messageId = newMessageId();
  const items: Uint8Array[] = [encodeString(messageId)];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    const end = endOfValue(bytes, at);
    if (index > 0) items.push(bytes.subarray(at, end));
    at = end;
  }
  return {
    messageId,
    bare: Buffer.concat([encodeSection(section.properties, 'list', items), bytes.subarray(properties.end)]),
  };
}

function newMessageId(): string {
  return randomUUID().replaceAll('-', '');
}
