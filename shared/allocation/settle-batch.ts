import { type AllocationDecision, allocationDecisionSchema } from '../contracts/allocation-messages.ts';
import { type Refusal, readJsonMessage } from '../contracts/json-message.ts';
import { failureDelay } from '../domain/retry-delay.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { ParkedMessage, QuarantineStore } from '../ports/quarantine-store.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { type SettlePorts, settle } from './settle-decisions.ts';

/** Rounds over what a store did not take, before the bus is to bring the batch again; together about ten seconds. */
const ROUNDS = 6;
/**
 * Rounds in which an allocation is looked for: under session consistency this process may not see yet what another has just
 * written, and the warehouse answers within milliseconds.
 */
const ROUNDS_TO_FIND = 4;

/**
 * Settles a batch of decisions; none of them decides for the others. What is no decision, or is about an allocation
 * that no line knows in {@link ROUNDS_TO_FIND} rounds, is parked with its reason; a release of such a one is settled.
 *
 * @throws {StoreUnavailable} when some could not be settled or parked: the bus then delivers the batch again, and what
 * is settled already stays so
 */
export async function settleBatch(
  messages: readonly ReceivedMessage[],
  ports: SettleBatchPorts & { readonly quarantine: QuarantineStore },
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

export type SettleBatchPorts = SettlePorts & {
  /** Surrounds the settling of each decision, so that what it starts can be told to belong to its message. */
  readonly around?: (work: Work, settle: () => Promise<boolean>) => Promise<boolean>;
};

/** Decisions settled at a time: a batch of a thousand must not open a thousand connections. */
const SETTLED_AT_ONCE = 128;

/** A decision and the message that brought it. */
export type Work = { readonly message: ReceivedMessage; readonly decision: AllocationDecision };

async function settleAll(works: readonly Work[], ports: SettleBatchPorts): Promise<ParkedMessage[]> {
  const unknown: ParkedMessage[] = [];
  let waiting = works;
  for (let round = 1; waiting.length > 0; round += 1) {
    const outcomes = await mapAtMost(SETTLED_AT_ONCE, waiting, (work) => trySettle(work, ports));
    const failure = outcomes.find((outcome) => outcome instanceof StoreUnavailable);
    if (failure && round === ROUNDS) throw failure;
    const again: Work[] = [];
    for (const [index, work] of waiting.entries()) {
      if (outcomes[index] === true) continue;
      if (outcomes[index] !== false || round < ROUNDS_TO_FIND) again.push(work);
      // A reservation that no line counts on is released at the word of the reconciliation: there is nothing to settle.
      else if (work.decision.status !== 'released')
        unknown.push({ message: work.message, refusal: unknownAllocation(work.decision) });
    }
    waiting = again;
    if (waiting.length > 0)
      await ports.runtime.sleep(failureDelay([asFailure(failure)], round, ports.runtime));
  }
  return unknown;
}

/** Whether a line knows the allocation, or why it cannot be settled now. */
async function trySettle(
  work: Work,
  { around = (_work, settleIt) => settleIt(), ...ports }: SettleBatchPorts,
): Promise<boolean | StoreUnavailable> {
  try {
    return await around(work, () => settle(work.decision, ports));
  } catch (error) {
    if (error instanceof StoreUnavailable) return error;
    throw error;
  }
}

function asFailure({ retryAfterMs }: Partial<StoreUnavailable> = {}) {
  return { status: 'unavailable' as const, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function unknownAllocation({ allocationId, orderId, lineId, itemId }: AllocationDecision): Refusal {
  const detail = `No line ${lineId} of order ${orderId} with item ${itemId} knows allocation ${allocationId}.`;
  return { reason: 'unknown-allocation', detail };
}
