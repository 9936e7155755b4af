type Props = {
  readonly label: string;
  readonly value: string;
  /** Each value with its name. */
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onChoose: (value: string) => void;
};

/** A choice of one among few, its label before it. */
export function Select({ label, value, options, onChoose }: Props) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
