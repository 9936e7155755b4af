import { problemType } from '../../../shared/contracts/problem-type.ts';
import type { TransactionResult } from '../../../shared/contracts/transaction.ts';
import type { Settlement } from './device-store.ts';

/** What becomes of a scan by the server's result for it: booked, now or before, or not. */
export function settlementOf({
  transactionId,
  outcome,
  position,
  flags,
  problem,
}: TransactionResult): Settlement {
  const common = { transactionId, ...(position && { position }) };
  switch (outcome) {
    case 'applied':
    case 'duplicate':
    case 'exception':
      return {
        ...common,
        state: 'synced',
        booked: { flags: flags ?? [], isShort: outcome === 'exception' },
        ...(outcome === 'duplicate' && { isRepeat: true }),
      };
    case 'conflict':
    case 'warning':
    case 'rejected': {
      const untold = { type: problemType('untold'), title: 'The server did not say why', status: 422 };
      return {
        ...common,
        state: 'refused',
        refusal: { outcome, problem: problem ?? untold, ...(position && { position }) },
      };
    }
  }
}

/** Whether a result says that the device does not know what the server's master data holds by now. */
export function asksForMasterData({ outcome, problem }: TransactionResult): boolean {
  const names = ['/itemId', '/locationId', '/toLocationId', '/warehouseId'];
  return outcome === 'rejected' && (problem?.errors ?? []).some(({ pointer }) => names.includes(pointer));
}
