import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { rememberBeforeScans } from '../input/listen.ts';
import { text } from '../state.ts';
import { Icon } from './icon.tsx';

export type KeypadProps = {
  readonly onDigit: (digit: string) => void;
  readonly onDelete: () => void;
  readonly onEnter: () => void;
  /** What was entered so far, to be put back after a scan, whose digits are none of it. */
  readonly remember: () => () => void;
};

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Digits on the screen; the keys of a device that has some do the same. */
export function Keypad(keys: KeypadProps) {
  useKeys(keys);
  const { onDigit, onDelete } = keys;
  return (
    <div class="keypad">
      {DIGITS.map((digit) => (
        <Key key={digit} onPress={() => onDigit(digit)}>
          {digit}
        </Key>
      ))}
      <span />
      <Key onPress={() => onDigit('0')}>0</Key>
      <Key label={text.value.common.delete} onPress={onDelete}>
        <Icon name="erase" />
      </Key>
    </div>
  );
}

/** One that was touched does not take the focus: Enter would press it again. */
function Key({
  label,
  onPress,
  children,
}: {
  readonly label?: string;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="key"
      aria-label={label}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
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
    const forget = rememberBeforeScans(() => latest.current.remember());
    return () => {
      removeEventListener('keydown', onKey);
      forget();
    };
  }, []);
}
