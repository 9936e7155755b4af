import type { ServiceBusMessage } from '@azure/service-bus';
import type { AllocationDecision, AllocationRequest } from '../contracts/allocation-messages.ts';
import { jsonMessage } from './json-message.ts';
import { type TraceContext, traceProperties } from './trace-context.ts';

/** Topic that carries requests to the warehouses: a subscription each, filtered by the property `warehouseId`. */
export const ALLOCATION_REQUESTS_TOPIC = 'allocation-requests';
/** Topic that carries the warehouses' answers. */
export const ALLOCATION_DECISIONS_TOPIC = 'allocation-decisions';
/** Subscription by which the cloud hears them. */
export const ALLOCATION_SUBSCRIPTION = 'allocation';

/** Names a warehouse's subscription beside those of other topics. */
export function requestsSubscription(warehouseId: string): string {
  return `${ALLOCATION_REQUESTS_TOPIC}/${warehouseId}`;
}

/**
 * A request or release for the warehouse's subscription, with the trace of what asks, where that is known. `attempt` tells
 * repeated ones apart, 0 for the first.
 */
export function allocationRequestMessage(
  request: AllocationRequest,
  attempt: number,
  trace?: TraceContext,
): ServiceBusMessage {
  return jsonMessage(request, {
    messageId: `${request.allocationId}|${request.kind}|${attempt}`,
    subject: request.itemId,
    applicationProperties: { warehouseId: request.warehouseId, ...(trace && traceProperties(trace)) },
  });
}

/** A decision with the trace of the request or scan that led to it. */
export function allocationDecisionMessage(
  decision: AllocationDecision,
  trace: TraceContext,
): ServiceBusMessage {
  return jsonMessage(decision, {
    messageId: `${decision.allocationId}|${decision.sequence}`,
    subject: decision.itemId,
    applicationProperties: traceProperties(trace),
  });
}
