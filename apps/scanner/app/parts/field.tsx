import { formats, text } from '../state.ts';
import { Icon, type IconName } from './icon.tsx';

export type FieldProps = {
  readonly icon: IconName;
  readonly label: string;
  readonly value: string | undefined;
  /** Behind the label. */
  readonly detail?: string | undefined;
  /** In place of a value. */
  readonly prompt: string;
  /** The next scan goes here. */
  readonly isExpected?: boolean;
  /** What is wrong with it. */
  readonly wrong?: string | undefined;
  /** Undefined: it is decided. */
  readonly onTap?: (() => void) | undefined;
};

/** A field of a task: what it holds, or what is to be scanned for it. Tapping it types. */
export function Field({ icon, label, value, detail, prompt, isExpected = false, wrong, onTap }: FieldProps) {
  const { field } = text.value;
  const look = wrong ? 'wrong' : value !== undefined ? 'filled' : isExpected ? 'expected' : 'empty';
  const inside = (
    <>
      <Icon name={value !== undefined && !wrong ? 'check' : icon} />
      <span class="field__text">
        <span class="field__label">
          {[label, ...(detail ? [detail] : [])].join(' · ')}
          {isExpected && <span class="unseen">, {field.next}</span>}
        </span>
        <span class="field__value">{value ?? prompt}</span>
        {wrong !== undefined && (
          <span class="field__wrong">
            {label} {wrong}
          </span>
        )}
      </span>
      {onTap && <Icon name={value === undefined ? 'keyboard' : 'chevron'} />}
    </>
  );
  return onTap ? (
    <button type="button" class={`field field--${look}`} onClick={onTap}>
      {inside}
    </button>
  ) : (
    <div class={`field field--${look}`}>{inside}</div>
  );
}

export type QuantityProps = {
  readonly value: number | undefined;
  /** Of what: shown behind the label. */
  readonly detail?: string | undefined;
  readonly wrong?: string | undefined;
  readonly least: number;
  readonly onChange: (value: number) => void;
  /** Opens the keys. */
  readonly onTap: () => void;
};

/** A quantity in pieces, one up or down, or typed. */
export function Quantity({ value, detail, wrong, least, onChange, onTap }: QuantityProps) {
  const { field } = text.value;
  const shown = value === undefined ? '–' : formats.value.number(value);
  return (
    <fieldset class={wrong === undefined ? 'quantity' : 'quantity quantity--wrong'}>
      <legend>
        {field.quantity}
        {detail !== undefined && <span> · {detail}</span>}
      </legend>
      <button
        type="button"
        class="step"
        aria-label={field.less}
        onClick={() => onChange(Math.max(least, (value ?? 0) - 1))}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        class="quantity__value"
        aria-label={`${field.quantity}: ${shown}. ${field.tapToChange}`}
        onClick={onTap}
      >
        {shown}
      </button>
      <button type="button" class="step" aria-label={field.more} onClick={() => onChange((value ?? 0) + 1)}>
        <Icon name="plus" />
      </button>
      {wrong !== undefined && (
        <p class="field__wrong">
          {field.quantity} {wrong}
        </p>
      )}
    </fieldset>
  );
}
