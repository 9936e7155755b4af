import type { ServiceBusClient } from '@azure/service-bus';
import type { AllocationRequests } from '../ports/allocation-requests.ts';
import { ALLOCATION_REQUESTS_TOPIC, allocationRequestMessage } from './allocation-message.ts';
import { batchingSender } from './batching-sender.ts';

/** Asks the warehouses by way of topic `allocation-requests`. */
export function serviceBusAllocationRequests(client: ServiceBusClient): AllocationRequests {
  const send = batchingSender(client, ALLOCATION_REQUESTS_TOPIC);
  return {
    send: (requests, attempt) => send(requests.map((request) => allocationRequestMessage(request, attempt))),
  };
}
