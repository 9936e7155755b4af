import { useState } from 'preact/hooks';
import { formats, text } from '../state.ts';
import { Keypad } from './keypad.tsx';
import { Sheet } from './sheet.tsx';

/** As many digits as the server takes pieces. */
const MOST_DIGITS = 10;

export type NumberSheetProps = {
  readonly title: string;
  readonly value: number | undefined;
  readonly onDone: (value: number) => void;
  readonly onClose: () => void;
};

/** Enters a whole number, 0 or more, with big keys; the first one replaces what was there. */
export function NumberSheet({ title, value, onDone, onClose }: NumberSheetProps) {
  const [digits, setDigits] = useState<string | undefined>();
  const shown = digits === undefined ? value : digits === '' ? undefined : Number(digits);
  const done = () => {
    if (shown !== undefined) onDone(shown);
  };
  return (
    <Sheet title={title} onClose={onClose}>
      <output class={digits === undefined ? 'number number--before' : 'number'}>
        {shown === undefined ? '–' : formats.value.number(shown)}
      </output>
      <Keypad
        onDigit={(digit) =>
          setDigits(`${digits ?? ''}${digit}`.replace(/^0+(?=\d)/, '').slice(0, MOST_DIGITS))
        }
        onDelete={() => setDigits((digits ?? String(value ?? '')).slice(0, -1))}
        onEnter={done}
        remember={() => () => setDigits(digits)}
      />
      <button type="button" class="button button--primary" aria-disabled={shown === undefined} onClick={done}>
        {text.value.common.ok}
      </button>
    </Sheet>
  );
}
