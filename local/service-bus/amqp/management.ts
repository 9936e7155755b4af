import type { EventContext, Message, Receiver } from 'rhea';
import { z } from 'zod';
import type { Broker, Entity } from '../broker.ts';
import { SqlFilterError } from '../sql-filter/parser.ts';
import { failure } from './conditions.ts';
import { messageOperations } from './management-messages.ts';
import { type ManagementOperation, type ManagementReply, refused } from './management-reply.ts';
import { ruleOperations } from './management-rules.ts';
import type { Reply, ReplyLinks } from './reply-links.ts';
import { types } from './rhea.ts';

const operations: Readonly<Record<string, ManagementOperation>> = { ...messageOperations, ...ruleOperations };

/**
 * Serves the request side of an entity's `$management` node
 * (learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response). Replies leave after the commit.
 */
export function serveManagement(link: Receiver, entity: Entity, broker: Broker, replies: ReplyLinks): void {
  link.on('message', ({ message, delivery }: EventContext) => {
    delivery?.accept();
    if (!message) return;
    const reply = perform(message, entity, broker);
    broker.commit.afterCommit(() => replies.send(message.reply_to, toMessage(message, reply)));
  });
}

function perform(request: Message, entity: Entity, broker: Broker): ManagementReply {
  const name = String(request.application_properties?.operation ?? '');
  const operation = operations[name];
  if (!operation) return refused(failure.notSupported(`the management operation ${name}`));
  try {
    return operation(request.body, entity, broker);
  } catch (error) {
    if (error instanceof z.ZodError) {
      const issue = error.issues[0];
      return refused(failure.argument(`${name}: ${issue?.path.join('.')}: ${issue?.message}`));
    }
    if (error instanceof SqlFilterError || error instanceof RangeError)
      return refused(failure.argument(error.message));
    throw error;
  }
}

function toMessage(request: Message, { status, body, error }: ManagementReply): Reply {
  return {
    correlation_id: request.message_id,
    application_properties: {
      statusCode: types.wrap_int(status),
      statusDescription: error?.description ?? (status === 204 ? 'No Content' : 'OK'),
      ...(error && { errorCondition: types.wrap_symbol(error.condition) }),
    },
    body: body ?? null,
  };
}
