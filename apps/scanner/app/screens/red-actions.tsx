import type { RefusalDecision, StoredScan } from '../../core/scan.ts';
import { text } from '../state.ts';

/** What a screen for a red scan is told. */
export type RedProps = {
  readonly scan: StoredScan;
  readonly decide: (decision: RefusalDecision) => Promise<void>;
  readonly onDrop: () => void;
};

/** Dropping a red scan, beside what else can be done with it; `isSecond`: which is not what is advised. */
export function RedActions({
  label,
  isSecond = false,
  onDo,
  onDrop,
}: {
  readonly label: string;
  readonly isSecond?: boolean;
  readonly onDo: () => void;
  readonly onDrop: () => void;
}) {
  return (
    <div class="pair">
      <button type="button" class="button button--bad" onClick={onDrop}>
        {text.value.scan.drop}
      </button>
      <button type="button" class={isSecond ? 'button' : 'button button--primary'} onClick={onDo}>
        {label}
      </button>
    </div>
  );
}
