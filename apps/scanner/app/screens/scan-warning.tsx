import { itemName } from '../items.ts';
import { back } from '../navigation.ts';
import { Screen } from '../parts/screen.tsx';
import { formats, now, text } from '../state.ts';
import type { RedProps } from './scan-conflict.tsx';
import { Facts, RedNotice } from './scan-facts.tsx';

/** Another counts the location: who, until when; go on beside the count, wait, or let it be. */
export function Warning({ scan, decide, onDrop }: RedProps) {
  const { scan: words, types } = text.value;
  const { time } = formats.value;
  const { transaction, refusal } = scan;
  const [holder] = refusal?.problem.locks ?? [];
  const isOver = holder !== undefined && Date.parse(holder.until) <= now.value;
  const told =
    holder === undefined
      ? words.warningUnknown
      : isOver
        ? words.warningOver(holder.userId, time(holder.until))
        : words.warningText(holder.userId, holder.scannerId, time(holder.until));
  return (
    <Screen
      title={types[transaction.type]}
      subtitle={`${itemName(transaction.itemId)} · ${transaction.locationId}`}
      actions={
        <div class="stack">
          <div class="pair">
            <button type="button" class="button button--bad" onClick={onDrop}>
              {words.drop}
            </button>
            <button type="button" class="button" onClick={() => void decide({ kind: 'send-again' })}>
              {isOver ? words.sendAgain : words.goOn}
            </button>
          </div>
          <button type="button" class="button button--primary" onClick={back}>
            {words.wait}
          </button>
        </div>
      }
    >
      <RedNotice title={words.warning} lines={[told, ...(isOver ? [] : [words.goOnHint])]} />
      <Facts scan={scan} isBrief />
    </Screen>
  );
}
