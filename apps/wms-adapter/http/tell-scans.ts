import type { TransactionResult } from '../../../shared/contracts/transaction.ts';
import { logRecord } from '../../../shared/telemetry/log.ts';
import { countScans } from '../../../shared/telemetry/metrics.ts';
import { describeWork } from '../../../shared/telemetry/spans.ts';
import { isOn } from '../../../shared/telemetry/state.ts';
import type { ScanEntry } from '../devices/check-scans.ts';

/** Counts the answers of a call, and writes a record of each that is more than `applied` or `duplicate`. */
export function tellScans(entries: readonly ScanEntry[], results: readonly TransactionResult[]): void {
  if (!isOn()) return;
  const first = entries.find((entry) => 'transaction' in entry)?.transaction;
  describeWork({ 'scanner.id': first?.scannerId, transactions: results.length });
  for (const [outcome, { length }] of Map.groupBy(results, (result) => result.outcome))
    countScans(outcome, length);
  for (const [index, { transactionId, outcome, problem }] of results.entries()) {
    if (outcome === 'applied' || outcome === 'duplicate') continue;
    const entry = entries[index];
    const ids = entry && 'transaction' in entry ? idsOf(entry) : {};
    const why = { problem: problem?.title, detail: problem?.detail };
    logRecord('warn', `scan-${outcome}`, { 'transaction.id': transactionId, ...ids, ...why });
  }
}

function idsOf({ transaction }: Extract<ScanEntry, { transaction: unknown }>) {
  const { type, itemId, warehouseId, locationId, scannerId, allocationId, orderId } = transaction;
  return {
    ...{ type, 'item.id': itemId, 'warehouse.id': warehouseId, 'location.id': locationId },
    ...{ 'scanner.id': scannerId, 'allocation.id': allocationId, 'order.id': orderId },
  };
}
