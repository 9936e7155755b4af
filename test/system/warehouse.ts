import { ServiceBusClient } from '@azure/service-bus';
import {
  type AllocationDecision,
  type AllocationRequest,
  allocationRequestSchema,
} from '../../shared/contracts/allocation-messages.ts';
import { type Fabric, until } from './fabric.ts';

/** A warehouse that the test plays, so that it decides what is answered, and when: it speaks Service Bus and nothing else. */
export function playWarehouses(fabric: Fabric, warehouseIds: readonly string[]) {
  // Where the bus is taken away, it is looked for again after a moment rather than after the SDK's half minute.
  const retryOptions = { retryDelayInMs: 250, maxRetryDelayInMs: 1_000 };
  const client = new ServiceBusClient(fabric.stack.connections.serviceBus, { retryOptions });
  const requests: AllocationRequest[] = [];
  const sender = client.createSender('allocation-decisions');
  const receivers = warehouseIds.map((warehouseId) =>
    client.createReceiver('allocation-requests', warehouseId),
  );
  for (const receiver of receivers) {
    receiver.subscribe({
      processMessage: async ({ body }) => {
        requests.push(allocationRequestSchema.parse(body));
      },
      // The bus is taken away in some tests; the receiver comes back by itself.
      processError: async () => {},
    });
  }
  const send = (...decisions: AllocationDecision[]) =>
    sender.sendMessages(
      decisions.map((decision) => ({
        body: Buffer.from(JSON.stringify(decision)),
        contentType: 'application/json',
      })),
    );
  return {
    /** Everything asked so far, oldest first, repeats included. */
    requests,
    /** The first request, or release, for an allocation that satisfies; waits for it, so many milliseconds at most. */
    asked: async (
      satisfied: (request: AllocationRequest) => boolean,
      timeoutMs?: number,
    ): Promise<AllocationRequest> => {
      const [found] = await until(
        async () => requests.filter(satisfied),
        (matching) => matching.length > 0,
        timeoutMs,
      );
      if (!found) throw new Error('nothing was asked');
      return found;
    },
    send,
    /** Answers a request. */
    answer: async (request: AllocationRequest, answer: Partial<AllocationDecision> = {}) => {
      const decision = decisionOn(request, answer);
      await send(decision);
      return decision;
    },
    stop: () => client.close(),
  };
}

/** A decision on a request: confirmed in full unless told otherwise. */
export function decisionOn(
  { allocationId, orderId, lineId, itemId, warehouseId, ...request }: AllocationRequest,
  answer: Partial<AllocationDecision> = {},
): AllocationDecision {
  return {
    allocationId,
    orderId,
    lineId,
    itemId,
    warehouseId,
    sequence: 1,
    status: 'confirmed',
    quantity: 'quantity' in request ? request.quantity : 0,
    picked: 0,
    decidedAt: new Date().toISOString(),
    ...answer,
  };
}
