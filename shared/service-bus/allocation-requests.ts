import type { ServiceBusClient } from '@azure/service-bus';
import type { AllocationRequests } from '../ports/allocation-requests.ts';
import { ALLOCATION_REQUESTS_TOPIC, allocationRequestMessage } from './allocation-message.ts';
import { batchingSender, type SendMessages } from './batching-sender.ts';

/** Asks the warehouses by way of topic `allocation-requests`. */
export function serviceBusAllocationRequests(client: ServiceBusClient): AllocationRequests {
  return allocationRequestsBy(batchingSender(client, ALLOCATION_REQUESTS_TOPIC));
}

/** Asks by whatever sends to that topic. */
export function allocationRequestsBy(send: SendMessages): AllocationRequests {
  return {
    send: (requests, attempt) => send(requests.map((request) => allocationRequestMessage(request, attempt))),
  };
}
