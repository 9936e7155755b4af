import { type AllocationDecision, allocationDecisionSchema } from '../contracts/allocation-messages.ts';
import { type Refusal, readJsonMessage } from '../contracts/json-message.ts';
import { failureDelay } from '../domain/retry-delay.ts';
import type { ParkedMessage, QuarantineStore } from '../ports/quarantine-store.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { type SettlePorts, settle } from './settle-decisions.ts';

/** Rounds over what a store did not take, before the bus is to bring the batch again; together about ten seconds. */
const ROUNDS = 6;

/**
 * Settles a batch of decisions; none of them decides for the others. What is no decision, or is about an allocation
 * that no line knows, is parked with its reason.
 *
 * @throws {StoreUnavailable} when some could not be settled or parked: the bus then delivers the batch again, and what
 * is settled already stays so
 */
export async function settleBatch(
  messages: readonly ReceivedMessage[],
  ports: SettlePorts & { readonly quarantine: QuarantineStore },
): Promise<{ received: number; settled: number; parked: number }> {
  const parked: ParkedMessage[] = [];
  const decisions: Work[] = [];
  for (const message of messages) {
    const read = readJsonMessage(message.body, allocationDecisionSchema, 'invalid-decision');
    if (read.accepted) decisions.push({ message, decision: read.value });
    else parked.push({ message, refusal: read.refusal });
  }
  parked.push(...(await settleAll(decisions, ports)));
  const [unparked] = parked.length === 0 ? [] : await ports.quarantine.park(parked);
  if (unparked) throw new StoreUnavailable(`parking failed: ${unparked.failure}`);
  return { received: messages.length, settled: messages.length - parked.length, parked: parked.length };
}

type Work = { readonly message: ReceivedMessage; readonly decision: AllocationDecision };

async function settleAll(works: readonly Work[], ports: SettlePorts): Promise<ParkedMessage[]> {
  const unknown: ParkedMessage[] = [];
  let waiting = works;
  for (let round = 1; waiting.length > 0; round += 1) {
    const outcomes = await Promise.allSettled(waiting.map(({ decision }) => settle(decision, ports)));
    const failed: { work: Work; error: StoreUnavailable }[] = [];
    for (const [index, work] of waiting.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === 'fulfilled') {
        if (!outcome.value)
          unknown.push({ message: work.message, refusal: unknownAllocation(work.decision) });
      } else {
        if (!(outcome?.reason instanceof StoreUnavailable)) throw outcome?.reason;
        failed.push({ work, error: outcome.reason });
      }
    }
    const [first] = failed;
    if (first && round === ROUNDS) throw first.error;
    waiting = failed.map(({ work }) => work);
    if (first) await ports.runtime.sleep(failureDelay([asFailure(first.error)], round, ports.runtime));
  }
  return unknown;
}

function asFailure({ retryAfterMs }: StoreUnavailable) {
  return { status: 'unavailable' as const, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function unknownAllocation({ allocationId, orderId, lineId, itemId }: AllocationDecision): Refusal {
  const detail = `No line ${lineId} of order ${orderId} with item ${itemId} knows allocation ${allocationId}.`;
  return { reason: 'unknown-allocation', detail };
}
