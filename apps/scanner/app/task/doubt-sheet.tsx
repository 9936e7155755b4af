import type { ScanDoubt } from '../../core/scanner-device.ts';
import { Sheet } from '../parts/sheet.tsx';
import { formats, text } from '../state.ts';
import { doubtWords } from './task-words.ts';

/** Asks whether what is in doubt is meant; `quantity`: pieces, with their sign. */
export function DoubtSheet({
  doubts,
  quantity,
  onAnswer,
}: {
  readonly doubts: readonly ScanDoubt[];
  readonly quantity: number;
  readonly onAnswer: (isSure: boolean) => void;
}) {
  const { doubt } = text.value;
  const pieces = Math.abs(quantity);
  const isFarOff = doubts.some((one) => one.kind === 'unusual-quantity' && pieces > 10 * one.usual);
  return (
    <Sheet title={doubt.title} isAlert onClose={() => onAnswer(false)}>
      <output class={isFarOff ? 'number number--wrong' : 'number'}>{formats.value.number(quantity)}</output>
      {doubts.map((one) => (
        <p key={one.kind} class="doubt">
          {doubtWords(one, pieces)}
        </p>
      ))}
      <button type="button" class="button" onClick={() => onAnswer(true)}>
        {doubt.yes}
      </button>
      <button type="button" class="button button--primary" onClick={() => onAnswer(false)}>
        {doubt.no}
      </button>
    </Sheet>
  );
}
