import type { EventContext, Receiver } from 'rhea';
import type { Broker, Entity } from '../broker.ts';
import { type IncomingMessage, readIncoming } from '../message/incoming.ts';
import { dataSections } from '../message/sections.ts';
import { failure, MAX_MESSAGE_SIZE } from './conditions.ts';
import type { AmqpError } from './rhea.ts';

/** Message format of a batch: an envelope with one whole message in each of its data sections. */
const BATCH_FORMAT = 0x80013700;

/** Serves a link on which a client sends to a queue or topic: each delivery is accepted once it is on the disk. */
export function serveSendLink(link: Receiver, entity: Entity, broker: Broker): void {
  const { intake } = entity;
  if (!intake) {
    link.close(failure.notAllowed(`Messages cannot be sent to '${entity.path}'.`));
    return;
  }
  link.on('message', ({ message, delivery }: EventContext) => {
    if (!delivery) return;
    const bytes: unknown = message;
    const read = Buffer.isBuffer(bytes)
      ? readDelivery(bytes, delivery.format)
      : failure.argument('no message');
    if (!Array.isArray(read)) {
      delivery.reject(read);
      return;
    }
    for (const one of read) intake.accept(one);
    broker.commit.afterCommit(() => {
      if (!link.session.is_closed()) delivery.accept();
    });
  });
}

/** The messages in a delivery, one or a batch: all of them or an error. */
function readDelivery(bytes: Buffer, format: number): IncomingMessage[] | AmqpError {
  if (bytes.length > MAX_MESSAGE_SIZE) return failure.tooLarge(bytes.length);
  try {
    return format === BATCH_FORMAT ? dataSections(bytes).map(readIncoming) : [readIncoming(bytes)];
  } catch (error) {
    if (error instanceof RangeError) return failure.argument(`The message cannot be read: ${error.message}.`);
    throw error;
  }
}
