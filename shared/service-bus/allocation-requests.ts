import type { ServiceBusClient } from '@azure/service-bus';
import type { AllocationRequests } from '../ports/allocation-requests.ts';
import { ALLOCATION_REQUESTS_TOPIC, allocationRequestMessage } from './allocation-message.ts';
import { batchingSender, type SendMessages } from './batching-sender.ts';
import type { TraceContext } from './trace-context.ts';

/** The trace of what is being done, asked for at each send. */
type TraceNow = () => TraceContext | undefined;

/** Asks the warehouses by way of topic `allocation-requests`. */
export function serviceBusAllocationRequests(
  client: ServiceBusClient,
  traceNow: TraceNow,
): AllocationRequests {
  return allocationRequestsBy(batchingSender(client, ALLOCATION_REQUESTS_TOPIC), traceNow);
}

/** Asks by whatever sends to that topic. */
export function allocationRequestsBy(
  send: SendMessages,
  traceNow: TraceNow = () => undefined,
): AllocationRequests {
  return {
    send: (requests, attempt) => {
      const trace = traceNow();
      return send(requests.map((request) => allocationRequestMessage(request, attempt, trace)));
    },
  };
}
