import type { StoredScan } from '../../core/scan.ts';
import { itemName } from '../items.ts';
import { formats, now, text } from '../state.ts';
import { Icon } from './icon.tsx';
import { StateMark } from './state-mark.tsx';

/** Pieces of a scan, with their sign where one matters. */
export function quantityWords({ transaction: { type, quantity } }: StoredScan): string {
  return type === 'adjustment' ? formats.value.change(quantity) : formats.value.number(quantity);
}

/** One scan in a list: its state as shape and text, what it was, and where. */
export function ScanRow({ scan, onOpen }: { readonly scan: StoredScan; readonly onOpen: () => void }) {
  const { types, states, scan: words } = text.value;
  const { transaction, state, held, booked } = scan;
  const to = transaction.toLocationId === undefined ? '' : ` → ${transaction.toLocationId}`;
  const isDoubtful = booked?.isShort === true || (booked?.flags.length ?? 0) > 0;
  return (
    <button type="button" class="row" onClick={onOpen}>
      <StateMark state={state} />
      <span class="row__text">
        <span class="row__title">
          {types[transaction.type]} {quantityWords(scan)} × {itemName(transaction.itemId)}
        </span>
        <span class="row__detail">
          {transaction.locationId}
          {to} · {formats.value.moment(transaction.scannedAt, now.value)}
        </span>
        <span class={`row__state row__state--${state}`}>
          {states[state]}
          {isDoubtful && ` · ${words.lookedAt}`}
          {held && ` · ${words.isHeld}`}
        </span>
      </span>
      <Icon name="chevron" />
    </button>
  );
}
