import { useMemo } from 'preact/hooks';
import { formatDuration } from '../formats.ts';
import { DataTable } from '../parts/data-table.tsx';
import { ErrorNotice, Loading } from '../parts/notice.tsx';
import { PROMISED_MS } from '../promised.ts';
import { addressWith } from '../router.ts';
import { ENTRY_COLUMNS } from './entry-columns.tsx';
import type { AnyEntry } from './read-history.ts';
import { useBroughtIntoView } from './use-brought-into-view.ts';
import { type HistoryPlace, isAt, type ReadHistory } from './use-history.ts';

type Props = {
  /** Of what: the item, and where it is. */
  readonly of: string;
  readonly history: ReadHistory;
  /** Only what happened there. */
  readonly place: HistoryPlace | undefined;
};

/** What made the positions, the newest first. */
export function Transactions({ of, history: { entries: read, state, error, readAgain }, place }: Props) {
  const entries = useMemo(() => newestFirst(read, place), [read, place]);
  const about = useBroughtIntoView(place && `${place.locationId}|${place.lotNumber}`);
  const all = addressWith({ location: undefined, lot: undefined });
  // The page around it is drawn every 2 s; this many rows only when they are others.
  const table = useMemo(
    () => (
      <DataTable
        caption={`Transactions of ${of}, the newest first`}
        columns={ENTRY_COLUMNS}
        rows={entries}
        keyOf={(_entry, place) => String(place)}
        classOf={(entry) =>
          'superseded' in entry || 'voided' in entry ? 'void' : 'current' in entry ? 'chosen' : undefined
        }
        isPart={state !== 'complete'}
        beside={place && <a href={all}>Show all positions</a>}
        empty="No transaction is in the journal."
      />
    ),
    [of, entries, state, place, all],
  );
  if (entries.length === 0 && state === 'reading') return <Loading what="the transactions" />;
  if (entries.length === 0 && error) return <ErrorNotice error={error} onTryAgain={readAgain} />;
  return (
    <>
      <p class="about" ref={about}>
        Of each transaction the time of its scan, then what every station took. Marked is where one that was
        not in ATP within {formatDuration(PROMISED_MS)} lost most of its time. A dash under Bus: the WMS
        ledger told it afterwards. Under Projection: ATP did not have it yet when this was read, or when is
        not known.
      </p>
      {table}
    </>
  );
}

/** Of one time the newest state first, so that a position is read from where it stands back to where it began. */
function newestFirst(entries: readonly AnyEntry[], place: HistoryPlace | undefined): AnyEntry[] {
  const wanted = place ? entries.filter((entry) => isAt(entry, place)) : entries;
  return wanted
    .toReversed()
    .sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0));
}
