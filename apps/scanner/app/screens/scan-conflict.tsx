import type { StoredScan } from '../../core/scan.ts';
import { itemName } from '../items.ts';
import { quantityWords } from '../parts/scan-row.tsx';
import { Screen } from '../parts/screen.tsx';
import { StateNotice } from '../parts/state-notice.tsx';
import { formats, text } from '../state.ts';
import { RedActions, type RedProps } from './red-actions.tsx';
import { Facts } from './scan-facts.tsx';

/** Somebody changed the stock meanwhile: what it is now, and what it would be. */
export function Conflict({ scan, decide, onDrop }: RedProps) {
  const { scan: words, types } = text.value;
  const { number } = formats.value;
  const { transaction, refusal } = scan;
  const isNow = refusal?.position?.onHand;
  return (
    <Screen
      title={types[transaction.type]}
      subtitle={`${itemName(transaction.itemId)} · ${transaction.locationId}`}
      actions={
        <RedActions
          label={words.sendAgain}
          onDo={() => void decide({ kind: 'send-again' })}
          onDrop={onDrop}
        />
      }
    >
      <StateNotice state="refused" title={words.conflict} lines={[words.conflictText]} />
      <dl class="figures">
        {isNow !== undefined && (
          <div>
            <dt>{words.isNow}</dt>
            <dd>{number(isNow)}</dd>
          </div>
        )}
        <div>
          <dt>{words.yours}</dt>
          <dd>{quantityWords(scan)}</dd>
        </div>
        {isNow !== undefined && (
          <div>
            <dt>{words.thenIs}</dt>
            <dd>{number(afterwards(scan, isNow))}</dd>
          </div>
        )}
      </dl>
      <Facts scan={scan} isBrief />
    </Screen>
  );
}

/** Pieces there when it is booked all the same. */
function afterwards({ transaction: { type, quantity } }: StoredScan, isNow: number): number {
  switch (type) {
    case 'receipt':
    case 'adjustment':
      return Math.max(0, isNow + quantity);
    case 'pick':
    case 'transfer':
      return Math.max(0, isNow - quantity);
    case 'count':
      return quantity;
  }
}
