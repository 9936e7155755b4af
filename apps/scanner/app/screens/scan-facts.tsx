import type { StoredScan } from '../../core/scan.ts';
import { itemName } from '../items.ts';
import { quantityWords } from '../parts/scan-row.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { formats, now, text } from '../state.ts';
import { reasonWords } from '../task/task-words.ts';

/** All that is known of a scan; `isBrief`: without its state, which is told above. */
export function Facts({ scan, isBrief = false }: { readonly scan: StoredScan; readonly isBrief?: boolean }) {
  const { field, scan: words, types } = text.value;
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
      {!isBrief && <StateNotice scan={scan} />}
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

function StateNotice({ scan: { state, booked, dropped } }: { readonly scan: StoredScan }) {
  const { scan: words, states } = text.value;
  const told =
    state === 'queued'
      ? [words.waits]
      : state === 'dropped' && dropped
        ? [
            words.droppedBy(dropped.userId, formats.value.moment(dropped.at, now.value)),
            reasonWords(dropped.reason),
          ]
        : [
            ...(booked?.isShort ? [words.isShort] : state === 'synced' ? [words.booked] : []),
            ...(booked?.flags ?? []).map((flag) => words.flags[flag]),
          ];
  return (
    <div class={`state state--${state}`}>
      <StateMark state={state} />
      <div>
        <p class="state__name">{states[state]}</p>
        {told.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </div>
  );
}

/** The bad news of a red scan. */
export function RedNotice({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <div class="state state--refused">
      <StateMark state="refused" />
      <div>
        <p class="state__name">{title}</p>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </div>
  );
}
