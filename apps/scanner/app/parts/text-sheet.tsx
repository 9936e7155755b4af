import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { text } from '../state.ts';
import { Sheet } from './sheet.tsx';

export type TextSheetProps = {
  readonly title: string;
  readonly label: string;
  readonly value?: string;
  readonly most?: number;
  readonly isWords?: boolean;
  readonly onDone: (value: string) => void;
  readonly onClose: () => void;
};

/** Types in what could not be scanned. */
export function TextSheet({
  title,
  label,
  value = '',
  most = 128,
  isWords = false,
  onDone,
  onClose,
}: TextSheetProps) {
  const [entered, setEntered] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  return (
    <Sheet title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (entered.trim() !== '') onDone(entered.trim());
        }}
      >
        <label class="label" for={id}>
          {label}
        </label>
        <input
          ref={field}
          id={id}
          class="input"
          value={entered}
          maxLength={most}
          autocomplete="off"
          autocapitalize={isWords ? 'sentences' : 'characters'}
          spellcheck={isWords}
          enterkeyhint="done"
          onInput={(event) => setEntered(event.currentTarget.value)}
        />
        <button type="submit" class="button button--primary" aria-disabled={entered.trim() === ''}>
          {text.value.common.ok}
        </button>
      </form>
    </Sheet>
  );
}
