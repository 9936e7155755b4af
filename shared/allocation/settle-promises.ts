import type { Reservation } from '../domain/compare-reservations.ts';
import { goBack } from '../domain/go-back.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { reopenAllocation } from '../domain/reopen-allocation.ts';
import { settlePick } from '../domain/settlement.ts';
import { isoNow } from '../ports/runtime.ts';
import type { SettlePromises } from '../ports/settle-promises.ts';
import { drive, type SettlePorts, settle } from './settle-decisions.ts';

/** What the reconciliation finds out about promises, settled as if the WMS's message had come. */
export function promiseSettler(ports: SettlePorts): SettlePromises {
  const { updateLine, orchestrations, runtime } = ports;
  return {
    adopt: async (key, { decision, picked }) => {
      const { allocationId } = decision;
      await updateLine({
        key,
        change: (line) =>
          line && settlePick(withoutOther(line, decision), allocationId, picked, isoNow(runtime)),
      });
      await settle(decision, ports);
    },
    goBack: async (key, heard, reservation) => {
      const { line } = await updateLine({
        key,
        change: (held) => held && goBack(held, heard, reservation, isoNow(runtime)),
      });
      if (line?.unsettledSince !== undefined) await drive(line, orchestrations);
    },
    reopen: async (key, allocationId) => {
      const { line } = await updateLine({
        key,
        change: (held) => held && reopenAllocation(held, allocationId, isoNow(runtime)),
      });
      if (line) await drive(line, orchestrations);
    },
  };
}

/** A decision of the same number that says something else has to be settled over. */
function withoutOther(
  line: OrderLine,
  { allocationId, sequence, quantity }: Reservation['decision'],
): OrderLine {
  let changed = false;
  const allocations = line.allocations.map((allocation) => {
    const { decided } = allocation;
    const isOther =
      allocation.allocationId === allocationId &&
      decided?.sequence === sequence &&
      decided.quantity !== quantity;
    if (!isOther) return allocation;
    changed = true;
    return { ...allocation, decided: { ...decided, sequence: sequence - 1 } };
  });
  return changed ? { ...line, allocations } : line;
}
