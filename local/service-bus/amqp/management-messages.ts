import { z } from 'zod';
import type { Entity } from '../broker.ts';
import type { Intake } from '../entity/intake.ts';
import type { MessageQueue } from '../entity/message-queue.ts';
import { type IncomingMessage, readIncoming } from '../message/incoming.ts';
import { encodeOutgoing } from '../message/outgoing.ts';
import { withoutBody } from '../message/sections.ts';
import { toChanges } from './application-changes.ts';
import { failure, MAX_MESSAGE_SIZE } from './conditions.ts';
import { bytesOfToken, tokenOfBytes } from './lock-token.ts';
import {
  done,
  type ManagementOperation,
  type ManagementReply,
  noContent,
  refused,
} from './management-reply.ts';
import { types } from './rhea.ts';

const LONG = 0x81;
const TIMESTAMP = 0x83;
const LOCK = 1;

const bytes = z.instanceof(Buffer);
/** rhea hands a 64-bit number over as a number when it is small enough, else as its 8 bytes. */
const long = z.union([z.number().int(), bytes.transform((eight) => Number(eight.readBigInt64BE()))]);

/** An array; one of a single element may arrive as that element. */
function several<T extends z.ZodType>(item: T) {
  return z.union([z.array(item), item.transform((one) => [one])]);
}

const lockTokens = z.object({ 'lock-tokens': several(bytes) });
const sequenceNumbers = z.object({ 'sequence-numbers': several(long) });
const peekRequest = z.object({
  'from-sequence-number': long,
  'message-count': z.number().int().min(1),
  'omit-message-body': z.boolean().nullish(),
});
const scheduleRequest = z.object({ messages: several(z.object({ message: bytes })) });
const receiveRequest = sequenceNumbers.extend({ 'receiver-settle-mode': z.number() });
const dispositionRequest = lockTokens.extend({
  'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
  'deadletter-reason': z.string().nullish(),
  'deadletter-description': z.string().nullish(),
  'properties-to-modify': z.unknown().optional(),
});

/** Management operations on messages and their locks. */
export const messageOperations: Readonly<Record<string, ManagementOperation>> = {
  'com.microsoft:peek-message': (body, entity) => withQueue(entity, (queue) => peek(body, queue)),
  'com.microsoft:renew-lock': (body, entity) => withQueue(entity, (queue) => renewLocks(body, queue)),
  'com.microsoft:update-disposition': (body, entity) =>
    withQueue(entity, (queue) => updateDisposition(body, queue)),
  'com.microsoft:receive-by-sequence-number': (body, entity) =>
    withQueue(entity, (queue) => receiveBySequenceNumber(body, queue)),
  'com.microsoft:schedule-message': (body, entity, { clock }) =>
    withIntake(entity, (intake) => schedule(body, intake, clock.now())),
  'com.microsoft:cancel-scheduled-message': (body, entity) =>
    withIntake(entity, (intake) => cancel(body, intake)),
};

function withQueue(
  { queue, path }: Entity,
  operate: (queue: MessageQueue) => ManagementReply,
): ManagementReply {
  return queue ? operate(queue) : refused(failure.notAllowed(`Messages cannot be received from '${path}'.`));
}

function withIntake({ intake, path }: Entity, operate: (intake: Intake) => ManagementReply): ManagementReply {
  return intake ? operate(intake) : refused(failure.notAllowed(`Messages cannot be sent to '${path}'.`));
}

function peek(body: unknown, queue: MessageQueue): ManagementReply {
  const request = peekRequest.parse(body);
  const messages = queue.peek(request['from-sequence-number'], request['message-count']);
  if (messages.length === 0) return noContent;
  return done({
    messages: messages.map((message) => {
      const { content } = message;
      const shown = request['omit-message-body']
        ? { ...content, bare: withoutBody(Buffer.from(content.bare)) }
        : content;
      return { message: encodeOutgoing(shown, message) };
    }),
  });
}

function renewLocks(body: unknown, queue: MessageQueue): ManagementReply {
  const ends: number[] = [];
  for (const token of lockTokens.parse(body)['lock-tokens']) {
    const end = queue.renewLock(tokenOfBytes(token));
    if (end === undefined) return refused(failure.lockLost());
    ends.push(end);
  }
  return done({ expirations: types.wrap_array(ends, TIMESTAMP, undefined) });
}

function updateDisposition(body: unknown, queue: MessageQueue): ManagementReply {
  const request = dispositionRequest.parse(body);
  const changes = new Map(toChanges(request['properties-to-modify']));
  const settle = {
    completed: (token: string) => queue.complete(token),
    abandoned: (token: string) => queue.abandon(token, changes),
    defered: (token: string) => queue.defer(token, changes),
    suspended: (token: string) => {
      const reason = request['deadletter-reason'];
      const description = request['deadletter-description'];
      if (reason != null) changes.set('DeadLetterReason', reason);
      if (description != null) changes.set('DeadLetterErrorDescription', description);
      return queue.deadLetterMessage(token, changes);
    },
  }[request['disposition-status']];
  const tokens = request['lock-tokens'].map(tokenOfBytes);
  if (!tokens.every((token) => queue.isLocked(token))) return refused(failure.lockLost());
  for (const token of tokens) settle(token);
  return done();
}

function receiveBySequenceNumber(body: unknown, queue: MessageQueue): ManagementReply {
  const request = receiveRequest.parse(body);
  const mode = request['receiver-settle-mode'] === LOCK ? 'peekLock' : 'receiveAndDelete';
  const sequences = request['sequence-numbers'];
  const received = queue.receiveDeferred(sequences, mode);
  if (!received) {
    return refused(
      failure.messageNotFound(`No deferred message has one of the sequence numbers ${sequences.join(', ')}.`),
    );
  }
  return done({
    messages: received.map(({ message, lock }) => ({
      message: encodeOutgoing(message.content, message, lock?.until),
      'lock-token': types.wrap_uuid(lock ? bytesOfToken(lock.token) : Buffer.alloc(16)),
    })),
  });
}

function schedule(body: unknown, intake: Intake, now: number): ManagementReply {
  const messages: IncomingMessage[] = [];
  for (const { message } of scheduleRequest.parse(body).messages) {
    if (message.length > MAX_MESSAGE_SIZE) return refused(failure.tooLarge(message.length));
    messages.push(readIncoming(message));
  }
  const numbers = messages.map((message) => intake.schedule(message, message.scheduledAt ?? now));
  return done({ 'sequence-numbers': types.wrap_array(numbers, LONG, undefined) });
}

function cancel(body: unknown, intake: Intake): ManagementReply {
  const sequences = sequenceNumbers.parse(body)['sequence-numbers'];
  if (intake.cancel(sequences)) return done();
  return refused(
    failure.messageNotFound(`No scheduled message has one of the sequence numbers ${sequences.join(', ')}.`),
  );
}
