import { goBack } from '../domain/go-back.ts';
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
        change: (line) => line && settlePick(line, allocationId, picked, isoNow(runtime)),
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
