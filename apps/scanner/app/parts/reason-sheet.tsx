import { useState } from 'preact/hooks';
import { text } from '../state.ts';
import { Sheet } from './sheet.tsx';
import { TextSheet } from './text-sheet.tsx';

export type ReasonSheetProps = {
  readonly title: string;
  readonly hint?: string;
  /** What is sent, by what is shown. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly other: string;
  readonly onDone: (reason: string) => void;
  readonly onClose: () => void;
};

/** A reason out of a few, or in words of one's own. */
export function ReasonSheet({ title, hint, reasons, other, onDone, onClose }: ReasonSheetProps) {
  const [isOther, setOther] = useState(false);
  if (isOther) {
    const label = text.value.field.reason;
    return <TextSheet title={title} label={label} most={256} isWords onDone={onDone} onClose={onClose} />;
  }
  return (
    <Sheet title={title} onClose={onClose}>
      {hint !== undefined && <p>{hint}</p>}
      <ul class="choices">
        {Object.entries(reasons).map(([reason, words]) => (
          <li key={reason}>
            <button type="button" class="choice" onClick={() => onDone(reason)}>
              {words}
            </button>
          </li>
        ))}
        <li>
          <button type="button" class="choice" onClick={() => setOther(true)}>
            {other}
          </button>
        </li>
      </ul>
    </Sheet>
  );
}
