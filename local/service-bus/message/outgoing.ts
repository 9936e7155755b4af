import { encodeString, encodeSymbol } from './amqp-encode.ts';
import type { MessageContent } from './message-content.ts';
import { section } from './sections.ts';

/** Where a message stands in its entity: what the broker tells a receiver besides the content. Times are UTC milliseconds. */
export interface MessagePlace {
  readonly sequence: number;
  readonly state: number;
  readonly deliveryCount: number;
  readonly enqueuedAt: number;
  readonly expiresAt: number | null;
  readonly enqueueSequence: number | null;
  readonly deadLetterSource: string | null;
}

const keys = {
  sequence: encodeSymbol('x-opt-sequence-number'),
  enqueuedAt: encodeSymbol('x-opt-enqueued-time'),
  lockedUntil: encodeSymbol('x-opt-locked-until'),
  enqueueSequence: encodeSymbol('x-opt-enqueue-sequence-number'),
  state: encodeSymbol('x-opt-message-state'),
  deadLetterSource: encodeSymbol('x-opt-deadletter-source'),
};
const UINT_MAX = 0xffffffff;
const HEADER_BYTES = 5 + 2 + 1 + 2 + 5 + 1 + 5;
const LONG = 0x81;
const TIMESTAMP = 0x83;

/**
 * The whole encoded message as it is delivered or peeked: header (always with a delivery count), message annotations, then
 * the bytes the sender gave.
 * @param lockedUntil end of the lock (UTC milliseconds); leave it out for peeks and receive-and-delete.
 */
export function encodeOutgoing(content: MessageContent, place: MessagePlace, lockedUntil?: number): Buffer {
  const source = place.deadLetterSource === null ? undefined : encodeString(place.deadLetterSource);
  const own = ownAnnotationBytes(place, lockedUntil, source);
  const annotationBytes = own.size + content.annotations.length;
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + 12 + annotationBytes + content.bare.length);
  let at = writeHeader(bytes, content, place);
  at = writeSectionHead(bytes, at, annotationBytes, own.count + content.annotationCount * 2);
  at = writeEight(bytes, at, keys.sequence, LONG, place.sequence);
  at = writeEight(bytes, at, keys.enqueuedAt, TIMESTAMP, place.enqueuedAt);
  at = keys.state.copy(bytes, at) + at;
  at = bytes.writeUInt8(0x54, at);
  at = bytes.writeInt8(place.state, at);
  if (lockedUntil !== undefined) at = writeEight(bytes, at, keys.lockedUntil, TIMESTAMP, lockedUntil);
  if (place.enqueueSequence !== null)
    at = writeEight(bytes, at, keys.enqueueSequence, LONG, place.enqueueSequence);
  if (source) {
    at += keys.deadLetterSource.copy(bytes, at);
    at += source.copy(bytes, at);
  }
  bytes.set(content.annotations, at);
  at += content.annotations.length;
  bytes.set(content.bare, at);
  return bytes.subarray(0, at + content.bare.length);
}

function ownAnnotationBytes(
  place: MessagePlace,
  lockedUntil: number | undefined,
  source: Buffer | undefined,
): { size: number; count: number } {
  let size = keys.sequence.length + 9 + keys.enqueuedAt.length + 9 + keys.state.length + 2;
  let count = 6;
  if (lockedUntil !== undefined) {
    size += keys.lockedUntil.length + 9;
    count += 2;
  }
  if (place.enqueueSequence !== null) {
    size += keys.enqueueSequence.length + 9;
    count += 2;
  }
  if (source) {
    size += keys.deadLetterSource.length + source.length;
    count += 2;
  }
  return { size, count };
}

/** The header is always the same 21 bytes: list8 of durable, priority, ttl (uint or padding null), first-acquirer, count. */
function writeHeader(bytes: Buffer, content: MessageContent, place: MessagePlace): number {
  const ttl = place.expiresAt === null ? content.timeToLive : place.expiresAt - place.enqueuedAt;
  let at = bytes.writeUInt8(0x00, 0);
  at = bytes.writeUInt8(0x53, at);
  at = bytes.writeUInt8(section.header, at);
  at = bytes.writeUInt8(0xc0, at);
  const sizeAt = at;
  at = bytes.writeUInt8(0, at);
  at = bytes.writeUInt8(5, at);
  at = bytes.writeUInt8(content.durable ? 0x41 : 0x42, at);
  at = bytes.writeUInt8(0x50, at);
  at = bytes.writeUInt8(content.priority, at);
  if (ttl === null) at = bytes.writeUInt8(0x40, at);
  else {
    at = bytes.writeUInt8(0x70, at);
    at = bytes.writeUInt32BE(Math.min(ttl, UINT_MAX), at);
  }
  at = bytes.writeUInt8(place.deliveryCount === 0 ? 0x41 : 0x42, at);
  at = bytes.writeUInt8(0x70, at);
  at = bytes.writeUInt32BE(place.deliveryCount, at);
  bytes.writeUInt8(at - sizeAt - 1, sizeAt);
  return at;
}

function writeSectionHead(bytes: Buffer, from: number, size: number, count: number): number {
  let at = bytes.writeUInt8(0x00, from);
  at = bytes.writeUInt8(0x53, at);
  at = bytes.writeUInt8(section.messageAnnotations, at);
  at = bytes.writeUInt8(0xd1, at);
  at = bytes.writeUInt32BE(size + 4, at);
  return bytes.writeUInt32BE(count, at);
}

function writeEight(bytes: Buffer, from: number, key: Buffer, code: number, value: number): number {
  const at = bytes.writeUInt8(code, from + key.copy(bytes, from));
  bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
  bytes.writeUInt32BE(value % 0x1_0000_0000, at + 4);
  return at + 8;
}
