import type { Hold, StoredScan } from '../../core/scan.ts';
import { itemName } from '../items.ts';
import { quantityWords } from '../parts/scan-row.tsx';
import { StateNotice } from '../parts/state-notice.tsx';
import { formats, now, said, text } from '../state.ts';
import { reasonWords } from '../task/task-words.ts';
import { troubleWords } from '../text/server-words.ts';

/** All that is known of a scan; `isBrief`: without its state, which is told above. */
export function Facts({ scan, isBrief = false }: { readonly scan: StoredScan; readonly isBrief?: boolean }) {
  const { field, scan: words, types, states } = text.value;
  const { transaction } = scan;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [field.item, itemName(transaction.itemId)],
    [transaction.type === 'transfer' ? field.from : field.location, transaction.locationId],
    [field.to, transaction.toLocationId],
    [field.quantity, quantityWords(scan)],
    [field.lot, transaction.lotNumber ?? undefined],
    [field.reason, transaction.reason && reasonWords(transaction.reason)],
    [field.order, transaction.orderId],
    [words.scanned, formats.value.moment(transaction.scannedAt, now.value)],
    [words.by, transaction.userId],
    [words.number, formats.value.number(transaction.sequence)],
    [words.attempts, scan.attempts === 0 ? undefined : formats.value.number(scan.attempts)],
    [words.replaces, scan.replaces],
    [words.replacedBy, scan.replacedBy],
    [words.id, transaction.transactionId],
  ];
  return (
    <>
      {!isBrief && <StateNotice state={scan.state} title={states[scan.state]} lines={outcomeOf(scan)} />}
      <dl class="facts" aria-label={types[transaction.type]}>
        {rows.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </>
  );
}

/** What became of a scan, as far as it is known. */
function outcomeOf({ state, held, booked, dropped }: StoredScan): readonly string[] {
  const { scan: words } = text.value;
  if (state === 'queued') return held ? heldWords(held) : [words.waits];
  if (state === 'dropped' && dropped) {
    const { userId, at, reason } = dropped;
    return [words.droppedBy(userId, formats.value.moment(at, now.value)), reasonWords(reason)];
  }
  return [
    ...(booked?.isShort ? [words.isShort] : state === 'synced' ? [words.booked] : []),
    ...(booked?.flags ?? []).map((flag) => words.flags[flag]),
  ];
}

/** What this version does not know it has no words for either. */
function heldWords(hold: Hold): readonly string[] {
  const why = text.value.scan.held[hold.reason];
  return hold.reason === 'app-too-old' ? [why] : [why, troubleWords(said.value, hold.trouble)];
}
