import type { QuarantinedMessage } from '../../../../shared/contracts/quarantine.ts';
import { words } from '../formats.ts';
import { setQuery } from '../router.ts';

const FIELDS = ['state', 'reason', 'subscription', 'contains'] as const;

/** Empty: any. */
export type MessageFilter = Readonly<Record<(typeof FIELDS)[number], string>>;

export function readFilter(query: URLSearchParams): MessageFilter {
  const of = (name: string) => query.get(name) ?? '';
  return {
    state: of('state'),
    reason: of('reason'),
    subscription: of('subscription'),
    contains: of('contains'),
  };
}

type Props = {
  readonly filter: MessageFilter;
  /** Those that have been read: what there is to choose among. */
  readonly messages: readonly QuarantinedMessage[];
  readonly onReadAgain: () => void;
};

export function MessageFilters({ filter, messages, onReadAgain }: Props) {
  return (
    <div class="toolbar">
      {(['state', 'reason', 'subscription'] as const).map((field) => (
        <label key={field}>
          {field}{' '}
          <select
            value={filter[field]}
            onChange={({ currentTarget }) => setQuery({ [field]: currentTarget.value })}
          >
            <option value="">any</option>
            {[...new Set([...messages.map((message) => message[field]), filter[field]])]
              .filter((value) => value !== '')
              .sort()
              .map((value) => (
                <option key={value} value={value}>
                  {words(value)}
                </option>
              ))}
          </select>
        </label>
      ))}
      <label>
        contains{' '}
        <input
          type="search"
          value={filter.contains}
          maxLength={200}
          onInput={({ currentTarget }) => setQuery({ contains: currentTarget.value })}
        />
      </label>
      <button type="button" class="button button--small" onClick={onReadAgain}>
        Read again
      </button>
    </div>
  );
}
