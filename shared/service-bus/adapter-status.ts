import type { ServiceBusMessage, ServiceBusReceivedMessage } from '@azure/service-bus';
import { type AdapterStatus, adapterStatusSchema } from '../contracts/adapter-status.ts';
import type { HeardAdapter } from '../ports/backlog.ts';
import { jsonMessage } from './json-message.ts';

/** Queue by which WMS adapters tell how they are. Nobody receives from it: what it holds is looked at until it expires. */
export const ADAPTER_STATUS_QUEUE = 'adapter-status';

export function adapterStatusMessage(status: AdapterStatus): ServiceBusMessage {
  return jsonMessage(status, { subject: status.adapterId });
}

/** What a message of the queue tells, and when the bus took it; undefined for one that is no status. */
export function heardIn({ body, enqueuedTimeUtc }: ServiceBusReceivedMessage): HeardAdapter | undefined {
  const { data: status } = adapterStatusSchema.safeParse(body);
  return status && enqueuedTimeUtc && { status, heardAt: enqueuedTimeUtc.getTime() };
}
