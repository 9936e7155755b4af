import type { ServiceBusMessage } from '@azure/service-bus';
import type { AllocationDecision, AllocationRequest } from '../contracts/allocation-messages.ts';
import type { TraceContext } from './inventory-message.ts';

/** Topic that carries requests to the warehouses: a subscription each, filtered by the property `warehouseId`. */
export const ALLOCATION_REQUESTS_TOPIC = 'allocation-requests';
/** Topic that carries the warehouses' answers. */
export const ALLOCATION_DECISIONS_TOPIC = 'allocation-decisions';
export const ALLOCATION_SUBSCRIPTION = 'allocation';

/** A request or release for the warehouse's subscription. `attempt` tells repeated ones apart, 0 for the first. */
export function allocationRequestMessage(request: AllocationRequest, attempt: number): ServiceBusMessage {
  return {
    body: Buffer.from(JSON.stringify(request), 'utf8'),
    contentType: 'application/json',
    messageId: `${request.allocationId}|${request.kind}|${attempt}`,
    subject: request.itemId,
    applicationProperties: { warehouseId: request.warehouseId },
  };
}

/** A decision with the trace of the request or scan that led to it. */
export function allocationDecisionMessage(
  decision: AllocationDecision,
  trace: TraceContext,
): ServiceBusMessage {
  return {
    body: Buffer.from(JSON.stringify(decision), 'utf8'),
    contentType: 'application/json',
    messageId: `${decision.allocationId}|${decision.sequence}`,
    subject: decision.itemId,
    applicationProperties: {
      traceparent: trace.traceparent,
      ...(trace.tracestate === undefined ? {} : { tracestate: trace.tracestate }),
      'Diagnostic-Id': trace.traceparent,
    },
  };
}
