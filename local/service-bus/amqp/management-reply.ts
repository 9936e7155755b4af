import type { Broker, Entity } from '../broker.ts';
import type { AmqpError } from './rhea.ts';

/** What a management operation answers; `body` may hold rhea's typed values. */
export interface ManagementReply {
  readonly status: number;
  readonly body?: unknown;
  readonly error?: AmqpError;
}

/** One operation of an entity's management node. @throws z.ZodError when the request's body is not as it should be. */
export type ManagementOperation = (body: unknown, entity: Entity, broker: Broker) => ManagementReply;

const statusOf: Readonly<Record<string, number>> = {
  'amqp:not-implemented': 501,
  'com.microsoft:message-lock-lost': 410,
  'com.microsoft:message-not-found': 404,
  'amqp:not-found': 404,
  'com.microsoft:entity-already-exists': 409,
};

/** The reply to a request that cannot be fulfilled. */
export function refused(error: AmqpError): ManagementReply {
  return { status: statusOf[error.condition] ?? 400, error };
}

/** The reply to a fulfilled request. */
export function done(body: unknown = {}): ManagementReply {
  return { status: 200, body };
}

/** The reply when there is nothing to give. */
export const noContent: ManagementReply = { status: 204 };
