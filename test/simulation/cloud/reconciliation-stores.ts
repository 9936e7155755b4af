import type { ReconciliationStore } from '../../../shared/ports/reconciliation-store.ts';
import { type WmsSql, WmsUnavailable } from '../../../shared/ports/wms-sql.ts';
import { type Call, unreliable } from '../calls.ts';
import type { Faults } from '../faults.ts';

/** The WMS's database as a process of the cloud reads it: each reading is a call of its own, so that bookings come in between. */
export function wmsSqlBy(call: Call, wms: WmsSql, faults: Faults): WmsSql {
  const ask = <Answer>(what: string, read: () => Promise<Answer>): Promise<Answer> =>
    call(what, async () => {
      if (faults.happens('wms-sql-away')) throw new WmsUnavailable("the WMS's database does not answer");
      return read();
    });
  return {
    mark: () => ask('the WMS is marked', () => wms.mark()),
    continues: (mark) => ask('the mark is looked for', () => wms.continues(mark)),
    warehouses: () => ask('warehouses are read', () => wms.warehouses()),
    changedItems: (...args) => ask('changes of the WMS are read', () => wms.changedItems(...args)),
    stocksOf: (...args) => ask('the WMS is read', () => wms.stocksOf(...args)),
    stocksFrom: (...args) => ask('the WMS is read', () => wms.stocksFrom(...args)),
    allocationsOf: (...args) => ask('reservations are read', () => wms.allocationsOf(...args)),
    knownTransactions: (...args) => ask('the ledger is read', () => wms.knownTransactions(...args)),
    oldestUnsent: () => ask('the outbox is looked at', () => wms.oldestUnsent()),
    unitPrices: (itemIds) => ask('prices are read', () => wms.unitPrices(itemIds)),
  };
}

/** Runs and what they found as a process reaches them. */
export function reconciliationStoreBy(
  call: Call,
  store: ReconciliationStore,
  faults: Faults,
): ReconciliationStore {
  const ask = unreliable(call, faults, 'storage-away', 'the table');
  return {
    putRun: (run) => ask('a run is kept', () => store.putRun(run)),
    run: (runId) => ask('a run is read', () => store.run(runId)),
    runs: (query) => ask('runs are listed', () => store.runs(query)),
    openRuns: () => ask('open runs are listed', () => store.openRuns()),
    completedRuns: (...args) => ask('ended runs are listed', () => store.completedRuns(...args)),
    putDiscrepancies: (found) => ask('discrepancies are kept', () => store.putDiscrepancies(found)),
    discrepancies: (...args) => ask('discrepancies are listed', () => store.discrepancies(...args)),
    state: () => ask('the marks are read', () => store.state()),
    putState: (state) => ask('the marks are moved', () => store.putState(state)),
  };
}
