import type { TraceContext } from '../../../shared/contracts/trace-context.ts';
import type { Transaction, TransactionResult } from '../../../shared/contracts/transaction.ts';
import { logRecord } from '../../../shared/telemetry/log.ts';
import { countScans } from '../../../shared/telemetry/metrics.ts';
import { describeWork, recordSpan } from '../../../shared/telemetry/spans.ts';
import { isOn } from '../../../shared/telemetry/state.ts';
import type { ScanEntry } from '../devices/check-scans.ts';

/** When a call came, and of whose trace it says it is. */
type ScanUpload = { readonly receivedAt: Date; readonly caller: TraceContext | undefined };

/** Counts the answers of a call, and writes a record of each that is more than `applied` or `duplicate`. */
export function tellScans(
  entries: readonly ScanEntry[],
  results: readonly TransactionResult[],
  upload: ScanUpload,
): void {
  if (!isOn()) return;
  const scans = entries.flatMap((entry) => ('transaction' in entry ? [entry.transaction] : []));
  tellWait(scans, upload);
  for (const [outcome, { length }] of Map.groupBy(results, (result) => result.outcome))
    countScans(outcome, length);
  for (const [index, { transactionId, outcome, problem }] of results.entries()) {
    if (outcome === 'applied' || outcome === 'duplicate') continue;
    const entry = entries[index];
    const ids = entry && 'transaction' in entry ? idsOf(entry) : {};
    // Not the problem's detail, which may name a person.
    const fields = problem?.errors?.map(({ pointer }) => pointer).join(' ');
    const why = { problem: problem?.title, fields };
    logRecord('warn', `scan-${outcome}`, { 'transaction.id': transactionId, ...ids, ...why });
  }
}

/**
 * A span of the caller's trace from the first scan of a call, by the scanner's clock, until the call came: the scanner itself
 * tells nobody of it. One for a call: a span for each of 500 scans would cost more than all the rest.
 */
function tellWait(scans: readonly Transaction[], { receivedAt, caller }: ScanUpload): void {
  const [first, ...others] = scans;
  if (!first) return;
  const { scannerId, transactionId, itemId, warehouseId } = first;
  const about = { 'transaction.id': transactionId, 'item.id': itemId, 'warehouse.id': warehouseId };
  const attributes = {
    'scanner.id': scannerId,
    transactions: scans.length,
    ...(others.length === 0 && about),
  };
  describeWork(attributes);
  const begun = Math.min(...scans.map(({ scannedAt }) => Date.parse(scannedAt)));
  recordSpan('scan', { parent: caller, attributes, begun, ended: receivedAt.getTime() });
}

function idsOf({ transaction }: Extract<ScanEntry, { transaction: unknown }>) {
  const { type, itemId, warehouseId, locationId, scannerId, allocationId, orderId } = transaction;
  return {
    ...{ type, 'item.id': itemId, 'warehouse.id': warehouseId, 'location.id': locationId },
    ...{ 'scanner.id': scannerId, 'allocation.id': allocationId, 'order.id': orderId },
  };
}
