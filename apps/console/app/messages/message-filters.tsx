import type { QuarantineCounts } from '../../../../shared/contracts/quarantine.ts';
import { words } from '../formats.ts';
import { fromLocal, toLocal } from '../local-time.ts';
import { Field } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { setQuery } from '../router.ts';
import type { FilterField, MessageFilter } from './message-filter.ts';

type Props = {
  readonly filter: MessageFilter;
  /** What there is to choose among, as far as it is known. */
  readonly counts: QuarantineCounts | undefined;
  readonly subscriptions: readonly string[];
};

const STATES = {
  '': 'waiting',
  parked: 'parked',
  'dead-lettered': 'dead-lettered',
  deleted: 'deleted',
} as const;

/** Every field is the API's own, so that what is shown is what "all of these" means. */
export function MessageFilters({ filter, counts, subscriptions }: Props) {
  const reasons = (counts?.counts ?? []).map(({ reason }) => reason);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <search class="toolbar">
      <Select
        label="State"
        value={filter.state ?? ''}
        options={Object.entries(STATES)}
        onChoose={(state) => setQuery({ state, id: undefined })}
      />
      <Choice field="reason" name="Reason" filter={filter} values={reasons} />
      <Choice field="subscription" name="Subscription" filter={filter} values={subscriptions} />
      <Text field="itemId" name="Item" filter={filter} />
      <Text field="text" name="Id contains" filter={filter} />
      <Instant field="from" name="From" filter={filter} />
      <Instant field="to" name="Before" filter={filter} />
      {isFiltered && (
        <button
          type="button"
          class="button button--small"
          onClick={() => setQuery(Object.fromEntries(Object.keys(filter).map((field) => [field, undefined])))}
        >
          Show all
        </button>
      )}
    </search>
  );
}

type FieldProps = {
  readonly field: FilterField;
  readonly name: string;
  readonly filter: MessageFilter;
};

function Choice({ field, name, filter, values }: FieldProps & { values: readonly string[] }) {
  const value = filter[field] ?? '';
  const known = [...new Set([...values, value])].filter((one) => one !== '').sort();
  const nameOf = (one: string) => (field === 'reason' ? words(one) : one);
  return (
    <Select
      label={name}
      value={value}
      options={[['', 'any'], ...known.map((one) => [one, nameOf(one)] as const)]}
      onChoose={(chosen) => setQuery({ [field]: chosen })}
    />
  );
}

function Text({ field, name, filter }: FieldProps) {
  return (
    <Field
      label={name}
      size={14}
      maxLength={field === 'itemId' ? 64 : 200}
      value={filter[field] ?? ''}
      onEntered={(entered) => setQuery({ [field]: entered.trim() })}
    />
  );
}

function Instant({ field, name, filter }: FieldProps) {
  return (
    <Field
      label={name}
      isTime
      value={toLocal(filter[field])}
      onEntered={(entered) => setQuery({ [field]: fromLocal(entered) })}
    />
  );
}
