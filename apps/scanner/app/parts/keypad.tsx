import { useEffect, useRef } from 'preact/hooks';
import { text } from '../state.ts';
import { Icon } from './icon.tsx';

export type KeypadProps = {
  readonly onDigit: (digit: string) => void;
  readonly onDelete: () => void;
  readonly onEnter: () => void;
};

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Digits on the screen; the keys of a device that has some do the same. */
export function Keypad(keys: KeypadProps) {
  useKeys(keys);
  const { onDigit, onDelete } = keys;
  return (
    <div class="keypad">
      {DIGITS.map((digit) => (
        <button key={digit} type="button" class="key" onClick={() => onDigit(digit)}>
          {digit}
        </button>
      ))}
      <span />
      <button type="button" class="key" onClick={() => onDigit('0')}>
        0
      </button>
      <button type="button" class="key" aria-label={text.value.common.delete} onClick={onDelete}>
        <Icon name="erase" />
      </button>
    </div>
  );
}

function useKeys(keys: KeypadProps): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { key } = event;
      const isOnButton = event.target instanceof HTMLButtonElement;
      if (/^\d$/.test(key)) latest.current.onDigit(key);
      else if (key === 'Backspace') latest.current.onDelete();
      else if (key === 'Enter' && !isOnButton) latest.current.onEnter();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
