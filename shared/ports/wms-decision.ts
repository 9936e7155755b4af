import { type AllocationDecision, allocationDecisionSchema } from '../contracts/allocation-messages.ts';
import { describeValue } from '../contracts/json-message.ts';
import type { Reservation, UnreadableReservation } from '../domain/compare-reservations.ts';
import { faultOf, piecesOf, withoutBlanks } from './wms-row.ts';
import { UnreadableValue } from './wms-sql.ts';

/** What is read of `wms.allocation`, as the driver gives it. */
export type AllocationColumns = {
  readonly allocation_id: string;
  readonly decision: unknown;
  readonly reserved: unknown;
  readonly picked: unknown;
};

/** A row of `wms.allocation`. */
export function reservationOf(row: AllocationColumns): Reservation | UnreadableReservation {
  const allocationId = withoutBlanks(row.allocation_id);
  try {
    return {
      decision: decisionOf(allocationId, row.decision),
      reserved: piecesOf(row.reserved, 'wms.allocation.reserved'),
      picked: piecesOf(row.picked, 'wms.allocation.picked'),
    };
  } catch (error) {
    return { allocationId, fault: faultOf(error) };
  }
}

/**
 * The last decision on an allocation, as the WMS keeps it: JSON.
 *
 * @throws {UnreadableValue} in one line, when it is not as the contract has it
 */
function decisionOf(allocationId: string, text: unknown): AllocationDecision {
  const decision = jsonOf(text);
  const parsed = allocationDecisionSchema.safeParse(decision);
  const told = `wms.allocation.decision is ${text === null ? 'NULL' : describeValue(text)}`;
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const fault = [...(issue?.path ?? []), issue?.message].join(': ');
    throw new UnreadableValue(`${told}: it is not as the contract has it: ${fault}`);
  }
  if (parsed.data.allocationId === allocationId) return parsed.data;
  throw new UnreadableValue(`${told}: it is of allocation ${parsed.data.allocationId}`);
}

function jsonOf(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
