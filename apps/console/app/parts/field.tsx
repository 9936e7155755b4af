import { useEffect, useState } from 'preact/hooks';

type Props = {
  readonly label: string;
  readonly value: string;
  /** Called when the field is left or Enter is pressed, unless what was typed is not valid. */
  readonly onEntered: (value: string) => void;
  /** For a day and a time of it. */
  readonly isTime?: boolean;
  readonly placeholder?: string;
  readonly size?: number;
  readonly maxLength?: number;
};

/** A field of a filter, its label before it. What is typed stays, however often the page is drawn, until it takes effect. */
export function Field({ label, value, onEntered, isTime, ...input }: Props) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const field = {
    ...{ ...input, value: typed },
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => setTyped(currentTarget.value),
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      if (currentTarget.validity.valid) onEntered(currentTarget.value);
    },
  };
  if (!isTime) {
    return (
      <label>
        {label} <input {...field} type="search" />
      </label>
    );
  }
  return (
    <label>
      {/* A year is typed digit by digit: the year 2 is not meant. */}
      {label} <input {...field} type="datetime-local" min="2000-01-01T00:00" />
    </label>
  );
}
