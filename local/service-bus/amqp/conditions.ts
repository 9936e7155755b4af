import type { AmqpError } from './rhea.ts';

/** Largest message the broker takes, in bytes, batch envelopes included (Standard tier and the official emulator). */
export const MAX_MESSAGE_SIZE = 262_144;

/** Errors in the conditions and words the client libraries look for. */
export const failure = {
  entityNotFound: (address: string): AmqpError => ({
    condition: 'amqp:not-found',
    description: `The messaging entity '${address}' could not be found. status-code: 404`,
  }),
  notAllowed: (description: string): AmqpError => ({ condition: 'amqp:not-allowed', description }),
  notSupported: (what: string): AmqpError => ({
    condition: 'amqp:not-implemented',
    description: `not supported: ${what}`,
  }),
  tooLarge: (bytes: number): AmqpError => ({
    condition: 'amqp:link:message-size-exceeded',
    description: `The received message of ${bytes} bytes exceeds the limit of ${MAX_MESSAGE_SIZE} bytes.`,
  }),
  argument: (description: string): AmqpError => ({ condition: 'com.microsoft:argument-error', description }),
  lockLost: (): AmqpError => ({
    condition: 'com.microsoft:message-lock-lost',
    description:
      'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  }),
  messageNotFound: (description: string): AmqpError => ({
    condition: 'com.microsoft:message-not-found',
    description,
  }),
  entityExists: (path: string): AmqpError => ({
    condition: 'com.microsoft:entity-already-exists',
    description: `The messaging entity '${path}' already exists.`,
  }),
  shuttingDown: (): AmqpError => ({
    condition: 'amqp:connection:forced',
    description: 'The Service Bus is shutting down.',
  }),
};
