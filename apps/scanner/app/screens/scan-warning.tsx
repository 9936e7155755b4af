import { itemName } from '../items.ts';
import { back } from '../navigation.ts';
import { Screen } from '../parts/screen.tsx';
import { StateNotice } from '../parts/state-notice.tsx';
import { formats, now, text } from '../state.ts';
import { RedActions, type RedProps } from './red-actions.tsx';
import { Facts } from './scan-facts.tsx';

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
          <RedActions
            label={isOver ? words.sendAgain : words.goOn}
            isSecond
            onDo={() => void decide({ kind: 'send-again' })}
            onDrop={onDrop}
          />
          <button type="button" class="button button--primary" onClick={back}>
            {words.wait}
          </button>
        </div>
      }
    >
      <StateNotice
        state="refused"
        title={words.warning}
        lines={[told, ...(isOver ? [] : [words.goOnHint])]}
      />
      <Facts scan={scan} isBrief />
    </Screen>
  );
}
