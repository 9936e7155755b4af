import { ALLOCATION_REQUESTS_TOPIC } from '../../../shared/service-bus/allocation-message.ts';
import { logRecord } from '../../../shared/telemetry/log.ts';
import { describeWork, inSpan, type SpanDescription, traceIn } from '../../../shared/telemetry/spans.ts';
import type { GroupCommit } from '../booking/group-commit.ts';
import {
  createWarehouseReceivers,
  type ReceivingParts,
  type WarehouseReceivers,
} from '../receiving/warehouse-receivers.ts';
import { answerMessage, type RequestMessage } from './answer-message.ts';

export interface ResponderOptions extends ReceivingParts {
  readonly groupCommit: Pick<GroupCommit, 'decide'>;
}

/**
 * Answers the cloud's requests of all warehouses. Those that arrive together are decided in one database transaction,
 * with the scans of that moment; a message is completed only after the commit, and answered again when it comes again.
 */
export function createResponder({ groupCommit, ...receiving }: ResponderOptions): WarehouseReceivers {
  const { random, log } = receiving;
  const told = telling(groupCommit);
  return createWarehouseReceivers({
    ...receiving,
    topic: ALLOCATION_REQUESTS_TOPIC,
    what: 'Allocation requests',
    handle: (message, warehouseId, stopping) =>
      inSpan('decide allocation', spanOf(message, warehouseId), () =>
        answerMessage(message, warehouseId, { groupCommit: told, random, log, stopping }),
      ),
  });
}

/** In the trace of the request; the decision's message goes on in it. */
function spanOf({ applicationProperties }: RequestMessage, warehouseId: string): SpanDescription {
  const attributes = { 'messaging.system': 'servicebus', 'warehouse.id': warehouseId };
  return { kind: 'consumer', parent: traceIn(applicationProperties), attributes };
}

/** Names each decision in its span and writes a record of it, as often as it is asked for. */
function telling(groupCommit: Pick<GroupCommit, 'decide'>): Pick<GroupCommit, 'decide'> {
  return {
    async decide(orders) {
      const decisions = await groupCommit.decide(orders);
      for (const { allocationId, orderId, itemId, warehouseId, status, reason, quantity } of decisions) {
        const ids = { 'allocation.id': allocationId, 'order.id': orderId, 'item.id': itemId };
        describeWork(ids);
        const what = { 'warehouse.id': warehouseId, status, reason, quantity };
        logRecord('info', 'allocation-decided', { ...ids, ...what });
      }
      return decisions;
    },
  };
}
