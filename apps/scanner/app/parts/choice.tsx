/** One of a few, side by side; `isNamed`: its name is to be seen, and not only heard. */
export function Choice<Value extends string | number>({
  name,
  label,
  isNamed = true,
  value,
  options,
  onChange,
}: {
  readonly name: string;
  readonly label: string;
  readonly isNamed?: boolean;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
}) {
  return (
    <fieldset class="toggle">
      <legend class={isNamed ? undefined : 'unseen'}>{label}</legend>
      {options.map(([option, words]) => (
        <label key={option} class="toggle__option">
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
