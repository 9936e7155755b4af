import type { QuarantineCounts } from '../../../../shared/contracts/quarantine.ts';
import { words } from '../formats.ts';
import { setQuery } from '../router.ts';
import { type FilterField, fromLocal, type MessageFilter, toLocal } from './message-filter.ts';

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
      <label>
        State{' '}
        <select
          value={filter.state ?? ''}
          onChange={({ currentTarget }) => setQuery({ state: currentTarget.value, id: undefined })}
        >
          {Object.entries(STATES).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
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
  return (
    <label>
      {name}{' '}
      <select value={value} onChange={({ currentTarget }) => setQuery({ [field]: currentTarget.value })}>
        <option value="">any</option>
        {[...new Set([...values, value])]
          .filter((known) => known !== '')
          .sort()
          .map((known) => (
            <option key={known} value={known}>
              {field === 'reason' ? words(known) : known}
            </option>
          ))}
      </select>
    </label>
  );
}

/** Takes effect when it is left or Enter is pressed: each change reads the list anew. */
function Text({ field, name, filter }: FieldProps) {
  return (
    <label>
      {name}{' '}
      <input
        type="search"
        size={14}
        maxLength={field === 'itemId' ? 64 : 200}
        value={filter[field] ?? ''}
        onChange={({ currentTarget }) => setQuery({ [field]: currentTarget.value.trim() })}
      />
    </label>
  );
}

function Instant({ field, name, filter }: FieldProps) {
  return (
    <label>
      {name}{' '}
      <input
        type="datetime-local"
        value={toLocal(filter[field])}
        onChange={({ currentTarget }) => setQuery({ [field]: fromLocal(currentTarget.value) })}
      />
    </label>
  );
}
