import { type AllocationDecision, allocationDecisionSchema } from '../contracts/allocation-messages.ts';
import { type Refusal, readJsonMessage } from '../contracts/json-message.ts';
import { failureDelay } from '../domain/retry-delay.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { ParkedMessage, QuarantineStore } from '../ports/quarantine-store.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { type Settled, type SettlePorts, settle } from './settle-decisions.ts';

/** Rounds over what a store did not take, before the bus is to bring the batch again; together about ten seconds. */
const ROUNDS = 6;
/**
 * Rounds in which an allocation is looked for: under session consistency this process may not see yet what another has just
 * written, and the warehouse answers within milliseconds.
 */
const ROUNDS_TO_FIND = 4;

/**
 * Settles a batch of decisions; none of them decides for the others. What is no decision, or is about an allocation
 * that no line knows in {@link ROUNDS_TO_FIND} rounds, is parked with its reason; a release of such a one is settled. Parked is also what
 * a warehouse decided that was not asked, and has no stock of the item.
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
  readonly around?: (work: Work, settle: () => Promise<Settled>) => Promise<Settled>;
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
      const outcome = outcomes[index];
      if (outcome === 'settled') continue;
      if (outcome === undefined || outcome instanceof StoreUnavailable || round < ROUNDS_TO_FIND)
        again.push(work);
      // A reservation that no line counts on is released at the word of the reconciliation: there is nothing to settle.
      else if (outcome === 'elsewhere' || work.decision.status !== 'released')
        unknown.push({ message: work.message, refusal: refusalOf(work.decision, outcome) });
    }
    waiting = again;
    if (waiting.length > 0)
      await ports.runtime.sleep(failureDelay([asFailure(failure)], round, ports.runtime));
  }
  return unknown;
}

/** What came of it, or why it cannot be settled now. */
async function trySettle(
  work: Work,
  { around = (_work, settleIt) => settleIt(), ...ports }: SettleBatchPorts,
): Promise<Settled | StoreUnavailable> {
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

function refusalOf(
  { allocationId, orderId, lineId, itemId, warehouseId }: AllocationDecision,
  why: Exclude<Settled, 'settled'>,
): Refusal {
  if (why === 'elsewhere') {
    const detail = `Allocation ${allocationId} was not asked of warehouse ${warehouseId}, and the cloud knows no stock of item ${itemId} there.`;
    return { reason: 'decided-elsewhere', detail };
  }
  const detail = `No line ${lineId} of order ${orderId} with item ${itemId} knows allocation ${allocationId}.`;
  return { reason: 'unknown-allocation', detail };
}
